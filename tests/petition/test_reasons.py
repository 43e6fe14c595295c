"""Why people sign: asked after confirming, read by an organiser, shown, taken back; on both engines."""

from __future__ import annotations

import gc
import html
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from campaign import clock, names
from campaign.database import db, transaction
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.mail import worker
from campaign.petition import erasure, forgetting, reason_links, reasons
from campaign.petition.journal import Journal, hashed
from campaign.petition.ledger import Ledger
from campaign.petition.links import open_withdrawal
from campaign.petition.nightly import nightly
from campaign.petition.pages import public_reasons
from campaign.petition.public_counts import PublicCounts
from campaign.petition.reason_links import ReasonLink
from campaign.petition.reasons import NotSignedError, Organiser, Text, Writer, signer_of
from campaign.petition.shown_reasons import LAST, ShownReasons
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.settings import Settings
from campaign.web import budgets
from campaign.web.limits import Budgets
from campaign.web.public_pages import PageCache
from tests.conftest import published
from tests.minimal import FILES
from tests.petition.conftest import BASE, TERMS, Petition, headline, links_of, opened, problems
from tests.tools import without_tokens

ASKING = {"petition.yaml": TERMS["petition.yaml"] + "reasons: yes\n"}
AT_RISK = {"campaign.yaml": FILES["campaign.yaml"].replace("risk: []", "risk: [KZ]")}
WORDS = "My grandmother planted one of these trees."
ORGANISER = Organiser("ana@example.org", date(2026, 11, 24))


@pytest.fixture
def asking(storage: Flask) -> Petition:
    """A petition whose signers are asked why, on each engine."""
    return opened(storage, {**ASKING, **AT_RISK})


@pytest.fixture(scope="module")
def still_asking(tmp_path_factory: pytest.TempPathFactory) -> tuple[Petition, str]:
    """The same on SQLite with the address of one signer's form, which many tests fill in wrongly."""
    petition = opened(published(tmp_path_factory.mktemp("asking")), {**ASKING, **AT_RISK})
    return petition, address_of(petition, petition.signs()[0])


@contextmanager
def ahead(**time: float) -> Iterator[None]:
    """So much later."""
    later = timedelta(**time)
    with clock.use(lambda: clock.system() + later):
        yield


def pressed(petition: Petition, path: str, kind: str = "confirm") -> TestResponse:
    return petition.browser().post(path, data={"form_token": petition.token(f"{kind}/trees")})


def address_of(petition: Petition, confirm: str) -> str:
    """The address of the form that the page after confirming has."""
    thanks = pressed(petition, confirm).headers["Location"]
    page = petition.browser().get(thanks)
    assert page.status_code == 200 and headline(page.text) == "Your signature counts"
    return form_in(page.text)


def form_in(page: str) -> str:
    """The address to which the form of a page is sent."""
    found = re.search(r'action="([^"]+/why/[^"#]+)#problems"', page)
    assert found, headline(page)
    return found[1]


def typed(petition: Petition, **changes: Any) -> dict[str, Any]:
    fields = {"form_token": petition.token("reason/trees"), "reason": WORDS, "first_name": "",
              "language": "en", "public": "y"}  # fmt: skip
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def send(petition: Petition, address: str, **changes: Any) -> TestResponse:
    return petition.browser().post(address, data=typed(petition, **changes))


def signed_and_wrote(petition: Petition, email: str = "ana@example.org", **changes: Any) -> str:
    """Somebody signs and says why; the path of their withdrawal link."""
    country = changes.pop("signs_from", "FR")
    confirm, withdraw = petition.signs(email=email, country=country)
    answer = send(petition, address_of(petition, confirm), **changes)
    assert answer.status_code == 303, problems(answer.text)
    assert (
        headline(petition.browser().get(answer.headers["Location"]).text) == "The organisers have your text"
    )
    return withdraw


def own_page(withdraw: str) -> str:
    return f"{BASE}/w/{withdraw.rpartition('/')[2]}/reason"


def rows(petition: Petition, columns: str = "state, words, name, language") -> list[tuple[Any, ...]]:
    with petition.app.app_context():
        query = text(f"SELECT {columns} FROM reason ORDER BY words, state")
        return [tuple(row) for row in db.session.execute(query)]


def decide(petition: Petition, do: str = "show", **at_risk: Any) -> int:
    """An organiser decides on all."""
    with petition.app.app_context():
        numbers = [int(number) for number in db.session.scalars(text("SELECT id FROM reason"))]
        if do == "show":
            done = reasons.accept(db.session, "trees", ORGANISER, numbers, at_risk.get("at_risk", ()))
        else:
            done = reasons.refuse(db.session, "trees", ORGANISER, numbers, service(Journal))
        service(ShownReasons).reload()
        return done


