"""Each page has one style sheet and one script, of the layers that its templates ask for, and nothing else is made."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient

from campaign.services import service
from campaign.web.bundle_text import script_text, style_text
from campaign.web.bundles import (
    BASE,
    FRAME,
    SCRIPTS,
    STYLES,
    Bundles,
    layers_of_pages,
    needs_script,
    needs_style,
)
from campaign.web.static_files import FOREVER
from tests.fonts import SCRIPTS as FONT_SCRIPTS
from tests.fonts import characters
from tests.tools import ROOT, bundles_of, style_of

ASKED = layers_of_pages(ROOT / "templates")
ORDER = {"style": STYLES, "script": SCRIPTS}

#: The modules that scripts import, and the sheets that are for paper.
SHARED, PRINTED = {"live", "kept_here", "proof", "qr_reader"}, {"print", "windows"}


def every_name(kind: str) -> set[str]:
    """The name of every bundle of a kind that a page of ours can ask for, without a campaign's own rules."""
    sets = {
        chosen
        for asked in ASKED[kind]
        for count in range(len(asked) + 1)
        for chosen in combinations([layer for layer in ORDER[kind] if layer in asked], count)
    }
    first = ["base"] if kind == "style" else []
    return {"-".join([*first, *chosen]) for chosen in sets} - {""}


def test_every_file_is_in_a_layer_that_some_template_asks_for() -> None:
    # A service worker is a file of its own, not a part of a page.
    beside = {"style": {*BASE, *PRINTED, *FRAME}, "script": {*SHARED, "offline_worker"}}
    for kind, folder in (("style", "css"), ("script", "js")):
        files = {path.stem for path in (ROOT / "static" / folder).iterdir() if path.is_file()}
        assert files == {*ORDER[kind], *beside[kind]}
        assert {layer for asked in ASKED[kind] for layer in asked} == set(ORDER[kind])


#: A frame for pages of others, which has a sheet of its own and no script.
FRAME_PAGE = ROOT / "templates/site/embed.html"


def test_no_template_links_to_a_style_or_script_of_its_own() -> None:
    # The trustees' page is one file, which no server sends.
    for path in {*(ROOT / "templates").rglob("*.html")} - {ROOT / "templates/trustees/page.html"}:
        text = path.read_text(encoding="utf-8")
        names = re.findall(r'rel="stylesheet"|<script(?! type="application/ld\+json")', text)
        assert names == (
            ['rel="stylesheet"', "<script"]
            if path.name == "base.html" and path.parent.name == "templates"
            else ['rel="stylesheet"']
            if path == FRAME_PAGE
            else []
        ), path
        assert not re.search(r"""\{%-?\s*(?:extends|from|import|include)\s+[^"']""", text), (
            "its layers are unknown"
        )


@pytest.mark.parametrize(
    ("kind", "suffix", "mimetype"), [("style", "css", "text/css"), ("script", "js", "text/javascript")]
)
def test_all_bundles_are_few_and_each_is_answered(
    kind: str, suffix: str, mimetype: str, client: FlaskClient
) -> None:
    names = every_name(kind)
    assert 5 < len(names) < 256  # so many are kept in memory
    for name in names:
        answer = client.get(f"/bundles/{name}.{suffix}")
        assert (answer.status_code, answer.mimetype) == (200, mimetype), name
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    [
        "base-nothing.css", "home.css", "base-forms-home.css", "base-desk-log.css", "base-home-home.css",
        "base_ar_.css", "base_ar__0123456789abcdef.css", "base__000000-ffffff.css", "base_..css", ".css",
        "base__000000-ffffff_0123456789abcdef.css", "base-tokens.css", "print.css", "..%2Ftokens.css",
        "live.js", "share-leave.js", "leave-leave.js", "sign-passkey.js", "-.js", ".js", "leave-.js", "..%2F..%2Fx.js",
        "leave.css", "base.js", "base.map",
    ],
)  # fmt: skip
def test_any_other_name_is_no_page(name: str, client: FlaskClient) -> None:
    assert client.get(f"/bundles/{name}").status_code == 404


def test_a_bundle_is_kept_for_good_under_its_digest_alone(client: FlaskClient) -> None:
    for address in bundles_of(client.get("/en/january-2022/write").text).values():
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == FOREVER
        older = client.get(address.partition("?")[0] + "?v=0123456789")
        assert older.data == answer.data and "immutable" not in older.headers["Cache-Control"]
        again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_a_page_that_failed_leaves_nothing_for_the_error_page(app: Flask) -> None:
    with app.test_request_context("/en/"):
        plain = bundles_of(render_template("site/error.html", title="x", advice="x", error_id="x"))
        needs_style("write"), needs_script("sign")
        assert bundles_of(render_template("site/error.html", title="x", advice="x", error_id="x")) == plain


def test_a_misspelt_layer_is_an_error_when_the_page_is_rendered(app: Flask) -> None:
    with app.test_request_context("/en/"):
        for need in (needs_style, needs_script):
            with pytest.raises(LookupError):
                need("hom")


def test_files_that_a_sheet_names_have_their_digest(client: FlaskClient) -> None:
    named = set(re.findall(r'url\("([^"]+)"\)', style_of(client, "/en/january-2022/")))
    assert len(named) > 10
    for address in named:
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "font/woff2")
        assert answer.headers["Cache-Control"] == FOREVER and "Content-Encoding" not in answer.headers


