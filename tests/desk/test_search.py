"""One search finds texts of the draft, pages of the desk, people for whom one may look, and the handbook."""

from __future__ import annotations

import re

import pytest

from tests.desk.conftest import Desk, Seat


def found(seat: Seat, words: str, status: int = 200) -> str:
    answer = seat.post("/search", {"csrf": seat.token("/en/desk/account"), "words": words})
    assert answer.status_code == status
    return answer.text.partition("<h1>")[2]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "title", "link"),
    [
        ("shade", "To the mayor", "/content/letter/mayor?text=en"),
        ("TRÉES SQUARE", "To the mayor", ""),
        ("publish", "Publish", "/desk/trees/publish"),
        ("fingerprint aloud", "Signatures", "/help/handbook/organisers#signatures"),
        ("ana@example", "Ana", "/desk/trees/people"),
        ("12", "", "/content/fact/trees"),
    ],
)
def test_what_is_found(still: Desk, words: str, title: str, link: str) -> None:
    page = found(still.sits("Ana"), words)
    links = dict(re.findall(r'<li><a href="([^"]+)"><strong>([^<]+)', page))
    assert any(title in text and link in address for address, text in links.items()), links


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "status"), [("", 422), ("  ", 422), ("\u202e", 422), ("-- ", 422), ("zebra", 200)]
)
def test_what_finds_nothing_says_so(still: Desk, words: str, status: int) -> None:
    page = found(still.sits("Ana"), words, status)
    assert (
        "Enter a word" if status == 422 else "Nothing was found."
    ) in page and '<ul class="rows">' not in page


@pytest.mark.security(15, 61)
def test_people_are_found_by_those_who_may_look_and_no_word_is_in_an_address(still: Desk) -> None:
    still.join("Rita", "reader")
    rita = still.sits("Rita")
    assert "ana@example.org" not in found(rita, "ana@example")
    assert 'method="post"' in rita.get("/search")
