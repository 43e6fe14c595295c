"""A letter as PDF: tagged, archivable, fonts embedded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from campaign.letters.compose import Letter, Numbered
from campaign.pack.wording import NoteMark, Run
from campaign.press import fonts, typeset


class MissingGlyphError(ValueError):
    """The letter has signs that no font here can print; `signs` are they."""

    def __init__(self, signs: tuple[str, ...]) -> None:
        self.signs = signs
        super().__init__("No font has: " + " ".join(signs))


def render(letter: Letter) -> bytes:
    """The PDF. Raises MissingGlyphError before anything is printed as an empty box."""
    signs = fonts.missing(all_text(letter))
    if signs:
        raise MissingGlyphError(signs)
    return typeset.pdf("letter.typ", as_data(letter))


def as_data(letter: Letter) -> dict[str, Any]:
    """The letter as plain data for templates/press/letter.typ."""
    seen: set[int] = set()

    def runs(given: tuple[Run, ...]) -> list[Any]:
        out: list[Any] = []
        for run in given:
            if isinstance(run, NoteMark):
                out.append({"note": run.number, "first": run.number not in seen})
                seen.add(run.number)
            else:
                out.append(run)
        return out

    body = [
        {"items": [runs(item) for item in block.items]}
        if isinstance(block, Numbered)
        else {"runs": runs(block.runs)}
        for block in letter.body
    ]
    data = {
        name: getattr(letter, name)
        for name in ("language", "sender", "addressee", "date", "subject", "salutation", "closing")
    }
    rest = {name: getattr(letter, name) for name in ("signature", "notes", "imprint", "paper", "layout")}
    return {**data, **rest, "body": body, "fonts": list(fonts.families(all_text(letter)))}


def all_text(letter: Letter) -> str:
    """Every word of the letter, to be looked up in the fonts."""
    heads = (*letter.sender, *letter.addressee, letter.date, letter.subject, letter.salutation)
    ends = (letter.closing, letter.signature, *letter.notes, letter.imprint)
    texts = [run for runs in _runs(letter) for run in runs if isinstance(run, str)]
    return "\n".join((*heads, *texts, *ends))


def _runs(letter: Letter) -> Iterable[tuple[Run, ...]]:
    for block in letter.body:
        yield from block.items if isinstance(block, Numbered) else (block.runs,)