def test_a_script_is_a_function_of_its_own_and_its_imports_are_in_the_bundle() -> None:
    text = script_text(ROOT / "static" / "js", SCRIPTS)
    assert not re.findall(r"^(?:import|export) ", text, re.M), "an import is not written as the others are"
    assert text.count("const live = (() => {") == text.count("const kept_here = (() => {") == 1
    assert text.count("run(() => {") == len(SCRIPTS)
    imported = set(re.findall(r"^const \{ ([\w, ]+) \} = (?:live|kept_here|proof|qr_reader);$", text, re.M))
    exported = {
        name for names in re.findall(r"^return \{ ([\w, ]+) \};$", text, re.M) for name in names.split(", ")
    }
    assert {name for names in imported for name in names.split(", ")} <= exported
    # These would keep an old browser from reading any of it, the way out included.
    assert not re.findall(r"\?\?=|\|\|=|&&=|^await |\bimport\(", text, re.M)


def test_sheets_are_joined_in_order_without_comments_and_the_printed_ones_last() -> None:
    made = style_text(
        ["/* one */\na { b: c; }\n", 'd { src: url("../x/y"); }\n'], ["e { f: g; }\n"], "/s/{}".format
    )
    assert made == 'a { b: c; }\nd { src: url("/s/x/y"); }\n@media print {\ne { f: g; }\n}\n'


def test_each_process_gives_a_campaign_s_sheet_the_same_name(app: Flask) -> None:
    templates, static = ROOT / "templates", ROOT / "static"
    one, other, stranger = (
        Bundles(static, templates, secret) for secret in (b"a" * 32, b"a" * 32, b"b" * 32)
    )
    name = one.style_name(frozenset({"home"}), ("ar", "en"), "1a5fb4-99c1f1")
    assert name == other.style_name(frozenset({"home"}), ("en", "ar"), "1a5fb4-99c1f1")
    with app.app_context():
        assert one.style(name).content == other.style(name).content
        with pytest.raises(LookupError):
            stranger.style(name)


# fonts


def loaded(style: str, text: str) -> set[str]:
    """The fonts that a browser may load for a text: those with a range that has one of its characters."""
    rules = re.findall(r'src: url\("[^"]*/([\w-]+)\.woff2\?[^"]*"\)[^;]*; unicode-range: ([^;]+);', style)
    return {name for name, ranges in rules if {ord(one) for one in text} & characters(ranges)}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("path", ["/", "/write", "/petition", "/demands/reparations", "/about", "/print"])
def test_a_page_in_latin_letters_needs_no_cyrillic_font_but_for_names_of_languages(
    path: str, language: str, client: FlaskClient
) -> None:
    page = client.get(f"/{language}/january-2022{path}").text
    assert "preload" not in page
    style = style_of(client, f"/{language}/january-2022{path}")
    assert re.search(r"^\.tongues \{[^}]*font-family: system-ui", style, re.M)
    page = re.sub(r"<head>.*?</head>|<nav class=\"tongues.*?</nav>|<select.*?</select>", "", page, flags=re.S)
    words = re.sub(r"<[^>]*>", "", page)
    assert {name for name in loaded(style, words) if "cyrillic" in name or "kazakh" in name} == set()


def test_the_cut_fonts_have_the_characters_of_the_whole_ones_once() -> None:
    ranges = {name: characters(text) for name, _script, text in FONT_SCRIPTS if name != "punctuation"}
    for one, other in combinations(ranges, 2):
        assert not ranges[one] & ranges[other], (one, other)
    letters = {
        "turkish": "ĞğİŞş",
        "kazakh": "ӘәҒғҚқҢңӨөҮүҺһ",
        "cyrillic": "ЁёЇїІіЄєҐґҰұ№",
        "latin": "éßœ«»„“—…€",
    }
    for name, text in letters.items():
        assert set(map(ord, text)) <= ranges[name], name


@pytest.mark.parametrize("script", sorted((ROOT / "static" / "js").glob("*.js")), ids=lambda path: path.stem)
def test_no_script_has_a_name_of_a_module_that_it_imports(script: Path) -> None:
    """In the bundle a module is a constant of its file's name; another of that name would hide it."""
    text = script.read_text(encoding="utf-8")
    modules = set(re.findall(r'^import \{.*\} from "\./(\w+)\.js";$', text, re.M))
    declared = set(re.findall(r"^(?:export )?(?:async )?(?:let|const|function) (\w+)", text, re.M))
    assert not modules & declared


def test_a_frame_has_a_sheet_in_three_schemes_and_no_other(app: Flask) -> None:
    with app.app_context():
        bundles = service(Bundles)
        sheets = {
            name: bundles.style(name).content.decode() for name in ("embed", "embed-light", "embed-dark")
        }
        for name in ("embed-red", "embed-home", "embed-light-dark", "base-light"):
            with pytest.raises(LookupError):
                bundles.style(name)
    assert "prefers-color-scheme" in sheets["embed"]
    assert "prefers-color-scheme" not in sheets["embed-light"] + sheets["embed-dark"]
    assert ".desk-body" not in sheets["embed"] and len(sheets["embed"]) < 16_000
