"""The petition as printed on paper: paragraphs and numbered demands, notes as one line of sources."""

from __future__ import annotations

import re
from dataclasses import dataclass

from campaign.pack import wording
from campaign.pack.model import Pack, Words
from campaign.pack.wording import Note, NoteMark

_ITEM = re.compile(r"\d+[.)]\s+")
_MARKS = re.compile(r"\*\*|__|\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class PrintedPetition:
    """A petition in one language. A block is a paragraph (one string) or a list of demands (several)."""

    language: str
    title: str
    summary: str
    blocks: tuple[tuple[str, ...], ...]
    sources: str

    @property
    def demands(self) -> tuple[str, ...]:
        """The demands: the items of the numbered lists."""
        return tuple(item for block in self.blocks if len(block) > 1 for item in block)

    @property
    def asking(self) -> str:
        """The paragraph that leads to the demands, or ''."""
        lists = [place for place, block in enumerate(self.blocks) if len(block) > 1]
        return self.blocks[lists[0] - 1][0] if lists and lists[0] else ""

    @property
    def everything(self) -> str:
        """All its words, to find out which fonts they need."""
        return "\n".join(
            (self.title, self.summary, self.sources, *(text for block in self.blocks for text in block))
        )


def petition(pack: Pack, language: str) -> PrintedPetition:
    """The petition of a pack in one of its languages."""
    text = pack.petition[language]
    notes: list[Note] = []
    rendered = wording.render(pack, text.body.text, language, {})
    blocks = []
    for part in re.split(r"\n\s*\n", rendered):
        lines = [line for line in part.strip().split("\n") if line.strip()]
        if not lines:
            continue
        if _ITEM.match(lines[0]):
            items = re.split(r"\n(?=\d+[.)]\s)", "\n".join(lines))
            blocks.append(tuple(_plain(_ITEM.sub("", item, count=1), notes) for item in items))
        else:
            blocks.append((_plain("\n".join(lines), notes),))
    sources = " · ".join(f"{number} {note.text}" for number, note in enumerate(notes, 1))
    return PrintedPetition(language, text.title, text.summary, tuple(blocks), sources)


def _plain(text: str, notes: list[Note]) -> str:
    """Text with note numbers raised, and without the marks of Markdown."""
    plain = "".join(
        _raised(run.number) if isinstance(run, NoteMark) else run
        for run in wording.runs(text.replace("\n", " ").strip(), notes)
    )
    return _MARKS.sub(lambda mark: mark[1] or "", plain)


def _raised(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def asking(pack: Pack, language: str) -> str:
    """The organisations that ask, by their short names."""
    return ", ".join(
        _in_language(organisation.acronym, language)
        for organisation in pack.organisations
        if organisation.asks
    )


def _in_language(words: Words, language: str) -> str:
    return words.get(language) or next(iter(words.values()), "")
