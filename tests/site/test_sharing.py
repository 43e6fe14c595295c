"""Links that share a page: plain, of documented services, and never for people in a country at risk."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import zxingcpp
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from PIL import Image, ImageDraw

from campaign.languages.data import installed, language
from campaign.site import sharing
from tests.conftest import published
from tests.petition.conftest import BASE, Petition, opened
from tests.site.test_search import RIVER, SEEDS, SITE

TEXT = "“Two” & <three>? #1 — да\u00a0же"
ADDRESS = "https://letters.example.org/en/trees/petition"


@pytest.mark.parametrize("code", [*installed(), "ja", "pt-BR"])
def test_every_language_offers_known_services(code: str) -> None:
    lines = language(code).sections["sharing"]
    assert set(lines["names"]) <= set(lines["services"]) <= set(sharing.SERVICES)
    assert len(set(lines["services"])) == len(lines["services"]) >= 3


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("en", ["WhatsApp", "Telegram", "Mastodon"]),
        ("ru", ["WhatsApp", "Telegram", "ВКонтакте", "Одноклассники", "Mastodon"]),
        ("kk", ["WhatsApp", "Telegram", "ВКонтакте", "Одноклассники", "Mastodon"]),
        ("uk", ["WhatsApp", "Telegram", "Mastodon"]),
        ("ja", ["WhatsApp", "Telegram", "Mastodon"]),
    ],
)
def test_the_services_are_those_of_the_language(code: str, names: list[str]) -> None:
    assert [link.name for link in sharing.share_services(code, ADDRESS, TEXT)] == names


@pytest.mark.parametrize("key", sharing.SERVICES)
def test_a_link_brings_the_text_and_the_address_whole(key: str) -> None:
    name, _link = sharing.SERVICES[key]
    links = {
        link.name: link.address
        for code in ("en", "ru")
        for link in sharing.share_services(code, ADDRESS, TEXT)
    }
    links |= {"VK": links["ВКонтакте"], "OK.ru": links["Одноклассники"]}
    parts = urlsplit(links[name])
    assert parts.scheme == "https" and not re.search(r"utm_|ref=|fbclid", links[name])
    said = parse_qs(parts.query or parts.fragment, strict_parsing=True)
    both = "\n".join(
        value
        for values in (said[name] for name in ("text", "title", "url") if name in said)
        for value in values
    )
    assert TEXT in both and ADDRESS in both


def test_an_e_mail_begins_with_a_subject_and_the_address_in_its_text() -> None:
    link = urlsplit(sharing.share_by_mail(ADDRESS, TEXT))
    said = parse_qs(link.query, strict_parsing=True)
    assert (link.scheme, link.path) == ("mailto", "")
    assert said == {"subject": [TEXT], "body": [f"{TEXT}\r\n\r\n{ADDRESS}"]}


def test_a_camera_reads_the_code_on_the_screen() -> None:
    svg = sharing.screen_code(ADDRESS)
    size = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])  # type: ignore[index]
    picture = Image.new("L", (size * 8, size * 8), 255)
    draw = ImageDraw.Draw(picture)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg):
        box = [int(x) * 8, int(y) * 8, (int(x) + int(width)) * 8 - 1, int(y) * 8 + 7]
        draw.rectangle(box, fill=0)
    assert zxingcpp.read_barcode(picture).text == ADDRESS


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("sharing")
    return published(folder, *SEEDS, CAMPAIGN_PUBLIC_URL=SITE, CAMPAIGN_DOMAINS=f"river={RIVER}")


@pytest.fixture
def reader(site: Flask) -> FlaskClient:
    return site.test_client()


def shared(page: str) -> str:
    """The address that a page shares; '' if it shares none."""
    found = re.search(r'<section class="share"[^>]*data-address="([^"]+)"', page)
    return found[1] if found else ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "shares"),
    [
        ("/", "/"), ("/demands/accountability", "/demands/accountability"), ("/petition", "/petition"),
        ("/share", "/petition"),
        ("/demands/", ""), ("/record", ""), ("/at-risk", ""), ("/privacy", ""), ("/organisations", ""),
        ("/editions/1/", ""), ("/editions/1/petition", ""), ("/editions/1/demands/accountability", ""),
    ],
)  # fmt: skip
def test_a_page_shares_itself_by_plain_links(
    path: str, shares: str, reader: FlaskClient, site: Flask
) -> None:
    with site.app_context():
        _second_edition(site)
    for code in ("en", "ru"):
        page = reader.get(f"/{code}/january-2022{path}", base_url=SITE).text
        assert shared(page) == (f"{SITE}/{code}/january-2022{shares}" if shares else "")
        section = page.partition('<section class="share"')[2].partition("</section>")[0]
        links = re.findall(r'<a href="(https:[^"]+)"([^>]*)>', section)
        assert len(links) == (len(language(code).line("sharing", "services")) if shares else 0)
        assert all(attributes == ' rel="noopener noreferrer nofollow"' for _, attributes in links)
        assert all(shared(page) in unquote(address.replace("&amp;", "&")) for address, _ in links)
        # Nothing of theirs is loaded, and what needs a script is hidden without it.
        assert not re.search(r'(?:src|srcset|action)="(?!/)', section)
        assert section.count("<li hidden>") == 2 * bool(shares)


def _second_edition(site: Flask) -> None:
    from campaign.database import db
    from campaign.editions import store
    from campaign.editions.edition_cache import EditionCache
    from campaign.pack.files import read_folder
    from campaign.services import service

    if store.newest(db.session)["january-2022"] == 1:
        files = read_folder(SEEDS[0])
        files["pages/about.en.md"] += "\nMore.\n"
        store.publish(db.session, "january-2022", files, store.Authorship("files"))
        service(EditionCache, site).load()


def test_an_update_and_an_outcome_share_themselves(reader: FlaskClient) -> None:
    page = reader.get("/ar/river/updates/ruling", base_url=RIVER).text
    assert shared(page) == f"{RIVER}/ar/river/updates/ruling"


def test_without_a_host_in_the_settings_nothing_is_shared(client: FlaskClient) -> None:
    for path in ("/", "/petition", "/demands/accountability"):
        assert shared(client.get(f"/en/january-2022{path}").text) == ""
    assert client.get("/en/january-2022/share").status_code == 404


@pytest.mark.parametrize(
    ("address", "at_risk", "there"), [(ADDRESS, False, True), (ADDRESS, True, False), ("", False, False)]
)
def test_the_macro_shows_nothing_to_people_at_risk_or_without_an_address(
    address: str, at_risk: bool, there: bool, site: Flask
) -> None:
    source = "{% from 'site/share.html' import share_links with context %}{{ share_links(address, text, at_risk) }}"
    with site.test_request_context("/en/"):
        html = render_template_string(source, address=address, text=TEXT, at_risk=at_risk, language="en")
    assert bool(html.strip()) is there
    assert "<three>" not in html


# a signature


@pytest.fixture
def petition(tmp_path: Path) -> Petition:
    from tests.minimal import FILES

    campaign = FILES["campaign.yaml"].replace("countries-at-risk: []", "countries-at-risk: [KZ]")
    app = published(tmp_path, CAMPAIGN_PUBLIC_URL="https://trees.example.org")
    return opened(app, {"campaign.yaml": campaign})


@pytest.mark.security(36, 62)
def test_after_confirming_a_signature_people_may_tell_others_unless_they_are_at_risk(
    petition: Petition,
) -> None:
    button = {"form_token": petition.token("confirm/trees")}
    france: dict[str, Any] = {"country": "FR"}
    at_risk: dict[str, Any] = {"country": "KZ", "understood": "y"}
    for number, typed in enumerate((france, at_risk, france)):
        confirm, _withdraw = petition.signs(email=f"ana-{number}@example.org", **typed)
        for _ in range(2):  # pressed once more, it is the same page
            page = petition.browser().post(confirm, data=button, follow_redirects=True).text
            assert "Your signature counts" in page
            assert ('href="/en/trees/share"' in page) is (typed is france)
            # For who may be at risk, the quick way out alone leads to another site.
            others = re.findall(r'(?:href|src|action)="((?:https?:)?//[^"]*)', page)
            assert others == [] or (typed is at_risk and set(others) == {"https://en.wikipedia.org/"})
    after = petition.browser().get("/en/trees/share").text
    assert shared(after) == "https://trees.example.org/en/trees/petition"


@pytest.mark.security(62)
def test_the_petitions_page_shares_nothing_once_somebody_says_that_they_are_at_risk(
    petition: Petition,
) -> None:
    wrong = petition.browser().post(BASE, data=petition.typed(name=""))
    assert wrong.status_code == 422 and shared(wrong.text)
    for typed in ({"country": "KZ"}, {"country": "KZ", "understood": "y", "name": ""}):
        answer = petition.browser().post(BASE, data=petition.typed(**typed))
        assert answer.status_code == 422 and not shared(answer.text)


def test_a_word_about_where_a_reader_comes_from_changes_nothing(reader: FlaskClient) -> None:
    plain = reader.get("/en/january-2022/", base_url=SITE).data
    assert reader.get("/en/january-2022/?from=anything", base_url=SITE).data == plain
