"""Every public page, in every language: words, headers, weight, and what must not be there."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import brotli
import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

from campaign.pack.model import Pack
from tests.tools import LANGUAGES, ROOT, words_of

PATHS = (
    "/", "/demands/", "/demands/independent-investigation", "/demands/accountability", "/demands/reparations",
    "/demands/end-persecution", "/record", "/organisations", "/write", "/petition", "/print", "/about",
    "/privacy", "/sending", "/at-risk", "/imprint", "/accessibility",
)  # fmt: skip
WALK = [(language, path) for language in LANGUAGES for path in PATHS]


class Page(HTMLParser):
    """What a browser would fetch, follow or run on a page, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self._silent = 0
        self._foreign: list[bool] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._silent += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.words.append(re.sub(r"[ \n\t]+", " ", data).strip())


def fetched(page: Page) -> Iterator[str]:
    for tag, attributes in page.tags:
        kind = attributes.get("rel")
        if tag in {"script", "img", "iframe", "link", "source"} and kind not in {
            "alternate",
            "apple-touch-icon",
        }:
            yield attributes.get("src") or attributes.get("href", "")


@pytest.mark.security(72)
@pytest.mark.parametrize(("language", "path"), WALK)
def test_a_page_is_whole(language: str, path: str, client: FlaskClient) -> None:
    answer = client.get(f"/{language}/january-2022{path}")
    page = Page(answer.text)
    assert answer.status_code == 200
    assert f'<html lang="{language}" dir="ltr">' in answer.text
    assert len([tag for tag, _ in page.tags if tag == "h1"]) == 1
    assert "Set-Cookie" not in answer.headers
    weight = len(answer.data) + sum(
        len(client.get(one, buffered=True).data) for one in fetched(page) if one.startswith("/static")
    )
    assert weight < 120_000
    for address in fetched(page):
        assert address.startswith(("/static/", "/bundles/")), address


@pytest.mark.security(32)
@pytest.mark.parametrize(("language", "path"), WALK)
def test_a_page_has_no_inline_script_style_or_handler(language: str, path: str, client: FlaskClient) -> None:
    page = Page(client.get(f"/{language}/january-2022{path}").text)
    for tag, attributes in page.tags:
        assert tag != "style"
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        assert tag != "script" or attributes.get("src", "").startswith("/bundles/")
        assert not attributes.get("href", "").startswith("javascript:")


@pytest.mark.parametrize(("language", "path"), WALK)
def test_every_id_is_one_and_every_label_and_anchor_has_its_target(
    language: str, path: str, client: FlaskClient
) -> None:
    page = Page(client.get(f"/{language}/january-2022{path}").text)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]
    for tag, attributes in page.tags:
        if tag == "label" and "for" in attributes:
            assert attributes["for"] in ids
        if attributes.get("href", "").startswith("#"):
            assert attributes["href"][1:] in ids, attributes["href"]


def english_words() -> set[str]:
    """Words of the interface that differ in the other languages."""
    with (ROOT / "campaign/languages/en/messages.po").open("rb") as file:
        return {m.id for m in read_po(file) if isinstance(m.id, str) and "%" not in m.id}


@pytest.mark.slow
@pytest.mark.parametrize(("language", "path"), [w for w in WALK if w[0] != "en"])
def test_no_word_of_the_interface_is_left_in_english(language: str, path: str, client: FlaskClient) -> None:
    same = {"Menu", "Pages", "Date", "Source", "Sources", "E-mail", "Page", "Organisation", ""}
    english = english_words() - same
    for words in Page(client.get(f"/{language}/january-2022{path}").text).words:
        assert words not in english, words


@pytest.mark.parametrize("path", PATHS)
def test_no_french_punctuation_can_fall_to_the_next_line(path: str, client: FlaskClient) -> None:
    for words in Page(client.get(f"/fr/january-2022{path}").text).words:
        assert not re.search(r" [;!?»]| :(\s|$)|« ", words), words


