"""The notes of a letter as its reader needs them: a source is named in full once, with its web address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from campaign.languages.direction import isolated
from campaign.letters.letter import Letter
from campaign.pack.model import Pack
from campaign.pack.wording import Note, citation


def cited(pack: Pack, letter: Letter) -> Letter:
    """The letter with title and web address in the first note of each source.

    Its other notes say who speaks, and name the publication by publisher and date. Done last: editing
    drops notes, and a second language changes their order.
    """
    column = letter.second_column
    languages = (letter.language, column.language) if column else (letter.language,)
    notes = tuple(_full_once(pack, letter.notes, languages))
    beside = letter.beside
    if beside is not None and beside.notes:
        beside = replace(beside, notes=tuple(_full_once(pack, beside.notes, (beside.language,))))
    return replace(letter, notes=notes, beside=beside)


def _full_once(pack: Pack, notes: tuple[Note, ...], languages: tuple[str, ...]) -> Iterator[Note]:
    """The notes, of each source the first in full; in two languages it has one web address."""
    seen: set[str] = set()
    for note in notes:
        if note.source in seen:
            yield note
            continue
        seen.add(note.source)
        first, *others = languages
        texts = [citation(pack, note.keys[0], first)]
        texts += (isolated(citation(pack, note.keys[0], code, address=False), first) for code in others)
        yield replace(note, text=" / ".join(texts))
