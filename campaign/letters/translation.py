"""You read yours, they read theirs: the same letter in a second language, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest

from campaign.languages.direction import isolated
from campaign.languages.documents import keep_this_page
from campaign.letters.letter import Block, Letter, NumberedList, Paragraph, SecondLanguage, runs_of
from campaign.pack.wording import Note, NoteMark, Run

#: A page of its own for the sender, or a second column for the addressee.
PURPOSES = ("mine", "both")


def beside(letter: Letter, other: Letter, purpose: str) -> Letter:
    """The letter with the other one beside it, to read or in a second column.

    In columns both count the same notes: a note says what both languages call its source.
    """
    if purpose == "mine":
        return replace(letter, beside=_second_language(purpose, other, other.body, other.notes))
    notes, numbers = _shared_notes(letter.notes, other.notes, letter.language)
    body = tuple(_renumbered(block, numbers) for block in other.body)
    notes, order = _in_reading_order(letter.body, body, notes)
    mine, theirs = (tuple(_renumbered(block, order) for block in blocks) for blocks in (letter.body, body))
    return replace(letter, body=mine, notes=notes, beside=_second_language(purpose, other, theirs, ()))


def _second_language(
    purpose: str, other: Letter, body: tuple[Block, ...], notes: tuple[Note, ...]
) -> SecondLanguage:
    return SecondLanguage(
        purpose=purpose,
        language=other.language,
        heading=keep_this_page(other.language) if purpose == "mine" else "",
        subject=other.subject,
        salutation=other.salutation,
        body=body,
        closing=other.closing,
        notes=notes,
    )


def _shared_notes(
    mine: tuple[Note, ...], theirs: tuple[Note, ...], language: str
) -> tuple[tuple[Note, ...], dict[int, int]]:
    """The notes of both letters as one list, and for each number of the second its new number."""
    notes, numbers = list(mine), {}
    for number, note in enumerate(theirs, 1):
        index = next((n for n, earlier in enumerate(notes) if set(earlier.keys) & set(note.keys)), None)
        if index is None:
            notes.append(note)
            index = len(notes) - 1
        elif note.text not in notes[index].text:
            text = f"{notes[index].text} / {isolated(note.text, language)}"
            notes[index] = replace(notes[index], text=text)
        numbers[number] = index + 1
    return tuple(notes), numbers


def _in_reading_order(
    mine: tuple[Block, ...], theirs: tuple[Block, ...], notes: tuple[Note, ...]
) -> tuple[tuple[Note, ...], dict[int, int]]:
    """The notes in the order of someone who reads row by row, and for each number its new number."""
    rows = (block for row in zip_longest(mine, theirs) for block in row if block is not None)
    numbers = dict.fromkeys(run.number for runs in runs_of(rows) for run in runs if isinstance(run, NoteMark))
    return tuple(notes[number - 1] for number in numbers), {old: new for new, old in enumerate(numbers, 1)}


def _renumbered(block: Block, numbers: dict[int, int]) -> Block:
    def runs(block_runs: tuple[Run, ...]) -> tuple[Run, ...]:
        return tuple(
            NoteMark(numbers[run.number]) if isinstance(run, NoteMark) else run for run in block_runs
        )

    if isinstance(block, NumberedList):
        return NumberedList(tuple(runs(item) for item in block.items))
    return Paragraph(runs(block.runs), block.own)


def pairs(letter: Letter, other: Letter | SecondLanguage) -> Iterator[tuple[Block | None, Block | None]]:
    """Block by block: the letter's text, and the same in the other language."""
    return zip_longest(letter.body, other.body)