def shown(petition: Petition, language: str = "en") -> str:
    """What the petition's page shows of it, with the page of all."""
    page = petition.browser().get(f"/{language}/trees/petition").text
    assert public_reasons.HERE not in page
    part = re.search(r'<section class="wide reasons".*?</section>', page, re.S)
    return (part[0] if part else "") + petition.browser().get(f"/{language}/trees/petition/reasons").text


# from the signature to the page, and back


def test_from_the_signature_to_the_public_page_and_back(asking: Petition) -> None:
    withdraw = signed_and_wrote(asking, first_name="Ana")
    assert rows(asking) == [("waiting", WORDS, "Ana", "en")]
    assert WORDS not in shown(asking), "an organiser has not read it yet"
    mine = asking.browser().get(own_page(withdraw)).text
    assert WORDS in mine and "waits for the organisers" in mine
    assert decide(asking) == 1
    assert shown(asking).count(WORDS) == 2 and "<bdi>Ana</bdi>" in shown(asking)
    assert "is shown on this site" in asking.browser().get(own_page(withdraw)).text
    answer = pressed(asking, own_page(withdraw), "take-back")
    assert headline(asking.browser().get(answer.headers["Location"]).text) == "Your text has been taken back"
    assert rows(asking) == [] and WORDS not in shown(asking)
    assert (asking.records, asking.total) == (1, 1), "the signature stays"


def test_a_signature_that_is_withdrawn_takes_its_text_along(asking: Petition) -> None:
    first, second = (signed_and_wrote(asking, f"n{n}@example.org", reason=f"Reason {n}.") for n in (1, 2))
    decide(asking)
    assert "Reason 1." in shown(asking) and "Reason 2." in shown(asking)
    asking.withdraw(first)
    assert "Reason 1." not in shown(asking) and "Reason 2." in shown(asking)
    assert [words for _state, words, *_more in rows(asking)] == ["Reason 2."]
    asking.withdraw(second)
    assert rows(asking) == []


def test_what_was_refused_is_erased_and_its_writer_learns_it_and_may_write_another(asking: Petition) -> None:
    withdraw = signed_and_wrote(asking, first_name="Ana")
    for do in ("refuse", "refuse"):  # a second time, nothing is there to refuse
        decide(asking, do)
    assert rows(asking) == [("refused", "", "", "en")]
    page = asking.browser().get(own_page(withdraw)).text
    assert "do not show your text" in page and WORDS not in page
    assert send(asking, form_in(page), reason="Another one.").status_code == 303
    assert rows(asking) == [("waiting", "Another one.", "", "en")]


def test_what_was_shown_is_taken_down_at_once(asking: Petition) -> None:
    signed_and_wrote(asking)
    decide(asking)
    assert WORDS in shown(asking)
    assert decide(asking, "refuse") == 1
    assert WORDS not in shown(asking)


# who is asked, and who is not


def test_it_is_off_until_a_campaign_switches_it_on(petition: Petition) -> None:
    confirm, withdraw = petition.signs()
    answer = pressed(petition, confirm)
    assert answer.headers["Location"] == f"{BASE}/done/confirmed"
    for page in (confirm, withdraw, answer.headers["Location"], BASE, f"{BASE}/signatures"):
        text = without_tokens(petition.browser().get(page).text)
        assert "why" not in text.lower().partition("<main")[2]
    assert petition.browser().get(f"{BASE}/reasons").status_code == 404
    page = petition.browser().get(own_page(withdraw))
    assert "You have written nothing yet." in page.text and "<textarea" not in page.text
    made = made_address(petition, withdraw)
    assert send(petition, made).status_code == 410 and petition.browser().get(made).status_code == 410
    assert rows(petition) == []


