"""Letters that are printed first and filled in by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from campaign.languages.catalogues import words
from campaign.languages.data import language
from campaign.languages.documents import names_by_hand
from campaign.letters.compose import compose, imprint
from campaign.letters.letter import Block, Choices, Letter, Paragraph, Sender
from campaign.pack.model import Pack

#: Lines for own words: at least so many, and as many as the page has room for.
LINES = 2

#: In place of own words, until it becomes lines to write on: its place is where they are in any letter.
_OWN_WORDS = "…"


def choices(pack: Pack, addressee: str, language: str, edition: int, day: date) -> Choices:
    """All demands that are still asked, and no sender."""
    return Choices(addressee, language, pack.asked_demands(), Sender(""), day, edition=edition)


def blank(pack: Pack, given: Choices, piece: str = "letter") -> Letter:
    """The letter with labels where name, address, date and signature belong, and lines for own words.

    Raises compose.UnknownChoiceError.
    """
    _, colon = words(given.language), language(given.language).text("colon").rstrip()
    letter = compose(pack, replace(given, piece=piece, own_words=_OWN_WORDS if piece == "letter" else ""))
    letter = replace(letter, blank=True, date=_("Date") + colon, imprint=imprint(pack, given))
    if piece != "letter":
        return letter
    return replace(
        letter,
        sender=(_("Full name") + colon, _("Postal address") + colon, ""),
        signature=names_by_hand(given.language)[-1],
        body=tuple(map(_with_lines, letter.body)),
    )


def _with_lines(block: Block) -> Block:
    own = isinstance(block, Paragraph) and block.own
    return Paragraph((), own=True, lines=LINES) if own else block
