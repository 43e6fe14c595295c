"""The petition as printed on paper: paragraphs and numbered demands, notes as one line of sources."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from campaign.languages.catalogues import plurals, words
from campaign.languages.direction import isolated
from campaign.languages.numbers import in_own_digits, number
from campaign.languages.typography import one_line, side_by_side
from campaign.messages import Message, Translator
from campaign.pack import wording
from campaign.pack.model import Pack
from campaign.pack.wording import Note, NoteMark

_ITEM = re.compile(r"\d+[.)]\s+")
_MARKS = re.compile(r"\*\*|__|\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class PrintedPetition:
    """A petition in one language. A block is a paragraph (one string) or a list of demands (several).

    `demands` are the items of its numbered lists, even of one item, and `asking` is the paragraph that
    leads to them, or ''.
    """

    language: str
    title: str
    summary: str
    blocks: tuple[tuple[str, ...], ...]
    sources: str
    demands: tuple[str, ...] = ()
    asking: str = ""

    @property
    def everything(self) -> str:
        """All its words, to find out which fonts they need."""
        return "\n".join(
            (self.title, self.summary, self.sources, *(text for block in self.blocks for text in block))
        )


def shortened(pack: Pack, language: str, *, with_demands: bool) -> PrintedPetition:
    """The petition without its text: its title and summary, and what it demands if that is wanted."""
    text = _petition(pack, language, wording.without_notes(_rendered(pack, language)))
    asked = ((text.asking,) if text.asking else (), text.demands) if with_demands else ()
    return replace(text, blocks=tuple(block for block in asked if block), sources="")


def petition(pack: Pack, language: str) -> PrintedPetition:
    """The petition of a pack that has one, in one of its languages."""
    return _petition(pack, language, _rendered(pack, language))


def _rendered(pack: Pack, language: str) -> str:
    return wording.render(pack, pack.petition[language].body.text, language, {})


def _petition(pack: Pack, language: str, rendered: str) -> PrintedPetition:
    text = pack.petition[language]
    notes: list[Note] = []
    blocks: list[tuple[str, ...]] = []
    demands: list[str] = []
    asking = ""
    for part in re.split(r"\n\s*\n", rendered):
        lines = [line for line in part.strip().split("\n") if line.strip()]
        if not lines:
            continue
        if _ITEM.match(lines[0]):
            items = re.split(r"\n(?=\d+[.)]\s)", "\n".join(lines))
            asking = asking if demands else blocks[-1][0] if blocks else ""
            blocks.append(tuple(_plain(_ITEM.sub("", item, count=1), notes, language) for item in items))
            demands += blocks[-1]
        else:
            blocks.append((_plain("\n".join(lines), notes, language),))
    numbers = (in_own_digits(str(number), language) for number in range(1, len(notes) + 1))
    sources = " · ".join(f"{number} {note.text}" for number, note in zip(numbers, notes, strict=True))
    return PrintedPetition(language, text.title, text.summary, tuple(blocks), sources, tuple(demands), asking)


def demands(pack: Pack, language: str) -> PrintedPetition:
    """What a campaign without a petition says on a flyer: its headline, and what it demands."""
    asked = tuple(pack.demands[key].texts[language].title for key in pack.asked_demands())
    lead = pack.lead.get(language)
    rendered = wording.render(pack, lead.text, language, {}) if lead else ""
    summary = _MARKS.sub(lambda mark: mark[1] or "", wording.without_notes(rendered)).replace("\n", " ")
    blocks = (asked,) if asked else ()
    return PrintedPetition(language, pack.headline[language], summary, blocks, "", asked)


def _plain(text: str, notes: list[Note], language: str) -> str:
    """Text with note numbers raised, and without the marks of Markdown."""
    plain = "".join(
        _raised(run.number, language) if isinstance(run, NoteMark) else run
        for run in wording.runs(one_line(text, language), notes)
    )
    return _MARKS.sub(lambda mark: mark[1] or "", plain)


def _raised(number: int, language: str) -> str:
    """The number of a note: raised, or in brackets in digits that Unicode has not raised."""
    own = in_own_digits(str(number), language)
    raised = str(number).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return raised if own == str(number) else f"[{own}]"


def printed(language: str, *messages: Message) -> str:
    """Sentences in a language, outside a request."""
    translator = Translator(
        words(language),
        plurals(language),
        lambda value: number(Decimal(value), language),
        lambda text: isolated(text, language),
    )
    return side_by_side((message.translate(translator) for message in messages), language)
