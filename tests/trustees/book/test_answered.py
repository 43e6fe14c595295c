"""The letter that goes with the book says what became of the letters to its office."""

from __future__ import annotations

import json
from typing import Any

import pytest

from campaign.pack.model import Pack
from campaign.signatures.sealed_list import Totals
from campaign.trustees.book import answered, transmittal
from campaign.trustees.book.choices import Choices
from campaign.trustees.book.collecting import Sums
from campaign.trustees.book.front import Proof
from tests.tools import LANGUAGES, pdf_text, words_of

PRESIDENT: dict[str, Any] = {
    "key": "president", "title": "President", "sent": 1234, "median_days": 21, "silent_per_cent": 80,
    "answers": {"none": 806, "receipt": 90, "evasive": 12, "promise": None, "action": None},
}  # fmt: skip
ANSWERS = {
    "campaign": "january-2022", "counted_at": "2026-11-26T12:15:00Z",
    "offices": [
        PRESIDENT,
        {"key": None, "title": None, "sent": 9, "median_days": None, "silent_per_cent": None,
         "answers": dict.fromkeys(answered.KINDS)},
    ],
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_says_what_became_of_the_letters_to_that_office(pack: Pack, language: str) -> None:
    offices = answered.read(json.dumps(ANSWERS), "january-2022")
    handed = transmittal.Handover(
        Sums(40, 0, 0, 0, 0, ()),
        2,
        Proof(Totals("january-2022", "2026-11-24", 40, "ab" * 32, 0, 1), "cd" * 32),
        offices,
    )
    words = words_of(pdf_text(transmittal.letters(pack, Choices(language), "president", handed)))
    shown = answered.lines(offices["president"], language)
    assert len(shown) == 6 and all(words_of(line) in words for line in shown)
    assert words_of(answered.heading(offices["president"], language)) in words
    other = words_of(pdf_text(transmittal.letters(pack, Choices(language), "ombudsman", handed)))
    assert "806" not in other


@pytest.mark.parametrize(
    "change",
    [
        {"campaign": "trees"}, {"offices": 1}, {"offices": [1]}, {"counted_at": "soon"},
        {"offices": [{**PRESIDENT, "sent": "1234"}]},
        {"offices": [{**PRESIDENT, "sent": -5}]},
        {"offices": [{**PRESIDENT, "answers": {}}]},
    ],
)  # fmt: skip
def test_another_file_than_the_answers_of_this_campaign_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        answered.read(json.dumps(ANSWERS | change), "january-2022")
