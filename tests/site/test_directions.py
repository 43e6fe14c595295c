"""Every page says in which direction it runs, and so does every passage in another language."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask

from campaign.languages.data import exists, language
from tests.conftest import published
from tests.directions import FILES, LANGUAGES
from tests.tools import style_of

PAGES = (
    "", "/demands", "/demands/keep-them", "/record", "/organisations", "/write", "/petition", "/print", "/about",
    "/petition/signatures", "/editions", "/updates",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("packs") / "trees"
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return published(Path(tmp_path_factory.mktemp("data")), folder)


class Passages(HTMLParser):
    """The direction around each element that names a language, and its own."""

    VOID = frozenset({"link", "meta", "input", "br", "img", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.around: list[str] = [""]
        self.wrong: list[str] = []
        self.html: dict[str, str | None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = dict(attrs)
        if tag == "html":
            self.html = got
        own = got.get("dir") or self.around[-1]
        code = got.get("lang")
        if code and exists(code) and language(code).direction != own:
            self.wrong.append(f"<{tag} lang={code}> runs {own}")
        if tag not in self.VOID:
            self.around.append(own if own != "auto" else self.around[-1])

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID and len(self.around) > 1:
            self.around.pop()


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_and_its_foreign_passages_state_their_direction(page: str, code: str, site: Flask) -> None:
    answer = site.test_client().get(f"/{code}/trees{page}")
    assert answer.status_code == 200
    passages = Passages()
    passages.feed(answer.text)
    assert passages.html == {"lang": code, "dir": language(code).direction}
    assert passages.wrong == []
    style = style_of(site.test_client(), f"/{code}/trees{page}")
    assert ":lang(ar)" in style and ":lang(zh-Hans)" in style


@pytest.mark.parametrize(
    ("page", "drawn"),
    [("", "units"), ("", "viewBox"), ("/record", "bar")],
)
def test_a_picture_that_has_a_beginning_begins_where_lines_do(page: str, drawn: str, site: Flask) -> None:
    text = site.test_client().get(f"/ar/trees{page}").text
    assert any("from-start" in tag for tag in text.split("<svg ")[1:] if drawn in tag.partition(">")[0])


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ar", "IUT</bdi>، "),
        ("zh-Hans", "IUT</bdi>，"),
        ("en", "IUT</bdi>, "),
    ],
)
def test_templates_join_texts_with_the_signs_of_the_language(code: str, expected: str, site: Flask) -> None:
    assert expected in site.test_client().get(f"/{code}/trees/").text
