"""The direction and the language of what people type, whatever letter it is in."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.press.direction import pieces, right_to_left


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Claire Martin", False),
        ("محمد عبد الله", True),
        ("דוד כהן", True),
        ("  «محمد»", True),
        ("12 شارع الحرية", True),
        ("Claire (محمد)", False),
        ("محمد (Claire)", True),
        ("ܡܪܝܡ", True),
        ("ދިވެހި", True),
        ("ߒߞߏ", True),
        ("2026", False),
        ("", False),
        ("😀 محمد", True),
    ],
)
def test_the_first_letter_decides_the_direction(text: str, expected: bool) -> None:
    assert right_to_left(text) is expected


ARABIC = "أكتب إليكم من ليون"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Only Latin, 2026.", ["> Only Latin, 2026."]),
        (f"{ARABIC}.", [f"< {ARABIC}."]),
        ("قال Claire Martin: نعم.", ["< قال ", "> Claire Martin", "< : نعم."]),
        ("I heard «نعم» there.", ["> I heard «", "< نعم", "> » there."]),
        ("في 11 يناير 2022.", ["< في 11 يناير 2022."]),
        ("قال Article 12 (a) ثم", ["< قال ", "> Article 12 (a", "< ) ثم"]),
        ("See نعم لا, please", ["> See ", "< نعم لا", "> , please"]),
        ("שלום, Claire!", ["< שלום, ", "> Claire", "< !"]),
        ("مُحَمَّد", ["< مُحَمَّد"]),
        ("", []),
    ],
)
def test_a_text_falls_into_pieces_of_one_direction(text: str, expected: list[str]) -> None:
    shown = [f"{'<' if piece.right_to_left else '>'} {piece.text}" for piece in pieces(text, "en")]
    assert shown == expected


@pytest.mark.parametrize(
    ("text", "letter", "expected"),
    [
        ("I was there.", "en", [""]),
        ("J'y étais.", "fr", [""]),
        ("Я там был.", "ru", [""]),
        ("Мен сонда болдым.", "kk", [""]),
        ("Я там был.", "en", ["ru-RU"]),
        ("Мен сонда болдым, сәлем.", "fr", ["kk-KZ"]),
        ("Мен сонда болдым, сәлем.", "ru", ["kk-KZ"]),
        ("I was there on 5 January.", "ru", ["und"]),
        ("Ήμουν εκεί.", "en", ["el-GR"]),
        ("მე იქ ვიყავი.", "ru", ["ka-GE"]),
        ("كنت هناك.", "en", ["ar-EG"]),
        ("من آنجا بودم، پدرم هم.", "fr", ["fa-IR"]),
        ("הייתי שם.", "ru", ["he-IL"]),
        ("كنت في Lyon يومها", "fr", ["ar-EG", "", "ar-EG"]),
        ("2026", "en", [""]),
        ("— … !", "ru", [""]),
        ("Я видел там съёмочную группу Radio Azattyq.", "ru", [""]),
    ],
)
def test_each_piece_has_a_language_where_it_is_not_that_of_the_letter(
    text: str, letter: str, expected: list[str]
) -> None:
    assert [piece.language for piece in pieces(text, letter)] == expected


@given(st.text(st.sampled_from("aZяқ1 2.,()«»\u00a0\n-אבعمُ٣\u200f\u200d😀漢"), max_size=60))
def test_the_pieces_are_the_text_and_neighbours_differ(text: str) -> None:
    parts = pieces(text, "en")
    assert "".join(piece.text for piece in parts) == text
    assert all(a.right_to_left != b.right_to_left for a, b in pairwise(parts))