def made_address(petition: Petition, withdraw: str, country: str = "FR", minutes: int = 0) -> str:
    """An address of the form for a signature, as the server would make it."""
    keys = service(Petitions, petition.app).server_keys("trees")
    record = open_withdrawal(keys, withdraw.rpartition("/")[2]).record
    link = ReasonLink(record, country, int(clock.seconds() // 60) - minutes)
    return f"{BASE}/why/{reason_links.token(keys, link)}"


@pytest.mark.security(61)
def test_nobody_in_a_country_at_risk_is_asked_and_nothing_is_taken_from_there(asking: Petition) -> None:
    confirm, withdraw = asking.signs(country="KZ", understood="y")
    answer = pressed(asking, confirm)
    assert answer.headers["Location"] == f"{BASE}/done/confirmed/quiet"
    assert "why" not in asking.browser().get(answer.headers["Location"]).text.lower().partition("<main")[2]
    assert "reason" not in asking.browser().get(withdraw).text
    assert "<textarea" not in asking.browser().get(own_page(withdraw)).text
    made = made_address(asking, withdraw, "KZ")
    assert send(asking, made).status_code == 410 and rows(asking) == []


@pytest.mark.security(61)
def test_a_country_that_is_at_risk_since_is_not_shown_and_can_be_taken_back(storage: Flask) -> None:
    petition = opened(storage, ASKING)
    withdraw = signed_and_wrote(petition, signs_from="KZ", email="kz@example.org", understood="y")
    signed_and_wrote(petition, "fr@example.org", reason="Another one.")
    decide(petition)
    assert WORDS in shown(petition)
    publish(petition, {**ASKING, **AT_RISK})
    assert WORDS not in shown(petition) and "Another one." in shown(petition)
    mine = petition.browser().get(own_page(withdraw)).text
    assert "Leave this page" in mine and WORDS in mine
    answer = pressed(petition, own_page(withdraw), "take-back")
    assert answer.headers["Location"] == f"{BASE}/done/reason-taken-back/quiet"
    assert len(rows(petition)) == 1


@pytest.mark.security(61)
def test_a_text_that_waits_from_a_country_at_risk_since_is_never_accepted(storage: Flask) -> None:
    petition = opened(storage, ASKING)
    signed_and_wrote(petition, signs_from="KZ", email="kz@example.org")
    assert decide(petition, "show", at_risk=("KZ",)) == 0
    assert rows(petition, "state") == [("waiting",)]


def publish(petition: Petition, files: dict[str, str]) -> None:
    with petition.app.app_context():
        store.publish(db.session, "trees", {**FILES, **TERMS, **files}, store.Authorship("files"))
        service(EditionCache).load()


def test_after_the_end_nobody_is_asked_and_what_is_shown_stays(asking: Petition) -> None:
    withdraw = signed_and_wrote(asking)
    decide(asking)
    other = asking.signs(email="late@example.org")
    with clock.use(lambda: datetime(2027, 7, 1, 12, tzinfo=UTC)):  # links are good for a day after the end
        service(ShownReasons, asking.app).reload()
        assert send(asking, made_address(asking, other[1])).status_code == 410
        assert WORDS in shown(asking)
        assert "Take my text back" in asking.browser().get(own_page(withdraw)).text


# what may be written


WRONG = {
    "nothing": ({"reason": ""}, "Type a few words."),
    "spaces": ({"reason": " \n\t "}, "Type a few words."),
    "what nobody sees": ({"reason": "\u2800\u200b\u2060"}, "Type a few words."),
    "no consent": ({"public": None}, "If you want your text to be shown, tick this box."),
    "too long": ({"reason": "a" * 501}, "This is too long: 500 characters at most. You have 501."),
    "an override": ({"reason": "Good \u202eevil"}, "U+202E right-to-left override"),
    "an isolate": ({"reason": "Good \u2067evil"}, "U+2067 right-to-left isolate"),
    "an override in a name": ({"first_name": "An\u202ea"}, "U+202E right-to-left override"),
    "marks on a letter": ({"reason": f"Z{'̵̶̷̸̹' * 4}algo"}, "which can’t be printed"),
    "a control character": ({"reason": "a\x00b"}, "U+0000 control character"),
    "our own marks of languages": ({"reason": "x\ufdd5"}, "which can’t be printed"),
    "an e-mail address": ({"reason": "Write to ana@example.org!"}, "Take out “ana@example.org!”"),
    "a full-width address": ({"reason": "ana＠example．org"}, "Take out “ana@example.org”"),
    "a hidden address": ({"reason": "ana (at) example.org"}, "Take out “ana (at) example.org”"),
    "a telephone number": ({"reason": "Call +49 30 1234567."}, "Take out “+49 30 1234567.”"),
    "an Arabic telephone number": ({"reason": "اتصل ٠٣٠١٢٣٤٥٦٧"}, "Take out “٠٣٠١٢٣٤٥٦٧”"),
    "a link": ({"reason": "See https://evil.example/x"}, "Take out “https://evil.example/x”"),
    "a domain": ({"reason": "Go to evil.com now"}, "Take out “evil.com”"),
    "a domain in Chinese": ({"reason": "请看evil.com吧"}, "Take out “请看evil.com吧”"),
    "a path": ({"reason": "t.me/evil"}, "Take out “t.me/evil”"),
    "an account": ({"reason": "Follow @evil_one"}, "Take out “@evil_one”"),
    "a link as a name": ({"first_name": "evil.com"}, "Take out “evil.com”"),
    "a formula as a name": ({"first_name": "=1+1"}, "A name must begin with a letter."),
    "a number as a name": ({"first_name": "42"}, "A name must contain letters."),
    "a long name": ({"first_name": "a" * 41}, "This is too long: 40 characters at most. You have 41."),
    "another language": ({"language": "tlh"}, "Choose from the list."),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_may_not_be_public_is_refused_with_what_was_typed(
    case: str, still_asking: tuple[Petition, str]
) -> None:
    petition, address = still_asking
    changes, message = WRONG[case]
    answer = send(petition, address, **changes)
    assert answer.status_code == 422
    (problem,) = problems(answer.text)
    assert message in problem
    again = html.unescape(answer.text)
    kept = (changes.get("reason", WORDS) or "").strip("\x00 \n\t\ufdd5")
    assert "<title>Error: " in answer.text and kept in again
    assert rows(petition) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Because of 05.01.2022, and of 2022-01-05.", ""),
        ("I was 12 in 1991; in 2022 I was 43.", ""),
        ("It costs 12.50 or 1,250,000, i.e. too much…and so on", ""),
        ("We met at (the) square @ noon.", ""),
        ("8-701-123-45-67", "8-701-123-45-67"),
        ("1" * 500, "1" * 40),
        ("a." * 250, ""),
        ("@" * 500, ""),
    ],
)
def test_days_and_figures_are_no_way_to_reach_somebody(words: str, found: str) -> None:
    assert names.contact_in(words) == found


TAKEN = {
    "HTML": ("<script>alert(1)</script> & <b>bold</b>", "en"),
    "a very long word": ("a" * 500, "en"),
    "Arabic": ("لأن هذه الأشجار لنا جميعًا.", "ar"),
    "Chinese": ("因为这些树属于我们所有人。", "zh-Hans"),
    "emoji and flags": ("👩‍👩‍👧 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🇰🇿", "en"),
    "a template": ("{{ 7 * 7 }} {% raw %} form-token-of-this-visit", "en"),
    "a formula": ("=1+1", "en"),
    "our placeholder": (public_reasons.HERE[::-1], "en"),
}


@pytest.mark.parametrize("case", TAKEN)
def test_whatever_else_is_written_is_shown_as_it_is_and_in_its_language(case: str, asking: Petition) -> None:
    words, language = TAKEN[case]
    signed_and_wrote(asking, reason=words, language=language)
    decide(asking)
    direction = ' dir="rtl"' if language == "ar" else ""
    for page in (asking.browser().get(BASE).text, asking.browser().get(f"{BASE}/reasons").text):
        assert f'<p lang="{language}"{direction}>{html.escape(words)}</p>' in page.replace("&#34;", "&quot;")
    assert rows(asking)[0][1] == words


def test_a_text_is_one_paragraph_in_a_language_that_may_be_unknown(asking: Petition) -> None:
    signed_and_wrote(asking, reason="\ufeffFirst.\r\n\r\n  Second\u2029third.\t", language="")
    decide(asking)
    assert rows(asking)[0][1] == "First. Second third."
    assert '<p lang="" dir="auto">First. Second third.</p>' in shown(asking)


# twice, altered, late, of another campaign


def test_sent_twice_it_is_written_once_and_another_text_needs_the_first_taken_back(asking: Petition) -> None:
    confirm, withdraw = asking.signs()
    address = address_of(asking, confirm)
    for _ in range(2):
        assert send(asking, address).headers["Location"] == f"{BASE}/done/reason-sent"
    assert len(rows(asking)) == 1
    other = send(asking, address, reason="Another one.")
    assert other.status_code == 409 and "Another one." in other.text
    assert "take that one back first" in problems(other.text)[0]
    assert pressed(asking, confirm).headers["Location"].startswith(f"{BASE}/thanks/")
    again = asking.browser().get(pressed(asking, confirm).headers["Location"])
    assert again.headers["Location"] == f"{BASE}/done/confirmed", "who has written is not asked again"
    pressed(asking, own_page(withdraw), "take-back")
    assert send(asking, address, reason="Another one.").status_code == 303
    assert pressed(asking, own_page(withdraw), "take-back").status_code == 303
    assert pressed(asking, own_page(withdraw), "take-back").status_code == 303, "the button twice"


def test_eight_at_once_write_one_text(asking: Petition) -> None:
    address = address_of(asking, asking.signs()[0])
    statuses: list[int] = []
    fields = typed(asking)

    def press() -> None:
        statuses.append(asking.browser().post(address, data=fields).status_code)

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) == {303} and len(rows(asking)) == 1


