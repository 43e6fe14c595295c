"""The list on top of letters for a printer: number, initials and addressee of each, and no full name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from campaign.languages.catalogues import words
from campaign.languages.documents import names_by_hand
from campaign.languages.initials import initials
from campaign.languages.numbers import in_own_digits
from campaign.letters.letter import Choices
from campaign.pack.model import Pack
from campaign.press import typeset
from campaign.press.written import written

#: Rows that are set together: as many as stay below the objects that a chunk may have.
ROWS = 500


@dataclass(frozen=True, slots=True)
class CoverRow:
    """One letter on the list."""

    number: int
    initials: str
    addressee: str


def rows_of(letters: Iterable[Choices], pack: Pack, language: str) -> list[CoverRow]:
    """A row for each letter, in the order in which they are printed."""
    return [
        CoverRow(
            number,
            initials(choices.sender.name, choices.language) or "–",
            _addressee(choices, pack, language),
        )
        for number, choices in enumerate(letters, 1)
    ]


def _addressee(choices: Choices, pack: Pack, language: str) -> str:
    titles = pack.addressees[choices.addressee].title
    return titles[language if language in pack.languages else choices.language]


def documents(rows: list[CoverRow], language: str, paper: str) -> Iterator[bytes]:
    """The list as PDFs of some pages each."""
    _ = words(language)
    for start in range(0, len(rows), ROWS):
        part = rows[start : start + ROWS]
        columns = [names_by_hand(language)[0], _("Initials"), _("Addressee")]
        cells = [[in_own_digits(str(row.number), language), row.initials, row.addressee] for row in part]
        title = _("Letters to print: %(count)s") % {"count": in_own_digits(str(len(rows)), language)}
        data = {
            "title": title,
            "language": written(language, title + "".join(columns) + "".join(map("".join, cells))),
            "paper": paper,
            "columns": columns,
            "rows": cells,
        }
        yield typeset.pdf("cover.typ", data)
