"""Names as initials: what the tables of the languages do not have, and what is true of every name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.languages.initials import MOST, MOST_PARTS, initials


@pytest.mark.parametrize(
    ("name", "gives"),
    [
        ("김민수", "김**"),
        ("やまだ はなこ", "や**"),
        ("Kim Min-su", "K. M."),
        ("संजय प्रिया", "सं. प्रि."),
        ("เกษม ใจดี", "ก. จ."),
        ("ლაშა ბერიძე", "ლ. ბ."),
        ("משה כהן", "מ. כ."),
        ("ʻAlī ibn Abī Ṭālib", "A. A. Ṭ."),
        ("〇〇", "〇**"),
        ("Smith, Ana", "S. A."),
        ("A. B.", "A. B."),
        ("123", ""),
        ("", ""),
    ],
)
def test_names_of_other_scripts_and_forms(name: str, gives: str) -> None:
    assert initials(name, "en") == gives


@given(st.text(max_size=120))
def test_initials_are_few_and_never_longer_than_the_name_with_a_sign_for_each(name: str) -> None:
    short = initials(name, "en")
    assert short.count(".") <= MOST * MOST_PARTS
    assert len(short) <= 3 * (len(name) + MOST * MOST_PARTS)