def test_a_text_that_is_written_while_its_signature_is_withdrawn_never_stays(asking: Petition) -> None:
    """The withdrawal waits for the text's transaction, and takes along what that has written."""
    asking.confirm(asking.signs()[0])
    keys = service(Petitions, asking.app).server_keys("trees")
    link = open_withdrawal(keys, links_of(asking.box.messages[-1])[1].rpartition("/")[2])
    signer = signer_of(keys.withdraw_key(), link.record)
    ledger, engine = service(Ledger, asking.app), service(Engine, asking.app)
    withdrawing = threading.Thread(
        target=lambda: ledger.withdraw(asking.campaign, link, clock.today(), signer=signer)
    )
    campaign = asking.campaign
    with engine.execution_options(writes=True).begin() as connection:
        writer = Writer(link.record, signer, "FR")
        reasons.write(connection, campaign, writer, Text(WORDS, "", "en"), clock.today())
        withdrawing.start()
        withdrawing.join(1)
    withdrawing.join()
    assert (asking.records, rows(asking)) == (0, [])


def test_nothing_is_written_for_a_signature_that_was_withdrawn(asking: Petition) -> None:
    confirm, withdraw = asking.signs()
    address = address_of(asking, confirm)
    asking.withdraw(withdraw)
    answer = send(asking, address)
    assert answer.status_code == 410 and headline(answer.text) == "This signature was withdrawn"
    assert rows(asking) == []


