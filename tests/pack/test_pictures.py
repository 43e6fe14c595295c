"""The picture of the front page: what each kind needs, and what `check` says of one that would mislead."""

from __future__ import annotations

import pytest

from campaign.pack import pictures
from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.pack.page_sizes import page_sizes
from tests.minimal import FILES
from tests.tools import DAY

OLD = "picture: {kind: marks, facts: [trees, old-trees]}"
FACT = "- {{key: {key}, topic: square, said-by: friends, source: plea, as-of: 2020-05-01, {more}, label: X, claim: 'X.'}}\n"
PHOTO = "0123456789abcdef" * 2


def files(picture: str, note: str = "", **facts: str) -> dict[str, str]:
    """The smallest pack with another picture, another caption and more facts."""
    front = FILES["campaign.yaml"].replace(OLD, picture)
    if note:
        front = front.replace("picture-note: {en: 'One mark for each tree.'", f"picture-note: {{en: '{note}'")
    table = FILES["facts.yaml"] + "".join(
        FACT.format(key=key.replace("_", "-"), more=more) for key, more in facts.items()
    )
    return {**FILES, "campaign.yaml": front, "facts.yaml": table}


def said(made: dict[str, str], level: str = "error") -> list[str]:
    return [str(finding.text) for finding in check(made, DAY) if finding.level == level]


def test_a_list_of_two_facts_still_means_marks() -> None:
    picture = parse(files("picture: [trees, old-trees]")).picture
    assert said(files("picture: [trees, old-trees]")) == []
    assert picture is not None and (picture.kind, picture.facts) == ("marks", ("trees", "old-trees"))


@pytest.mark.parametrize("written", ["", "picture: {kind: none}", "picture: {}"])
def test_a_campaign_may_have_no_picture_and_no_caption(written: str) -> None:
    made = files(written)
    made["campaign.yaml"] = "".join(
        line for line in made["campaign.yaml"].splitlines(True) if not line.startswith("picture-note")
    )
    assert said(made) == [] and parse(made).picture is None


