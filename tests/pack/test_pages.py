"""A page of the pack stands in the menu, in the footer or nowhere, as its head says."""

from __future__ import annotations

import pytest

from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.pack.model import Pack
from tests.minimal import FILES
from tests.tools import DAY


def with_page(key: str, head: str, french: str = "") -> dict[str, str]:
    """The smallest pack with a page, whose head says more."""
    page = "---\ntitle: T\nsummary: S.\n{}---\n\nWords.\n"
    return {**FILES, f"pages/{key}.en.md": page.format(head), f"pages/{key}.fr.md": page.format(french)}


FOUR = ("sending", "at-risk", "privacy", "about")

PLACES = {
    "the four of every campaign as ever": (FILES, FOUR, ()),
    "another page is linked nowhere": (with_page("team", ""), FOUR, ()),
    "in the footer, last": (with_page("team", "in: footer\n"), (*FOUR, "team"), ()),
    "in the footer, second": (
        with_page("team", "in: footer\norder: 15\n"),
        ("sending", "team", "at-risk", "privacy", "about"),
        (),
    ),
    "in the menu": (with_page("team", "in: menu\n"), FOUR, ("team",)),
    "one of the four in the menu": (with_page("about", "in: menu\n"), FOUR[:3], ("about",)),
    "one of the four nowhere": (with_page("sending", "in: none\n"), FOUR[1:], ()),
    "as the translation says": (with_page("team", "", "in: menu\n"), FOUR, ("team",)),
}


@pytest.mark.parametrize(("files", "footer", "menu"), PLACES.values(), ids=PLACES)
def test_a_page_is_linked_where_its_head_says(
    files: dict[str, str], footer: tuple[str, ...], menu: tuple[str, ...]
) -> None:
    assert [str(finding) for finding in check(files, DAY) if finding.level == "error"] == []
    pack: Pack = parse(files)
    assert (pack.pages_in("footer"), pack.pages_in("menu")) == (footer, menu)


WRONG = {
    "a place that there is not": (with_page("team", "in: sidebar\n"), "“in” can’t be “sidebar”"),
    "two places": (
        with_page("team", "in: menu\n", "in: footer\n"),
        "“in” must be the same in every language",
    ),
    "two orders": (with_page("team", "order: 1\n", "order: 2\n"), "“order” must be the same"),
    "no number": (with_page("team", "order: first\n"), "“first” is not a whole number"),
}


@pytest.mark.parametrize(("files", "said"), WRONG.values(), ids=WRONG)
def test_a_head_that_can_t_be_is_named(files: dict[str, str], said: str) -> None:
    assert said in "\n".join(str(finding) for finding in check(files, DAY))