def test_a_link_that_was_altered_cut_or_made_for_something_else_opens_nothing(asking: Petition) -> None:
    confirm, withdraw = asking.signs()
    address = address_of(asking, confirm)
    token = address.rpartition("/")[2]
    others = (
        token[:-1], token + "A", token[:10] + ("B" if token[10] != "B" else "C") + token[11:], "x", "A" * 300,
        confirm.rpartition("/")[2], withdraw.rpartition("/")[2], f"{token}%00", "%F0%9F%8C%B3",
    )  # fmt: skip
    for other in others:
        for path in (f"{BASE}/why/{other}", f"{BASE}/thanks/{other}"):
            assert asking.browser().get(path).status_code == 404, path
        assert send(asking, f"{BASE}/why/{other}").status_code == 404
    for other in (token, token[:-1], confirm.rpartition("/")[2]):
        assert asking.browser().get(f"{BASE}/w/{other}/reason").status_code == 404
        assert pressed(asking, f"{BASE}/w/{other}/reason", "take-back").status_code == 404
        assert pressed(asking, f"/r/{other}", "withdraw").status_code != 200 or asking.records == 1
    assert rows(asking) == [] and asking.records == 1


def test_a_link_of_another_campaign_opens_nothing(asking: Petition) -> None:
    address = address_of(asking, asking.signs()[0])
    withdraw = signed_and_wrote(asking, "eve@example.org")
    with asking.app.app_context():
        other = {
            **FILES,
            **ASKING,
            "campaign.yaml": FILES["campaign.yaml"].replace("slug: trees", "slug: another"),
        }
        store.publish(db.session, "another", other, store.Authorship("files"))
        service(EditionCache).load()
    service(Petitions, asking.app).held("another", fresh=True)
    for path in (address, own_page(withdraw)):
        elsewhere = path.replace("/trees/", "/another/")
        assert asking.browser().get(elsewhere).status_code == 404
        token = {"form_token": asking.token("take-back/another")}
        assert asking.browser().post(elsewhere, data=token | {"reason": "x"}).status_code == 404
    assert len(rows(asking)) == 1


def test_the_form_opens_for_an_hour_and_takes_what_was_typed_for_longer(asking: Petition) -> None:
    _, withdraw = asking.signs()
    for minutes, opens, takes in ((59, 200, 303), (61, 410, 303), (12 * 60, 410, 303), (14 * 60, 410, 410)):
        asking.confirm(asking.signs(email=f"m{minutes}@example.org")[0])
        withdraw = links_of(asking.box.messages[-1])[1]
        address = made_address(asking, withdraw, minutes=minutes)
        assert asking.browser().get(address).status_code == opens
        answer = send(asking, address, reason=f"After {minutes}.")
        assert answer.status_code == takes
        assert takes == 303 or f"After {minutes}." in answer.text, "it is there to be copied"
    late = asking.browser().get(made_address(asking, withdraw, minutes=61).replace("/why/", "/thanks/"))
    assert late.headers["Location"] == f"{BASE}/done/confirmed"


