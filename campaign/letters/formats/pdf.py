"""Letters as PDF: tagged, archivable, fonts embedded."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from campaign.languages.direction import runs_from_right
from campaign.languages.documents import names_by_hand
from campaign.letters.envelopes import WINDOWS, Box
from campaign.letters.fitting import SIZES, return_line_of, size_for
from campaign.letters.letter import (
    Block,
    Letter,
    NumberedList,
    Paragraph,
    SecondLanguage,
    all_text,
    other_text,
    plain,
    runs_of,
    text_without_notes,
)
from campaign.pack.wording import NoteMark, Run
from campaign.press import fonts, typeset
from campaign.press.binding import Binder
from campaign.press.direction import UNKNOWN, pieces
from campaign.press.metrics import has_long_word
from campaign.press.parts import Parts
from campaign.press.preparing import prepare
from campaign.press.written import written


class MissingGlyphError(ValueError):
    """The letter has characters that none of our fonts can print; `signs` holds them."""

    def __init__(self, signs: tuple[str, ...]) -> None:
        self.signs = signs
        super().__init__("No font has: " + " ".join(signs))


def render(*letters: Letter) -> bytes:
    """The PDF of one letter or of several, one after the other, ready to be printed on both sides.

    With copies to read it is printed on one side: a copy may not be on the back of what is sent.

    Raises MissingGlyphError before anything is printed as an empty box.
    """
    chunks = [_typeset(letters[start : start + CHUNK]) for start in range(0, len(letters), CHUNK)]
    if len(chunks) == 1 and len(chunks[0][1]) == 1:
        return chunks[0][0]
    out = io.BytesIO()
    binder = Binder(out, one_sided=any(kind == COPY for _, runs in chunks for kind, _ in runs))
    for index, (chunk, chunk_runs) in enumerate(chunks):
        binder.add(prepare(chunk, index, [length for _, length in chunk_runs]))
    binder.close()
    return out.getvalue()


#: Letters that are set together: fonts are embedded once for each chunk, and typst remembers
#: what it set in the last few of them, which is what takes memory.
CHUNK = 10


def typeset_letters(letters: Sequence[Letter]) -> bytes:
    """The letters as typst sets them, each on one page if it can be, with their copies to read."""
    return _typeset(letters)[0]


def _typeset(letters: Sequence[Letter]) -> tuple[bytes, list[tuple[str, int]]]:
    """The letters as typst sets them, and their `page_runs`."""
    for letter in letters:
        refuse_missing(all_text(letter))
    sizes = [size_for(letter) for letter in letters]
    while True:
        document = typeset.pdf("letter.typ", as_data(letters, sizes))
        runs = page_runs(document)
        lengths = [length for kind, length in runs if kind != COPY]
        too_long = [
            n for n, pages in enumerate(lengths) if pages > _most_pages(letters[n]) and sizes[n] != LONG
        ]
        if not too_long:
            return document, runs
        for number in too_long:  # calculated wrong by a line or two: smaller, or two pages in comfort
            sizes[number] = sizes[number] + 1 if sizes[number] + 1 < len(SIZES) else LONG


def _most_pages(letter: Letter) -> int:
    """The pages that a letter has at a size at which it fits: names by hand may fill a second one."""
    return 2 if letter.names else 1


#: The size of a letter that does not fit on one page at any size: the first, counted from the end.
LONG = -len(SIZES)

#: The kind of page label that a copy for the sender has.
COPY = "r"


def page_runs(document: bytes) -> list[tuple[str, int]]:
    """(kind, number of pages) of each letter and each copy, in order, from the page labels."""
    return [(kind, len(list(run))) for kind, run in groupby(Parts.of(document).page_labels())]


def refuse_missing(text: str) -> None:
    """Raises MissingGlyphError if none of our fonts has some character of the text."""
    if characters := fonts.missing(text):
        raise MissingGlyphError(characters)


def as_data(letters: Sequence[Letter], sizes: Sequence[int]) -> dict[str, Any]:
    """The letters as plain data for templates/press/letter.typ, each with the index of its size."""
    subjects = dict.fromkeys(letter.subject or letter.addressee[0] for letter in letters)
    return {
        "title": " · ".join(subjects),
        "letters": [
            {**_letter(letter, index), "size": asdict(SIZES[size]), "long": size == LONG}
            for index, (letter, size) in enumerate(zip(letters, sizes, strict=True))
        ],
    }


_PLAIN = (
    "sender", "addressee", "date", "subject", "salutation", "closing",
    "signature", "imprint", "paper", "layout", "names", "blank",
)  # fmt: skip


def _letter(letter: Letter, index: int) -> dict[str, Any]:
    cited_notes: set[int] = set()
    return {
        **{name: getattr(letter, name) for name in _PLAIN},
        "mark": f"note-{index}-",
        "notes": [note.text for note in letter.notes],
        "return-line": _return_line(letter),
        "window": _window(letter.window),
        "columns": names_by_hand(letter.language) if letter.names else (),
        "language": written(letter.language, all_text(letter)),
        "plain": is_plain(text_without_notes(letter)),
        "body": [_block(block, cited_notes, letter.language) for block in letter.body],
        "both": letter.second_column is not None,
        "beside": _second_language(letter.beside, cited_notes),
    }


#: Letters from right to left: as in templates/press/typed.typ.
_FROM_RIGHT = re.compile(
    "[\u0590-\u08ff\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def is_plain(text: str) -> bool:
    """Whether nothing in the text runs from right to left, and no word is so long that it may not fit."""
    return not has_long_word(text) and _FROM_RIGHT.search(text) is None


def _second_language(other: SecondLanguage | None, cited_notes: set[int]) -> dict[str, Any] | None:
    if other is None:
        return None
    names = ("purpose", "heading", "subject", "salutation", "closing")
    return {
        "mark": None,
        "language": written(other.language, other_text(other)),
        "plain": is_plain("\n".join(plain(runs) for runs in runs_of(other.body))),
        **{name: getattr(other, name) for name in names},
        "body": [_block(block, cited_notes, other.language) for block in other.body],
        "notes": [note.text for note in other.notes],
    }


def _block(block: Block, cited_notes: set[int], language: str) -> dict[str, Any]:
    """A block with its direction, and its language where that is another and known."""
    if isinstance(block, Paragraph) and block.lines:
        return {"lines": block.lines}
    if isinstance(block, NumberedList):
        words, runs = (
            " ".join(map(plain, block.items)),
            {"items": [_runs(item, cited_notes) for item in block.items]},
        )
    else:
        words, runs = plain(block.runs), {"runs": _runs(block.runs, cited_notes)}
    right = runs_from_right(words, language)
    main = next((piece for piece in pieces(words, language) if piece.right_to_left is right), None)
    code = main.language if main is not None and main.language != UNKNOWN else ""
    return {**runs, "right": right, "language": code.partition("-")[0]}


def _runs(runs: tuple[Run, ...], cited_notes: set[int]) -> list[Any]:
    """Texts, and note marks that know whether the note appears for the first time."""
    items: list[Any] = []
    for run in runs:
        if isinstance(run, NoteMark):
            items.append({"note": run.number, "first": run.number not in cited_notes})
            cited_notes.add(run.number)
        else:
            items.append(run)
    return items


def _return_line(letter: Letter) -> dict[str, Any]:
    text, points = return_line_of(letter)
    return {"text": text, "points": points}


def _window(key: str) -> dict[str, Any] | None:
    if not key:
        return None
    window = WINDOWS[key]
    return {
        "address": box_data(window.address),
        "return-line": box_data(window.return_line) if window.return_line else None,
        "sender": box_data(window.sender),
        "date": box_data(window.date),
        "body": window.body,
        "folds": window.folds,
        "punch": window.punch,
        "low": window.low,
    }


def box_data(box: Box) -> dict[str, float]:
    """A box as plain data for the templates."""
    return {"left": box.left, "top": box.top, "width": box.width, "height": box.height}
