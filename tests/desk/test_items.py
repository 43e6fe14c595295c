"""Values go into the files and come out as they were, whatever is typed, and the pack survives its way out and in."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.desk.content import difference, items
from campaign.desk.content.form import clean
from campaign.desk.content.items import ItemReference
from campaign.desk.content.kinds import KINDS
from campaign.pack.archive import write_zip
from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.pack.writing import WritingError
from campaign.text_input import forbidden
from tests.minimal import FILES
from tests.tools import read_zip

PLACES = [
    (ItemReference(kind, key, language), name)
    for kind in KINDS.values()
    for key in items.keys(FILES, kind)
    for language in ("en", "fr")
    for name, value in items.read(FILES, ItemReference(kind, key, language)).items()
    if isinstance(value, str)
]

words = (
    st.text(st.characters(blacklist_categories=("Cs",)), max_size=80)
    .map(clean)
    .filter(lambda text: not forbidden(text) and not text.startswith("## ") and "\n## " not in text)
)


@pytest.mark.slow
@settings(max_examples=200, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(st.sampled_from(PLACES), words)
def test_whatever_is_typed_is_read_back_and_told_as_the_one_difference(
    place: tuple[ItemReference, str], text: str
) -> None:
    where, name = place
    text = text if name.startswith("p.") else " ".join(text.split("\n"))
    try:
        new = items.write(FILES, where, items.changed({name: text}, items.read(FILES, where)))
    except WritingError:
        return  # refused, and nothing written
    after = {**FILES, **new}
    assert items.read(after, where).get(name, "") == text
    others = {n: v for n, v in items.read(FILES, where).items() if n != name}
    assert {n: v for n, v in items.read(after, where).items() if n in others} == others
    told = difference.changes(FILES, after, ["en"])
    assert len(told) == (1 if new else 0)
    # A pack that the checker accepts survives its way out and in, and out again, to the byte.
    if not any(one.level == "error" for one in check(after, date(2026, 11, 24))):
        parse(after)
        packed = write_zip(after)
        assert read_zip(packed) == after and write_zip(read_zip(packed)) == packed


@settings(max_examples=60)
@given(st.text(max_size=200), st.text(max_size=200))
def test_a_difference_holds_both_texts(old: str, new: str) -> None:
    runs = difference.runs(old, new)
    assert "".join(text for sign, text in runs if sign != "+") == old
    assert "".join(text for sign, text in runs if sign != "-") == new


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        ("a b c", "a x c", [("", "a "), ("-", "b"), ("+", "x"), ("", " c")]),
        ("a b c d", "a x y d", [("", "a "), ("-", "b c"), ("+", "x y"), ("", " d")]),
        ("one, two", "one two", [("", "one"), ("-", ","), ("", " two")]),
        ("", "new", [("+", "new")]),
        ("gone", "", [("-", "gone")]),
        ("same", "same", [("", "same")]),
    ],
)
def test_a_difference_is_told_word_by_word(old: str, new: str, runs: difference.Runs) -> None:
    assert difference.runs(old, new) == runs


def test_what_did_not_change_in_a_long_text_is_left_out_but_around_the_changes() -> None:
    words = " ".join(f"word{n}" for n in range(400))
    told = difference.shortened(
        difference.runs(f"{words} old {words} old {words}", f"{words} new {words} new {words}")
    )
    assert [sign for sign, _text in told] == ["", "-", "+", "", "-", "+", ""]
    kept = [text for sign, text in told if not sign]
    assert all(len(text) <= 245 for text in kept) and all("…" in text for text in kept)
    assert kept[0].startswith("… word") and kept[0].endswith("word399 ")
    assert kept[1].startswith(" word0 ") and kept[1].endswith(" word399 ")
    assert kept[2].startswith(" word0 ") and kept[2].endswith("…")
    short = difference.runs("a b c", "a x c")
    assert difference.shortened(short) == short


def test_a_difference_of_files_shows_two_lines_around_each_change() -> None:
    old = [str(n) for n in range(20)]
    new = [*old[:5], "five and a half", *old[6:15], *old[16:]]
    told = difference.lines("\n".join(old), "\n".join(new))
    assert told == [
        ("…", ""), ("", "3"), ("", "4"), ("-", "5"), ("+", "five and a half"), ("", "6"), ("", "7"),
        ("…", ""), ("", "13"), ("", "14"), ("-", "15"), ("", "16"), ("", "17"),
    ]  # fmt: skip
    assert difference.lines("a", "a") == []


#: Two texts on which comparing word by word is slow for who does it the simple way, by length.
SLOW: dict[str, Callable[[int], tuple[str, str]]] = {
    "one word": lambda n: ("a " * n, "b a " * (n // 2)),
    "two words": lambda n: ("a b " * (n // 2), "b a " * (n // 2)),
    "other order": lambda n: (" ".join(map(str, range(n))), " ".join(map(str, range(n, 0, -1)))),
    "lines": lambda n: ("a\n" * n, "a\nb\n" * (n // 2)),
    "empty lines": lambda n: ("\n" * 4 * n, "a\n" + "\n" * 3 * n),
}


@pytest.mark.parametrize("case", SLOW)
def test_no_two_texts_keep_the_desk_busy(case: str) -> None:
    """Twice the text costs at most some four times the work, at any length that a file may have."""

    def spent(size: int, tell: Callable[[str, str], object]) -> float:
        old, new = SLOW[case](size)
        begun = time.process_time()
        tell(old, new)
        return time.process_time() - begun

    for tell in (difference.runs, difference.lines):
        small = min(spent(2_000, tell) for _ in range(3)) + 0.002
        assert min(spent(16_000, tell) for _ in range(3)) < 8 * 8 * 2 * small


def test_every_value_of_the_first_campaign_is_read_and_written_without_a_trace(files: dict[str, str]) -> None:
    for kind in KINDS.values():
        for key in items.keys(files, kind)[:6]:
            for language in ("en", "kk"):
                where = ItemReference(kind, key, language)
                values = items.read(files, where)
                assert items.write(files, where, items.changed(values, values)) == {}
                assert items.write(files, where, values) == {}, f"{kind.key} {key}"