def test_the_address_of_the_page_after_confirming_neither_withdraws_nor_shows(asking: Petition) -> None:
    """People copy it to share the petition."""
    confirm, _withdraw = asking.signs()
    thanks = pressed(asking, confirm).headers["Location"]
    send(asking, form_in(asking.browser().get(thanks).text))
    token = thanks.rpartition("/")[2]
    for path in (f"/r/{token}", f"{BASE}/w/{token}", f"{BASE}/c/{token}", f"{BASE}/w/{token}/reason"):
        assert asking.browser().get(path).status_code == 404
    assert WORDS not in asking.browser().get(thanks, follow_redirects=True).text
    assert WORDS not in asking.browser().get(thanks.replace("/thanks/", "/why/")).text


def test_pages_with_a_token_are_kept_by_nobody(asking: Petition) -> None:
    confirm, withdraw = asking.signs()
    thanks = pressed(asking, confirm).headers["Location"]
    for path in (thanks, thanks.replace("/thanks/", "/why/"), own_page(withdraw)):
        answer = asking.browser().get(path)
        assert answer.headers["Cache-Control"] == "no-store" and answer.headers["X-Robots-Tag"] == "noindex"
        assert "Set-Cookie" not in answer.headers


def test_who_has_not_confirmed_yet_is_not_asked(asking: Petition) -> None:
    confirm, withdraw = asking.signs()
    page = asking.browser().get(own_page(withdraw)).text
    assert "does not count yet" in page and "<textarea" not in page
    assert send(asking, made_address(asking, withdraw)).status_code == 410
    asking.confirm(confirm)
    assert "<textarea" in asking.browser().get(own_page(withdraw)).text
    asking.withdraw(withdraw)
    assert "does not count yet, or not any more" in asking.browser().get(own_page(withdraw)).text


# floods


def test_a_link_writes_so_often_a_day_and_keeps_what_was_typed_beyond(asking: Petition) -> None:
    confirm, withdraw = asking.signs()
    address = address_of(asking, confirm)
    service(Budgets, asking.app).enabled = True
    try:
        for turn in range(budgets.REASON.most):
            assert send(asking, address, reason=f"Text {turn}.").status_code == 303
            pressed(asking, own_page(withdraw), "take-back")
        answer = send(asking, address, reason="One more.")
    finally:
        service(Budgets, asking.app).enabled = False
    assert answer.status_code == 429 and "One more." in answer.text and int(answer.headers["Retry-After"])
    assert rows(asking) == []


def test_so_many_wait_and_no_more(asking: Petition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reasons, "MOST_WAITING", 1)
    signed_and_wrote(asking)
    answer = send(asking, address_of(asking, asking.signs(email="eve@example.org")[0]), reason="Kept here.")
    assert answer.status_code == 503 and "Kept here." in answer.text
    decide(asking)
    signed_and_wrote(asking, "dan@example.org", reason="There is room again.")


def filled(petition: Petition, number: int, state: str) -> None:
    """So many texts of signatures that nobody made."""
    with petition.app.app_context(), transaction(db.session) as connection:
        connection.execute(
            text(
                "INSERT INTO reason (id, campaign_id, signer, state, words, name, country, language, day)"
                " VALUES (:id, :campaign, :id, :state, :words, '', 'FR', 'en', :day)"
            ),
            [
                {"id": n + 10**9, "campaign": petition.campaign, "state": state, "words": f"Words {n}.", "day": "2026-11-24"}
                for n in range(number)
            ],
        )  # fmt: skip


