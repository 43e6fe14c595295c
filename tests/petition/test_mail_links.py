"""E-mails to signers: their links and words do not tell what they are about, and old links keep working."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy import Engine

from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.languages.data import installed
from campaign.mail.templates import compose
from campaign.pack.files import parse, read_folder
from campaign.petition import administration, export, links
from campaign.petition.links import Withdrawal
from campaign.petition.nightly import nightly
from campaign.petition.status import Petitions
from campaign.services import provide, service
from campaign.settings import Settings
from campaign.signatures import sealed_list
from campaign.signatures.sealing import new_key
from campaign.trustees import updates
from tests.conftest import published
from tests.minimal import FILES
from tests.petition.conftest import ANA, BASE, CHEAP, TERMS, TODAY, Petition, headline, links_of, opened
from tests.tools import LANGUAGES, SEED
from tests.trustees.test_trustees import signed

SLUG = "january-2022"

#: Words by which a mail shows what it is about, as they begin, in each language of the interface.
TELLING = (
    "petition", "sign(?:s|ed|er|ers|ing|atur)", "campaign", "appeal", "kazakh", "january", "victim",
    "петици", "подпис", "кампани", "обращени", "казахстан", "январ",
    "қол қо", "қолтаңба", "науқан", "үндеу", "қазақстан", "қаңтар",
    "pétition", "signé", "signer", "signataire", "campagne", "appel", "janvier",
    "petición", "firm", "campaña", "unterschr", "unterzeich", "kampagne", "aufruf",
    "петиці", "підпис", "кампані", "зверненн", "dilekçe", "imza", "kampanya", "çağrı",
    "petição", "assin", "campanha", "apelo",
)  # fmt: skip

#: The same where no space stands before a word, or where articles and pronouns are written with it.
TELLING_WITHIN = (
    "عريضة",
    "توقيع",
    "وقّع",
    "حملة",
    "نداء",
    "دادخواست",
    "امضا",
    "کارزار",
    "فراخوان",
    "请愿",
    "签名",
    "签署",
    "活动",
    "呼吁",
)


def everything(message: EmailMessage) -> Iterator[str]:
    """All that a relay can read: the raw bytes, headers and parts decoded, and links unwrapped."""
    raw = message.as_bytes()
    yield raw.decode("utf-8", "replace")
    parsed = message_from_bytes(raw, policy=policy.default)
    yield from (f"{name}: {value}" for name, value in parsed.items())
    for part in parsed.walk():
        yield from (f"{name}: {value}" for name, value in part.items())
        if not part.is_multipart():
            assert isinstance(part, EmailMessage)
            content = part.get_content()
            yield content
            for link in re.findall(r"https?://[^\s<>\"]+", content):
                yield unquote(link)
                for piece in link.split("/"):
                    if re.fullmatch(r"[\w-]{40,}", piece):
                        yield base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4)).decode("latin-1")


def telling(message: EmailMessage, *more: str) -> list[str]:
    """What in a mail tells what it is about."""
    words = re.compile(
        r"\b(?:" + "|".join([*TELLING, *map(re.escape, more)]) + ")|" + "|".join(TELLING_WITHIN), re.I
    )
    return [found[0] for text in everything(message) for found in words.finditer(text)]


@pytest.fixture(scope="module", params=["of a country at risk", "where all mail is neutral"])
def quiet(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Petition:
    """The first campaign, in four languages, with neutral mail for one reason or the other."""
    app = published(tmp_path_factory.mktemp("quiet"), CAMPAIGN_PUBLIC_URL="https://post.example.org")
    key, files = new_key(SLUG, 1), read_folder(SEED)
    files["campaign.yaml"] += "branding: {colour: '#1a5fb4'}\n"  # it would tell as the name does
    if request.param == "where all mail is neutral":
        assert "neutral-mail: no" in files["petition.yaml"]
        files["petition.yaml"] = files["petition.yaml"].replace("neutral-mail: no", "neutral-mail: yes")
    with app.app_context():
        store.publish(db.session, SLUG, files, store.Authorship("files"))
        administration.publish_key(db.session, key.public, "the tests")
        service(EditionCache, app).load()
    provide(app, CHEAP)
    return Petition(app, key)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_in_neutral_mail_tells_what_it_is_about(language: str, quiet: Petition) -> None:
    pack = parse(read_folder(SEED))
    with quiet.app.app_context():
        everywhere = service(EditionCache).newest()[SLUG].pack.terms.neutral_mail
    changes: dict[str, Any] = {
        "form_token": quiet.token(f"sign/{SLUG}"),
        "country": "FR" if everywhere else "KZ",
    }
    changes |= {} if everywhere else {"understood": "y"}
    address = f"/{language}/{SLUG}/petition"
    answer = quiet.browser().post(address, data=quiet.typed(**changes), base_url="https://post.example.org")
    assert answer.status_code == (200 if everywhere else 303)
    assert quiet.deliver() == 1
    message = quiet.box.messages[-1]
    names = [*pack.name.values(), *(pack.petition[code].title for code in LANGUAGES)]
    assert telling(message, SLUG, "ana example", "#1a5fb4", *names) == []
    assert not str(message["From"]).startswith(('"', "=?")) and "<" not in str(message["From"])
    # The search can fail: the same mail with its title has several.
    message.replace_header("Subject", pack.petition[language].title)
    assert telling(message, *names)
    page = quiet.browser().get(links_of(quiet.box.messages[-1])[0], base_url="https://post.example.org")
    assert f'<html lang="{language}"' in page.text and pack.petition[language].title in page.text


@pytest.mark.parametrize("language", installed())
def test_neutral_mail_tells_nothing_in_any_language_of_the_interface(language: str, still: Petition) -> None:
    token = "A" * 300  # no word by chance
    content = {
        "kind": "confirm", "to": "eve@example.org", "language": language, "subject": "…", "title": "",
        "confirm": f"https://post.example.org/r/{token}", "withdraw": f"https://post.example.org/r/{token[:80]}",
    }  # fmt: skip
    with still.app.app_context():
        neutral = compose("0" * 32, content, "post@example.org")
        named = compose("0" * 32, {**content, "title": "…", "name": "…"}, "post@example.org")
    assert telling(neutral) == []
    assert telling(named)  # the search can fail


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["confirm", "withdraw", "unsubscribe"])
def test_the_buttons_of_links_work_at_once_and_only_with_a_token_of_their_page(
    kind: str, petition: Petition
) -> None:
    """The link proves that its reader has the e-mail; a public form must have been open for a while."""
    confirm, withdraw = petition.signs()
    petition.confirm(confirm)
    record = petition.number("SELECT id FROM signature")
    path = {"confirm": confirm, "withdraw": withdraw, "unsubscribe": f"/r/{record:016x}-en"}[kind]
    browser = petition.browser()
    for token in ("", petition.token("sign/trees"), petition.token(f"{kind}/trees", age=13 * 3600)):
        refused = browser.post(path, data={"form_token": token}, follow_redirects=True)
        assert 'role="alert"' in refused.text and 'name="form_token"' in refused.text
    page = re.search(r'name="form_token" value="([^"]+)"', browser.get(path).text)
    assert page
    pressed = browser.post(path, data={"form_token": page[1]}, follow_redirects=True)
    assert pressed.status_code == 200 and 'name="form_token"' not in pressed.text
    assert (petition.records, petition.number("SELECT count(*) FROM no_news")) == {
        "confirm": (1, 0), "withdraw": (0, 0), "unsubscribe": (1, 1),
    }[kind]  # fmt: skip


def test_news_say_no_more_than_what_trustees_write(tmp_path: Path) -> None:
    site = opened(published(tmp_path / "data"))
    path = signed(
        site, replace(ANA, news=True), replace(ANA, news=True, email="eve@example.org", language="fr")
    )
    for language in ("en", "fr"):
        (tmp_path / f"may.{language}.txt").write_text("Hello\nAll is well.\n")
    box = Petition(site.app, site.key).box
    job = updates.Job(path, {1: site.key}, str(tmp_path / "may"), "us@example.org", "https://post.example.org/", tmp_path / "sent")  # fmt: skip
    updates.send(job, box, pause=0)
    assert len(box.messages) == 2
    for message in box.messages:
        assert telling(message, "trees", "Ana Example") == []
        link = str(message["List-Unsubscribe"]).strip("<>").removeprefix("https://post.example.org")
        language = "fr" if message["To"] == "eve@example.org" else "en"
        page = site.browser().get(link)
        assert page.status_code == 200 and f'<html lang="{language}"' in page.text
        assert site.browser().post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert site.number("SELECT count(*) FROM no_news") == 2
    export.write(service(Engine, site.app), "trees", site.campaign, path, TODAY)
    assert updates.count(job) == 0
    assert sealed_list.head(path).records == 2


# the pages of links


def test_links_that_were_mailed_with_the_campaign_in_them_keep_working(petition: Petition) -> None:
    confirm, withdraw = petition.signs()
    old_confirm, old_withdraw = confirm.replace("/r/", f"{BASE}/c/"), withdraw.replace("/r/", f"{BASE}/w/")
    assert petition.confirm(old_confirm) == "Your signature counts"
    assert petition.confirm(confirm) == "Your signature counts" and petition.records == 1
    assert petition.withdraw(old_withdraw) == "Your signature has been withdrawn"
    assert petition.withdraw(withdraw) == "Your signature has been withdrawn"
    # A withdrawal link that was made before it carried a language opens in the browser's.
    keys = service(Petitions, petition.app).server_keys("trees")
    with petition.app.app_context():
        plain = links.withdrawal_token(keys, Withdrawal(5, 6, "FR", 20_000, True))
    page = petition.browser().get(f"/r/{plain}", headers={"Accept-Language": "ru, fr;q=0.5"})
    assert '<html lang="fr"' in page.text


def test_the_page_of_a_link_can_be_read_in_another_language(petition: Petition) -> None:
    confirm, _withdraw = petition.signs()
    page = petition.browser().get(confirm).text
    assert '<html lang="en"' in page and f'href="{confirm}?language=fr"' in page
    french = petition.browser().get(f"{confirm}?language=fr")
    assert '<html lang="fr"' in french.text
    again = petition.browser().post(f"{confirm}?language=fr")
    assert again.headers["Location"] == f"{confirm}?again=yes&language=fr"
    button = {"form_token": petition.token("confirm/trees")}
    done = petition.browser().post(f"{confirm}?language=fr", data=button)
    assert done.headers["Location"] == "/fr/trees/petition/done/confirmed"
    assert '<html lang="en"' in petition.browser().get(f"{confirm}?language=xx").text


@pytest.mark.parametrize("language", ["en", "ru", "kk", "fr", ""])
@pytest.mark.parametrize("shown", [True, False])
def test_a_withdrawal_link_carries_its_language(language: str, shown: bool, still: Petition) -> None:
    link = Withdrawal(5, 6, "FR", 20_000, shown, language)
    keys = service(Petitions, still.app).server_keys("trees")
    assert links.open_withdrawal(keys, links.withdrawal_token(keys, link)) == link


@pytest.mark.slow
def test_a_link_finds_its_campaign_among_several(storage: Flask) -> None:
    first = opened(storage)
    other = {**FILES, **TERMS, "campaign.yaml": FILES["campaign.yaml"].replace("slug: trees", "slug: stones")}
    with storage.app_context():
        store.publish(db.session, "stones", other, store.Authorship("files"))
        administration.publish_key(db.session, new_key("stones", 1).public, "the tests")
        service(EditionCache, storage).load()
    service(Petitions, storage).held("stones", fresh=True)
    for slug in ("trees", "stones"):
        typed = first.typed(form_token=first.token(f"sign/{slug}"))
        assert first.browser().post(f"/fr/{slug}/petition", data=typed).status_code == 200
        first.deliver()
        confirm, _ = links_of(first.box.messages[-1])
        button = {"form_token": first.token(f"confirm/{slug}")}
        answer = first.browser().post(confirm, data=button, follow_redirects=True)
        assert (
            answer.request.path == f"/fr/{slug}/petition/done/confirmed" and '<html lang="fr"' in answer.text
        )
    campaigns = "SELECT count(DISTINCT campaign_id) FROM signature"
    assert (first.number(campaigns), first.records) == (2, 2)


def test_a_link_of_an_erased_campaign_says_so_and_among_others_says_that_it_may_be(storage: Flask) -> None:
    petition = opened(storage)
    confirm, withdraw = petition.signs()
    nightly(storage, date(2027, 12, 31))
    service(Petitions, storage).held("trees", fresh=True)
    for path in (confirm, withdraw):
        answer = petition.browser().get(path)
        assert (answer.status_code, headline(answer.text)) == (410, "This petition has closed")
    other = {**FILES, **TERMS, "campaign.yaml": FILES["campaign.yaml"].replace("slug: trees", "slug: stones")}
    with storage.app_context():
        store.publish(db.session, "stones", other, store.Authorship("files"))
        service(EditionCache, storage).load()
    answer = petition.browser().get(confirm)
    assert (answer.status_code, headline(answer.text)) == (404, "This link can’t be read")
    assert "every signature and every link was erased" in answer.text
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["X-Robots-Tag"] == "noindex"


def test_a_link_that_was_cut_off_is_pasted_without_naming_the_campaign(petition: Petition) -> None:
    confirm, withdraw = petition.signs()
    page = petition.browser().get(confirm[:-7])
    assert page.status_code == 404 and 'action="/r"' in page.text
    for path in (confirm, withdraw):
        broken = f"<http://localhost{path[:70]}=\n {path[70:]}>"
        answer = petition.browser().post("/r", data={"link": broken})
        assert (answer.status_code, answer.headers["Location"]) == (303, path)
    for page in ("/r", f"{BASE}/link"):
        whole = f"Confirm:\n\n<http://localhost{confirm}>\n\nWithdraw:\n\n<http://localhost{withdraw}>\n"
        answer = petition.browser().post(page, data={"link": whole})
        choice = answer.headers["Location"]
        assert answer.status_code == 303 and choice == f"{confirm}~{withdraw.removeprefix('/r/')}"
        answer = petition.browser().get(choice)
        assert all(f'href="{link}"' in answer.text for link in (confirm, withdraw))
        wrapped = f"https://x.safelinks.protection.outlook.com/?url=http%3A%2F%2Flocalhost{confirm.replace('/', '%2F')}&data=1"
        assert petition.browser().post(page, data={"link": wrapped}).headers["Location"] == confirm
    # What a program added in the address itself is taken away.
    for added in (".", "%E2%80%8B", "%3E", "__;!!x"):
        answer = petition.browser().get(confirm + added)
        assert (answer.status_code, answer.headers.get("Location")) == (303, confirm), added
    assert petition.browser().post("/r", data={"link": confirm[:60]}).status_code == 422
    assert petition.browser().get("/r").status_code == 200


@pytest.mark.parametrize(
    "token", ["x", "0" * 15, "8" + "0" * 15, "0" * 16 + "x", "٠" * 16, "-" * 900, "A" * 5_000, "%00"]
)
def test_any_other_token_is_a_page_and_never_an_error(token: str, still: Petition) -> None:
    assert still.browser().get(f"/r/{token}").status_code == 404
    assert still.browser().post(f"/r/{token}").status_code == 404


def test_a_record_that_is_gone_gets_no_news_and_nothing_is_written(still: Petition) -> None:
    for place in ("", "1", "9"):
        for ask in (still.browser().get, still.browser().post):
            assert headline(ask(f"/r/{5:016x}{place}").text)
    assert still.number("SELECT count(*) FROM no_news") == 0
    assert service(Settings, still.app).mail_from.startswith("post@")