@pytest.mark.parametrize("language", ["ru", "kk", "fr"])
def test_every_message_is_translated_and_keeps_its_slots(language: str) -> None:
    with (ROOT / f"campaign/languages/{language}/messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    for message in catalogue:
        if not message.id:
            continue
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        translated = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(translated), message.id
        for text in translated:
            assert set(re.findall(r"%\(\w+\)\w", text)) == set(re.findall(r"%\(\w+\)\w", originals[-1])), text


@pytest.mark.slow
def test_the_translations_hold_every_message_of_the_code(tmp_path: object) -> None:
    from babel.messages.frontend import CommandLineInterface

    found = ROOT / "campaign/languages/en/messages.po"
    out = f"{tmp_path}/messages.pot"
    command = [
        "pybabel",
        "-q",
        "extract",
        "-F",
        "pyproject.toml",
        *("-k", "_l", "-k", "Message", "-k", "Plural:1,2"),
        "-o",
        out,
        "--omit-header",
        ".",
    ]
    import os

    before = os.getcwd()
    os.chdir(ROOT)
    try:
        CommandLineInterface().run(command)
    finally:
        os.chdir(before)
    with open(out, "rb") as new, found.open("rb") as old:
        extracted = {str(m.id) for m in read_po(new) if m.id}
        assert extracted == {str(m.id) for m in read_po(old) if m.id}


def test_no_message_hides_in_an_f_string_where_it_is_not_collected() -> None:
    for path in (ROOT / "campaign").rglob("*.py"):
        assert not re.search(r"\{_l?\(|\{ngettext\(", path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize(
    ("number", "words"), [(1, "требование"), (2, "требования"), (4, "требования"), (5, "требований")]
)
def test_plural_forms_are_right(number: int, words: str, app: Flask) -> None:
    from flask_babel import ngettext

    from campaign.web import languages

    with app.test_request_context("/ru/"), languages.forced("ru"):
        assert ngettext("%(num)d demand", "%(num)d demands", number) == f"{number} {words}"


@pytest.mark.parametrize(
    ("accept", "address"),
    [
        ("fr-CH, fr;q=0.9, en;q=0.8", "/fr/january-2022/"),
        ("kk", "/kk/january-2022/"),
        ("kk-KZ,ru;q=0.8", "/kk/january-2022/"),
        ("ru-RU", "/ru/january-2022/"),
        ("de, ja", "/en/january-2022/"),
        ("", "/en/january-2022/"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/january-2022/", "/january-2022"])
def test_an_address_without_a_language_leads_to_the_campaign_in_the_readers_language(
    path: str, accept: str, address: str, client: FlaskClient
) -> None:
    answer = client.get(path, headers={"Accept-Language": accept})
    assert (answer.status_code, answer.headers["Location"]) == (302, address)
    assert answer.headers["Vary"] == "Accept-Language"
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(("language", "path"), [("en", path) for path in PATHS])
def test_the_language_switch_stays_on_the_page(language: str, path: str, client: FlaskClient) -> None:
    page = Page(client.get(f"/{language}/january-2022{path}").text)
    links = {a["hreflang"]: a["href"] for tag, a in page.tags if tag == "a" and "hreflang" in a}
    # The composer's switch is a button of its form, so that it takes along what was typed.
    links |= {a["lang"]: a["formaction"] for tag, a in page.tags if tag == "button" and "lang" in a}
    assert links == {code: f"/{code}/january-2022{path}" for code in LANGUAGES}


@pytest.mark.parametrize(
    ("path", "accept", "language"),
    [
        ("/xx/january-2022/", "fr", "fr"),
        ("/ru/nowhere/", "fr", "ru"),
        ("/kk/january-2022/nothing", "en", "kk"),
        ("/en/january-2022/demands/peace", "ru", "en"),
        ("/nothing", "ru", "ru"),
        ("/nothing/", "kk-KZ", "kk"),
        ("/fr/january-2022/write/letter.doc", "en", "fr"),
    ],
)
def test_an_unknown_address_is_a_404_page_in_the_best_language(
    path: str, accept: str, language: str, client: FlaskClient
) -> None:
    headers = {"Accept-Language": accept}
    answer = (
        client.get(path, headers=headers) if "letter." not in path else client.post(path, headers=headers)
    )
    if answer.status_code == 308:
        answer = client.get(answer.headers["Location"], headers=headers)
    assert answer.status_code == 404
    assert f'<html lang="{language}" dir="ltr">' in answer.text
    assert path.rsplit("/", 1)[-1] not in Page(answer.text).words


def test_the_pictures_say_in_words_what_they_show(client: FlaskClient, pack: Pack) -> None:
    home = client.get("/en/january-2022/").text
    title = re.search(r'<title id="units-title">([^<]+)</title>', home)
    assert title
    assert "at least 238" in title[1] and "19 law enforcement officers" in words_of(title[1])
    dark, light = (
        [(int(length) + 7) // 12 for length in re.findall(r"h(\d+)", path)]
        for path in re.findall(r'<path class="unit(?: unit-lighter)?" d="([^"]+)"', home)
    )
    assert (sum(dark) + sum(light), sum(light)) == (238, 19)
    record = client.get("/en/january-2022/record").text
    for size in ("wide", "narrow"):
        paths = re.findall(rf'<path id="(?:stated|other|later)-{size}" d="([^"]+)"', record)
        assert sum(path.count("h0") for path in paths) == len(pack.timeline), size


def test_every_fact_stands_on_the_record_with_its_sources(client: FlaskClient, pack: Pack) -> None:
    for language in LANGUAGES:
        record = client.get(f"/{language}/january-2022/record").text
        for fact in pack.facts.values():
            assert f'id="{fact.key}"' in record
        for source in {key for fact in pack.facts.values() for key in fact.sources}:
            url = pack.sources[source].url
            assert not url or url.replace("&", "&amp;") in record


def test_later_developments_stand_apart(client: FlaskClient, pack: Pack) -> None:
    record = client.get("/en/january-2022/record").text
    later = [fact.key for fact in pack.facts.values() if pack.later(fact)]
    assert later
    for key in later:
        assert re.search(rf'<li class="later" id="{key}">', record)


def test_conflicting_figures_stand_side_by_side(client: FlaskClient) -> None:
    record = words_of(client.get("/en/january-2022/record").text)
    table = record[record.index("How many people died?") :]
    for figure in ("225", "230", "232", "241", "238", "221"):
        assert f">{figure}</a>" in table or f">at least {figure}</a>" in table


def test_a_page_is_made_once_for_an_edition_and_answers_304(client: FlaskClient) -> None:
    first = client.get("/en/january-2022/")
    again = client.get("/en/january-2022/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert "stale-if-error" in first.headers["Cache-Control"]


def test_a_page_is_packed_for_browsers_that_take_it_so(client: FlaskClient) -> None:
    plain = client.get("/ru/january-2022/record")
    packed = client.get("/ru/january-2022/record", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(packed.data) == plain.data
    older = client.get("/ru/january-2022/record", headers={"Accept-Encoding": "gzip, br;q=0"})
    assert gzip.decompress(older.data) == plain.data
    assert len({answer.headers["ETag"] for answer in (plain, packed, older)}) == 3
    assert len(packed.data) < len(plain.data) / 3
    assert packed.headers["Vary"] == "Accept-Encoding"


def test_visitors_do_not_see_that_a_language_awaits_review(client: FlaskClient, pack: Pack) -> None:
    assert pack.awaiting_review == ("ru", "kk", "fr")
    for path in PATHS:
        assert "awaiting" not in client.get(f"/kk/january-2022{path}").text


@pytest.mark.security(20)
def test_get_changes_nothing(client: FlaskClient, app: Flask) -> None:
    from campaign.database import db
    from campaign.editions.models import Edition, EditionVersion, Version

    def counts() -> list[int]:
        with app.app_context():
            return [db.session.query(table).count() for table in (Edition, Version, EditionVersion)]

    before = counts()
    for language, path in WALK:
        for method in ("GET", "HEAD", "OPTIONS"):
            client.open(f"/{language}/january-2022{path}", method=method)
    assert counts() == before


@pytest.mark.parametrize(
    ("language", "original"),
    [("fr", "langue d’origine\u00a0: russe."), ("ru", "язык оригинала: английский.")],
)
def test_a_translated_quotation_names_its_language_in_the_readers(
    language: str, original: str, client: FlaskClient
) -> None:
    assert original in client.get(f"/{language}/january-2022/record").text


def test_the_state_of_a_demand_has_its_source_and_says_who_judges(client: FlaskClient) -> None:
    page = client.get("/en/january-2022/demands/accountability").text
    assert page.count("#source-fidh-statement") == 1 and "#source-eurasianet-2024-03" in page
    assert "is the judgement of those who run this site" in page
    assert 'id="source-eurasianet-2024-03"' in client.get("/en/january-2022/record").text


def test_the_record_lists_what_its_claims_rest_on_and_no_source_of_an_address(
    client: FlaskClient, pack: Pack
) -> None:
    page = client.get("/en/january-2022/record").text
    listed = set(re.findall(r'id="source-([\w-]+)"', page))
    assert listed == set(re.findall(r'href="#source-([\w-]+)"', page)) | {
        state.source for demand in pack.demands.values() for state in demand.states
    }
    assert "stetina-letter" not in listed and "appc" not in listed