@pytest.mark.parametrize("number", [170, pytest.param(10_000, marks=pytest.mark.slow)])
def test_many_are_shown_in_pages_and_a_process_keeps_the_newest_thousand(
    number: int, asking: Petition
) -> None:
    kept = min(number, 1_000)
    filled(asking, number, "shown")
    service(ShownReasons, asking.app).reload()
    page = asking.browser().get(BASE).text
    assert page.count('<figure class="reason">') == 3 and f"And {number - 3:,} more" in page
    end = -(-kept // 50)
    last = asking.browser().get(f"{BASE}/reasons/{end}").text
    assert last.count('<figure class="reason">') == (kept - 1) % 50 + 1
    assert (f"In all there are {number:,}." in last) == (number > 1_000)
    assert f"/petition/reasons/{end - 1}" in last and f"/petition/reasons/{end + 1}" not in last
    for other in ("0", str(end + 1), "99999999999999999999", "-1", "x"):
        assert asking.browser().get(f"{BASE}/reasons/{other}").status_code == 404


# what is stored, and for how long


@pytest.mark.security(61)
def test_nothing_beside_a_text_leads_to_its_signature(asking: Petition) -> None:
    withdraw = signed_and_wrote(asking, "ana.secret@example.org", first_name="")
    keys = service(Petitions, asking.app).server_keys("trees")
    record = open_withdrawal(keys, withdraw.rpartition("/")[2]).record
    (row,) = rows(asking, "id, campaign_id, signer, state, words, name, country, language, day, erase_on")
    assert record not in row and row[0] != row[2]
    assert row[2] == signer_of(keys.withdraw_key(), record) != signer_of(b"w" * 64, record)
    assert [str(value) for value in row[8:]] == [str(clock.today()), "2027-12-31"], "days alone"
    assert not any("example.org" in str(value) for value in row)


def test_it_is_erased_with_its_signature_on_the_promised_day(asking: Petition) -> None:
    signed_and_wrote(asking)
    decide(asking)
    publish(asking, {**ASKING, "petition.yaml": ASKING["petition.yaml"].replace("2027-12-31", "2028-12-31")
                     .replace("2027-06-30", "2028-06-30")})  # fmt: skip
    signed_and_wrote(asking, "late@example.org", reason="Later.")
    nightly(asking.app, date(2027, 12, 31))
    assert [words for _state, words, *_ in rows(asking)] == ["Later."]
    nightly(asking.app, date(2028, 12, 31))
    assert rows(asking) == []


def test_trustees_who_erase_a_record_erase_its_text(asking: Petition) -> None:
    withdraw = signed_and_wrote(asking)
    signed_and_wrote(asking, "eve@example.org", reason="Another one.")
    keys = service(Petitions, asking.app).server_keys("trees")
    record = open_withdrawal(keys, withdraw.rpartition("/")[2]).record
    with asking.app.app_context():
        erasure.forget_shown(db.session, keys.withdraw_key(), [record], service(Journal))
        assert ("reason", hashed(signer_of(keys.withdraw_key(), record))) in set(service(Journal).lines())
    assert [words for _state, words, *_ in rows(asking)] == ["Another one."]


@pytest.mark.parametrize("ends", ["taken back", "refused", "withdrawn"])
def test_whatever_ends_a_text_is_in_the_journal_before_it_is_answered(ends: str, asking: Petition) -> None:
    withdraw = signed_and_wrote(asking)
    (number, signer) = rows(asking, "id, signer")[0]
    if ends == "taken back":
        pressed(asking, own_page(withdraw), "take-back")
    elif ends == "refused":
        decide(asking, "refuse")
    else:
        asking.withdraw(withdraw)
    lines = set(service(Journal, asking.app).lines())
    assert ("reason", hashed(signer if ends == "withdrawn" else number)) in lines


def test_a_journal_that_can_t_be_written_stops_it(asking: Petition, monkeypatch: pytest.MonkeyPatch) -> None:
    withdraw = signed_and_wrote(asking)

    def full(_lines: Any) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(service(Journal, asking.app), "note", full)
    assert pressed(asking, own_page(withdraw), "take-back").status_code == 503
    assert pressed(asking, withdraw, "withdraw").status_code == 503
    assert len(rows(asking)) == 1 and asking.records == 1


# every process, and a database that is away


@pytest.fixture
def another(asking: Petition, tmp_path: Path) -> Iterator[Petition]:
    """Another process with the same database."""
    url = service(Settings, asking.app).database_url.replace("+psycopg", "")
    app = published(
        tmp_path / "another", CAMPAIGN_DATABASE_URL=url, CAMPAIGN_VOLATILE=str(tmp_path / "memory")
    )
    yield Petition(app, asking.key)
    service(worker.Queue, app).close()
    service(Engine, app).dispose()


def test_another_process_shows_and_forgets_it_within_a_minute(asking: Petition, another: Petition) -> None:
    withdraw = signed_and_wrote(asking)
    decide(asking)
    with ahead(seconds=31):
        assert shown(another).count(WORDS) == 2
    pressed(asking, own_page(withdraw), "take-back")
    with ahead(seconds=62):
        assert WORDS not in shown(another)


def test_a_process_that_is_asked_nothing_forgets_it_too(asking: Petition, another: Petition) -> None:
    withdraw = signed_and_wrote(asking, reason="Words in memory.")
    decide(asking)
    shown(another)
    assert in_memory(another.app, "Words in memory.")
    pressed(asking, own_page(withdraw), "take-back")
    forgetting.forget(another.app)
    assert not in_memory(another.app, "Words in memory.")


def in_memory(app: Flask, words: str) -> bool:
    """Whether a service that keeps pages or texts has these words."""
    waiting: list[Any] = [service(ShownReasons, app), service(PageCache, app)]
    met = {id(thing) for thing in waiting}
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, str | bytes):
            if words.encode() in (thing if isinstance(thing, bytes) else thing.encode()):
                return True
        elif (
            not isinstance(thing, type | Engine | Flask) and type(thing).__module__ != "builtins"
        ) or isinstance(thing, dict | list | tuple):
            for inner in gc.get_referents(thing):
                if id(inner) not in met and not isinstance(inner, type | Engine | Flask):
                    met.add(id(inner))
                    waiting.append(inner)
    return False


