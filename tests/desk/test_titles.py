"""People at the desk read names, words and days: never the keys, the marks and the file names of the pack."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from campaign.desk.content import items, shown_values
from campaign.desk.content.kinds import KINDS, Field
from campaign.pack.files import read_folder
from tests.conftest import published
from tests.tools import ROOT, SEED

PACKS = {"seed": SEED, "river": ROOT / "tests" / "packs" / "river"}


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application that answers in English."""
    app = published(tmp_path_factory.mktemp("titles"))
    with app.test_request_context("/en/"):
        yield app


@pytest.mark.parametrize("pack", PACKS)
def test_everything_in_a_pack_is_called_by_its_name(english: Flask, pack: str) -> None:
    files = read_folder(PACKS[pack])
    languages = items.languages_of(files)
    titles = {
        (kind.key, key): items.title_of(files, kind, key, languages)
        for kind in KINDS.values()
        for key in items.keys(files, kind)
    }
    assert titles
    assert [place for place, title in titles.items() if title in {"", place[1]}] == []


def _offered(_what: str) -> list[tuple[str, str]]:
    return [("FR", "France"), ("KZ", "Kazakhstan")]


SHOWN = [
    (Field("country", "", offered="countries"), "FR", "France"),
    (Field("countries", "", "series", offered="countries"), "KZ\nFR", "Kazakhstan\nFrance"),
    (Field("country", "", offered="countries"), "XX", "XX"),
    (Field("date", "", "day"), "2026-11-23", "23 November 2026"),
    (Field("date", "", "day"), "some day", "some day"),
    (Field("open", "", "flag"), "yes", "Yes"),
    (Field("open", "", "on"), "no", "No"),
    (Field("logo", "", "logo"), "0123456789abcdef.png", "a picture"),
    (Field("title", "", words=True), "As it was typed, 100%", "As it was typed, 100%"),
    (Field("title", "", words=True), "", ""),
]


@pytest.mark.parametrize(("field", "typed", "shown"), SHOWN)
def test_a_value_is_shown_in_words(english: Flask, field: Field, typed: str, shown: str) -> None:
    assert shown_values.shown(field, {field.id: typed}, field.id, _offered, "en") == shown


def test_what_is_in_no_field_is_shown_as_it_is(english: Flask) -> None:
    assert shown_values.shown(None, {"p.opening": "Words"}, "p.opening", _offered, "en") == "Words"


def test_no_page_of_a_list_shows_the_name_of_a_file(english: Flask) -> None:
    """The names of pictures are 64 digits, which say nothing to anybody."""
    files = read_folder(SEED)
    for kind in KINDS.values():
        for key in items.keys(files, kind):
            title = items.title_of(files, kind, key, items.languages_of(files))
            assert not re.search(r"[0-9a-f]{16}|\.(ya?ml|md|png|jpe?g)\b", title), title