GOOD = {
    "a number": files("picture: {kind: number, facts: [trees]}"),
    "marks without a part": files("picture: {kind: marks, facts: [trees]}"),
    "marks": files("picture: {kind: marks, facts: [trees, old-trees]}"),
    "bars": files("picture: {kind: bars, facts: [old-trees, trees]}"),
    "bars with a range": files(
        "picture: {kind: bars, facts: [trees, felled]}", felled="value: 5, upper: 9, unit: tree"
    ),
    "bars of money": files(
        "picture: {kind: bars, facts: [paid, owed]}",
        paid="value: 2.5, currency: EUR", owed="value: 7, currency: EUR",
    ),
    "a timeline": files("picture: {kind: timeline}"),
    "a photograph": files(
        f"picture: {{kind: photograph, photo: {PHOTO}, credit: A. Nobody, alt: {{en: A tree, fr: Un arbre}}}}"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", GOOD)
def test_a_picture_that_can_be_drawn_has_no_error(case: str) -> None:
    assert said(GOOD[case]) == [] and parse(GOOD[case]).picture is not None
    assert list(page_sizes(parse(GOOD[case])))


BAD = {
    "an unknown kind": (files("picture: {kind: pie}"), "“kind” can’t be “pie”"),
    "an unknown fact": (files("picture: {kind: number, facts: [tres]}"), "Unknown fact “tres”"),
    "a number of nothing": (files("picture: {kind: number}"), "draws one fact, not 0"),
    "three for marks": (
        files("picture: {kind: marks, facts: [trees, old-trees, felled]}", felled="value: 1, unit: tree"),
        "draws 1 to 2 facts, not 3",
    ),
    "one bar": (files("picture: {kind: bars, facts: [trees]}"), "draws 2 to 8 facts, not 1"),
    "a part larger than the whole": (
        files("picture: {kind: marks, facts: [old-trees, trees]}"),
        "“trees” is drawn as a part of “old-trees”, so it can’t be larger",
    ),
    "no value": (
        files("picture: {kind: number, facts: [words]}", words="quote: {en: A, fr: B}"),
        "“words” is drawn in the picture, so it needs a value",
    ),
    "half a mark": (
        files("picture: {kind: marks, facts: [half]}", half="value: 1.5, unit: tree"),
        "must be a whole number",
    ),
    "a range of marks": (
        files("picture: {kind: marks, facts: [felled]}", felled="value: 5, upper: 9, unit: tree"),
        "“felled” is a range, which marks can’t show: use bars",
    ),
    "a bar below zero": (
        files("picture: {kind: bars, facts: [trees, less]}", less="value: -1, unit: tree"),
        "“less” is drawn as a bar: its value can’t be below 0",
    ),
    "trees and per cent": (
        files("picture: {kind: bars, facts: [trees, share]}", share="value: 40, per-cent: yes"),
        "“trees” and “share” have different units",
    ),
    "euros and dollars": (
        files(
            "picture: {kind: bars, facts: [paid, owed]}",
            paid="value: 2, currency: EUR", owed="value: 7, currency: USD",
        ),
        "“paid” and “owed” have different units",
    ),
    "a photograph without one": (files("picture: {kind: photograph}"), "The photograph is missing"),
    "a photograph without its words": (
        files(f"picture: {{kind: photograph, photo: {PHOTO}, credit: A}}"), "“alt” is missing",
    ),
    "words in one language": (
        files(f"picture: {{kind: photograph, photo: {PHOTO}, credit: A, alt: {{en: A tree}}}}"),
        "“alt” is missing in “fr”",
    ),
    "no photograph of ours": (
        files("picture: {kind: photograph, photo: tree.jpg}"), "is not the name of a photograph",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_picture_that_would_mislead_is_an_error_with_its_reason(case: str) -> None:
    made, reason = BAD[case]
    assert any(reason in text for text in said(made)), said(made)


def test_an_empty_timeline_can_not_be_drawn() -> None:
    made = {**files("picture: {kind: timeline}"), "timeline.yaml": "timeline: []\n"}
    assert "The timeline is empty: there is nothing to draw." in said(made)


def test_a_photograph_of_nobody_is_asked_about() -> None:
    made = files(f"picture: {{kind: photograph, photo: {PHOTO}, alt: {{en: A tree, fr: Un arbre}}}}")
    assert any("Who made the picture is not named" in text for text in said(made, "warning"))


@pytest.mark.parametrize(
    ("note", "more", "warns"),
    [
        ("There are {{ fact.many.number }}.", "value: 10000, qualifier: over, unit: tree", True),
        ("There are {{ fact.many.number }}.", "value: 10000, upper: 20000, unit: tree", True),
        ("There are {{ fact.many.figure }}.", "value: 10000, qualifier: over, unit: tree", False),
        ("There are {{ fact.many.number }}.", "value: 10000, unit: tree", False),
    ],
)
def test_a_caption_that_loses_over_is_named(note: str, more: str, warns: bool) -> None:
    made = files("picture: {kind: number, facts: [many]}", note, many=more)
    assert said(made) == []
    assert any("use “fact.many.figure”" in text for text in said(made, "warning")) == warns


def test_bars_have_one_true_scale_from_zero() -> None:
    made = files(
        "picture: {kind: bars, facts: [trees, felled, none, old-trees]}",
        felled="value: 6, upper: 24, unit: tree",
        none="value: 0, unit: tree",
    )
    bars = pictures.bars(pictures.drawn(parse(made)))
    assert [(bar.share, bar.upper_share) for bar in bars] == [(50, 50), (25, 100), (0, 0), (12.5, 12.5)]


def test_one_mark_says_what_it_counts_of_money_too() -> None:
    made = files("picture: {kind: marks, facts: [paid]}", paid="value: 558125, currency: EUR")
    pack = parse(made)
    assert pictures.one_mark(pack, pictures.marks(pack, 600).scale, "en") == "€1,000"