def test_while_the_database_is_away_texts_are_shown_for_a_minute_and_the_page_stays(
    asking: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_and_wrote(asking)
    decide(asking)
    memory = service(ShownReasons, asking.app)
    assert WORDS in asking.browser().get(BASE).text

    def away() -> None:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(memory._refresher, "_read", away)
    monkeypatch.setattr(memory, "_read", away)
    with ahead(seconds=LAST - 1):
        assert WORDS in asking.browser().get(BASE).text
    with ahead(seconds=LAST + 1):
        page = asking.browser().get(BASE)
        assert page.status_code == 200 and WORDS not in page.text
        memory.forget()
        assert not in_memory(asking.app, WORDS)


# how it is shown


def test_a_country_is_named_from_five_signatures_up_as_in_the_counts(asking: Petition) -> None:
    signed_and_wrote(asking, first_name="Ana")
    signed_and_wrote(asking, "de@example.org", signs_from="DE", reason="From elsewhere.")
    decide(asking)
    assert "France" not in shown(asking).partition("<main")[0] and "<bdi>A supporter</bdi></" in shown(asking)
    for n, country in enumerate(("FR", "FR", "FR", "FR", "IT")):
        asking.confirm(asking.signs(email=f"n{n}@example.org", country=country)[0])
    with ahead(days=1):
        service(ShownReasons, asking.app).reload()
        service(PublicCounts, asking.app).publish()
        page = shown(asking)
    assert "<bdi>Ana</bdi>, France" in page and "<bdi>A supporter</bdi></" in page and "Germany" not in page


def test_a_reader_sees_those_in_their_own_language_first(asking: Petition) -> None:
    for n in range(4):
        signed_and_wrote(asking, f"n{n}@example.org", reason=f"In English {n}.")
    signed_and_wrote(asking, "fr@example.org", reason="En français.", language="fr")
    decide(asking)
    page = asking.browser().get("/fr/trees/petition").text
    assert page.index("En français.") < page.index("In English")
    assert page.count("In English") == 2


def test_the_page_of_all_may_be_kept_for_some_seconds_alone(asking: Petition) -> None:
    signed_and_wrote(asking)
    decide(asking)
    answer = asking.browser().get(f"{BASE}/reasons")
    assert answer.headers["Cache-Control"] == "public, max-age=15"
    assert "noindex" in answer.headers["X-Robots-Tag"], "a search engine would keep what was taken back"
    assert "data-nosnippet" in asking.browser().get(BASE).text
    again = asking.browser().get(f"{BASE}/reasons", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_old_editions_show_none(asking: Petition) -> None:
    signed_and_wrote(asking)
    decide(asking)
    publish(asking, {**ASKING, "petition.en.md": FILES["petition.en.md"] + "\nMore.\n"})
    page = asking.browser().get("/en/trees/editions/1/petition").text
    assert WORDS not in page and public_reasons.HERE not in page
    assert WORDS in asking.browser().get(BASE).text


def test_a_campaign_that_switches_it_off_shows_none_any_more(asking: Petition) -> None:
    withdraw = signed_and_wrote(asking)
    decide(asking)
    publish(asking, TERMS)
    assert WORDS not in asking.browser().get(BASE).text
    assert asking.browser().get(f"{BASE}/reasons").status_code == 404
    assert f"{own_page(withdraw)}" in asking.browser().get(withdraw).text, "it can still be taken back"
    pressed(asking, own_page(withdraw), "take-back")
    assert rows(asking) == []


def test_what_programs_read_says_nothing_of_it(asking: Petition) -> None:
    signed_and_wrote(asking, first_name="Ana")
    decide(asking)
    for path in (
        f"{BASE}/count.json", f"{BASE}/signatures", "/api/v1/campaigns/trees", "/api/v1/campaigns/trees/counts",
        "/en/trees/embed/sign", "/en/trees/", "/en/trees/updates.xml",
    ):  # fmt: skip
        assert WORDS not in asking.browser().get(path).text


def test_nothing_is_written_without_a_record(asking: Petition) -> None:
    with asking.app.app_context(), transaction(db.session) as connection:
        writer = Writer(5, 5, "FR")
        with pytest.raises(NotSignedError):
            reasons.write(connection, asking.campaign, writer, Text(WORDS, "", "en"), clock.today())
    assert rows(asking) == []
