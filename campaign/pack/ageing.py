"""Texts that become wrong by themselves: “two years on”, “this year”, “last month”.

People read a headline or a letter long after it was written, and there is no date beside it. Which words
age is in the language's file, `dates.ageing`; a paragraph that names a year says from when they count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache

from campaign.languages.data import language
from campaign.messages import Message
from campaign.pack import years_since
from campaign.pack.findings import AGEING, Finding
from campaign.pack.model import Pack, Prose
from campaign.pack.yaml_places import find, root_of

_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?!\s*\n)[^\n]*)*")
_MARKS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.S)
#: A year in the digits of any script, or the date of a fact.
_DATED = re.compile(r"(?<!\d)\d{4}(?!\d)")
_DATE_OF_FACT = re.compile(r"\.date\b")

#: Characters that a message quotes before and after the words.
AROUND = 30


def findings(pack: Pack, files: Mapping[str, str], today: date) -> Iterator[Finding]:
    """What is wrong with the marks of the headline, and every text that ages."""
    for code, text in pack.headline_text.items():
        line = _headline_line(files, code)
        for problem in years_since.problems(text, today):
            yield Finding("campaign.yaml", line, "error", problem)
        for _line, words, _around in spans(text, code):
            message = Message(
                "“%(words)s” does not stay true: write %(mark)s for the number of years, or name the year.",
                words=words,
                mark=years_since.EXAMPLE,
            )
            yield Finding("campaign.yaml", line, "warning", message, kind=AGEING)
    for prose, code in _undated(pack):
        for line, words, around in spans(prose.text, code):
            message = Message(
                "“%(words)s” does not stay true: name the year. “%(text)s”", words=words, text=around
            )
            place = prose.place
            yield Finding(place.path, place.line + line - 1, "warning", message, kind=AGEING)


def spans(text: str, code: str) -> Iterator[tuple[int, str, str]]:
    """(line, words that age, the text around them) for each paragraph that has some and names no year."""
    pattern = _ageing(code)
    for paragraph in _PARAGRAPH.finditer(text) if pattern else ():
        plain = _MARKS.sub(lambda mark: "·" * len(mark[0]), paragraph[0])
        found = pattern.search(plain) if pattern else None
        if found and not _DATED.search(plain) and not _DATE_OF_FACT.search(paragraph[0]):
            line = text.count("\n", 0, paragraph.start() + found.start()) + 1
            around = paragraph[0][max(found.start() - AROUND, 0) : found.end() + AROUND]
            yield line, found[0], " ".join(around.split())


def _undated(pack: Pack) -> Iterator[tuple[Prose, str]]:
    """Texts without a date beside them: the front page's, the petition, demands, letters."""
    for code in pack.languages:
        for texts in (pack.lead, pack.picture_note):
            if code in texts:
                yield texts[code], code
        if pack.petition:
            yield pack.petition[code].body, code
        for demand in pack.demands.values():
            yield from ((prose, code) for prose in demand.texts[code].sections.values())
        for template in pack.letters.values():
            yield from ((prose, code) for prose in template.texts[code].parts())


def _headline_line(files: Mapping[str, str], code: str) -> int:
    root = root_of(files["campaign.yaml"])
    node = find(root, ("headline", code)) or find(root, ("headline",))
    return int(node.start_mark.line) + 1 if node else 1


@lru_cache(maxsize=64)
def _ageing(code: str) -> re.Pattern[str] | None:
    own = language(code)
    edge = r"\b" if own.line("text", "word-spaces") else ""
    words = "|".join(own.line("dates", "ageing"))
    return re.compile(rf"{edge}(?:{words}){edge}", re.I) if words else None
