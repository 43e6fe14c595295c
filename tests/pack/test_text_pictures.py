"""The pictures of demands and updates: what a pack says of them, and what it must say."""

from __future__ import annotations

import pytest

from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.pack.findings import UNTRANSLATED, Finding
from campaign.pack.model.picture import ShownPicture
from campaign.pack.values import Point
from tests.minimal import FILES
from tests.tools import DAY

NAME = "0123456789abcdef" * 2
BY = "photo-by: A. Nobody"
SHOWS = {"en": "Two lime trees", "fr": "Deux tilleuls"}


def with_demand(lines: str) -> dict[str, str]:
    """The smallest pack with more lines in its demand."""
    place = "- key: keep-them\n"
    written = "".join(f"  {line}\n" for line in lines.split("\n"))
    return {**FILES, "campaign.yaml": FILES["campaign.yaml"].replace(place, place + written)}


def with_update(en: str, fr: str | None = None) -> dict[str, str]:
    """The smallest pack with an update, whose heads have these lines."""
    heads = {"en": en, "fr": en if fr is None else fr}
    head = "---\ntitle: Felled\nsummary: One is gone.\ndate: 2026-05-01\n"
    return {
        **FILES,
        **{f"updates/felled.{code}.md": f"{head}{lines}\n---\n\nWords.\n" for code, lines in heads.items()},
    }


def of_demand(*lines: str) -> dict[str, str]:
    return with_demand("\n".join((f"photo: {NAME}", *lines)))


def of_update(*lines: str, shows: dict[str, str] | None = None) -> dict[str, str]:
    shows = SHOWS if shows is None else shows
    heads = [
        "\n".join((f"photo: {NAME}", *lines, *([f"photo-of: {shows[code]}"] if code in shows else [])))
        for code in ("en", "fr")
    ]
    return with_update(*heads)


def problems(files: dict[str, str]) -> list[Finding]:
    return [finding for finding in check(files, DAY) if finding not in check(FILES, DAY)]


def said(files: dict[str, str]) -> list[tuple[str, str]]:
    return [(finding.level, str(finding.text)) for finding in problems(files)]


WORDS = "photo-of: {en: Two lime trees, fr: Deux tilleuls}"


def test_a_picture_is_shown_with_its_words_in_the_language_of_the_page() -> None:
    demand = parse(of_demand(WORDS, BY, "photo-focus: 30 40")).demands["keep-them"]
    update = parse(of_update(BY, "photo-focus: 30 40")).updates["felled"]
    for pictured in (demand, update):
        for code, words in SHOWS.items():
            assert pictured.picture(code) == ShownPicture(NAME, words, "A. Nobody", Point(30, 40))


def test_decoration_says_nothing_and_needs_no_words() -> None:
    decoration = "photo-is-decoration: yes"
    for files in (of_demand(decoration, BY), of_update(decoration, BY, shows={}), of_update(decoration, BY)):
        assert said(files) == []
        pack = parse(files)
        for pictured in (pack.demands["keep-them"], *pack.updates.values()):
            shown = pictured.picture("fr")
            assert shown is None or shown.alt == ""


def test_without_a_picture_nothing_is_asked_and_the_pack_is_as_before() -> None:
    for files in (FILES, with_update("")):
        pack = parse(files)
        assert said(files) == [] and pack.text_pictures == frozenset()
        for pictured in (*pack.demands.values(), *pack.updates.values()):
            assert pictured.picture("en") is None and pictured.photo_focus is None


def test_an_update_in_one_language_shows_its_words_in_the_other() -> None:
    files = of_update(BY)
    del files["updates/felled.fr.md"]
    shown = parse(files).updates["felled"].picture("fr")
    assert shown is not None and shown.alt == "Two lime trees"


SHOWS_LABEL = "What the picture shows, for people who can’t see it"

WRONG = {
    "a demand's picture without words": (of_demand(BY), ("error", "“photo-of” is missing.")),
    "an update's picture without words": (of_update(BY, shows={}), ("error", "“photo-of” is missing in “en”.")),
    "nobody who made it": (of_demand(WORDS), ("warning", "Who made the picture is not named")),
    "nobody who made an update's": (of_update(), ("warning", "Who made the picture is not named")),
    "a point that is none": (of_demand(WORDS, BY, "photo-focus: middle"), ("error", "is not a point of a picture")),
    "a point outside": (of_demand(WORDS, BY, "photo-focus: 30 101"), ("error", "is not a point of a picture")),
    "a point of three": (of_update(BY, "photo-focus: 1 2 3"), ("error", "is not a point of a picture")),
    "no name": (with_demand("photo: tree.jpg"), ("error", "is not the name of a photograph")),
    "a picture in one language": (
        with_update(f"photo: {NAME}\n{BY}\nphoto-of: Two", ""), ("error", "must be the same in every language"),
    ),
    "another point in another language": (
        with_update(f"photo: {NAME}\n{BY}\nphoto-of: Two\nphoto-focus: 1 2", f"photo: {NAME}\n{BY}\nphoto-of: Deux"),
        ("error", "“photo-focus” must be the same in every language."),
    ),
    "a word that is unknown": (of_update(BY, "photo-alt: x"), ("error", "photo-alt")),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_a_picture_is_said_where_it_is(case: str) -> None:
    files, (level, words) = WRONG[case]
    found = said(files)
    assert any(level == one and words in text for one, text in found), found
    assert all(problem.path in files for problem in problems(files))


@pytest.mark.parametrize(
    "files",
    [of_demand("photo-of: {en: Two lime trees}", BY), of_update(BY, shows={"en": "Two lime trees"})],
    ids=["demand", "update"],
)
def test_words_that_only_one_language_has_are_a_translation_that_is_missing(files: dict[str, str]) -> None:
    (finding,) = problems(files)
    assert finding.kind == UNTRANSLATED and str(finding.text) == "“photo-of” is missing in “fr”."
