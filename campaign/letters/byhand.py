"""Letters that are printed first and filled in by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from campaign.letters.compose import compose
from campaign.letters.letter import Choices, Letter, Sender
from campaign.pack.model import Pack
from campaign.words import words

#: A line to write on.
LINE = "_" * 28


def choices(pack: Pack, addressee: str, language: str, edition: int, day: date) -> Choices:
    """All demands, and no sender."""
    return Choices(addressee, language, tuple(pack.demands), Sender(""), day, edition=edition)


def blank(pack: Pack, given: Choices, piece: str = "letter") -> Letter:
    """The letter with lines where sender and date belong. Raises compose.UnknownChoiceError."""
    letter = compose(pack, replace(given, piece=piece))
    if piece == "letter":
        _ = words(given.language)
        labels = (_("Full name"), _("Postal address"))
        letter = replace(letter, sender=(*(f"{label}: {LINE}" for label in labels), LINE))
    return replace(letter, date=LINE[:16])
