"""How texts are typed: marks that print does not use, spaces beside them, and words that age.

Warnings only: a text can mean what it says, and a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from campaign.languages.data import language
from campaign.messages import Message

#: What is no text: marks, code, the address of a link, and web addresses.
_NO_TEXT = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|`[^`\n]*`|\]\([^)]*\)|https?://\S+")
#: " is never right; ' stands for an apostrophe between letters, and for quotation marks around words.
_STRAIGHT = re.compile(r"[\"]|(?<=\w)'(?=\w)|(?<!\S)'(?=\w)")
_STOPS = ",.;:!?"
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？؟])\s|\n")
_DATED = re.compile(r"(?:19|20)\d\d|\.date\b")


def typed_wrongly(text: str, code: str) -> Iterator[tuple[int, Message]]:
    """(line, what is wrong) for characters and spaces that the language does not print."""
    for number, line in enumerate(_without_marks(text).split("\n"), 1):
        if found := _STRAIGHT.search(line):
            opening, closing = (mark.strip() for mark in language(code).line("text", "quotation"))
            yield number, Message(
                "A straight %(mark)s is typed: “%(text)s”. Print has %(opening)s, %(closing)s and ’.",
                mark=found[0], text=_around(line, found), opening=opening, closing=closing,
            )  # fmt: skip
        if found := _space_before(code).search(line):
            yield number, Message("There is a space before “%(character)s”: “%(text)s”.",
                                  character=found[0].strip(), text=_around(line, found))  # fmt: skip
        if (missing := _no_space_before(code)) and (found := missing.search(line)):
            yield number, Message("There is no space before “%(character)s”: “%(text)s”.",
                                  character=found[0], text=_around(line, found))  # fmt: skip


def undated(text: str, code: str) -> Iterator[tuple[int, Message]]:
    """(line, what is wrong) for sentences such as “arrests go on today” that name no year."""
    words = _words_that_age(code)
    for sentence, line in _sentences(text) if words else ():
        found = words.search(_without_marks(sentence)) if words else None
        if found and not _DATED.search(sentence):
            yield line, Message("“%(word)s” ages: say as of which year. “%(text)s”",
                                word=found[0], text=sentence.strip()[:60])  # fmt: skip


def _sentences(text: str) -> Iterator[tuple[str, int]]:
    """Each sentence and its line."""
    start = 0
    for end in (*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)):
        yield text[start:end], text[:start].count("\n") + 1
        start = end


def _without_marks(text: str) -> str:
    """The text with as many dots of a middle height as what is no text has characters."""
    return _NO_TEXT.sub(lambda match: "·" * len(match[0]), text)


def _around(line: str, found: re.Match[str]) -> str:
    return line[max(found.start() - 20, 0) : found.end() + 20].strip().replace("·", "")


@lru_cache(maxsize=64)
def _space_before(code: str) -> re.Pattern[str]:
    """A space before a character that has none in the language."""
    spaced = "".join(language(code).sections["text"]["space-before"])
    stops = "".join(stop for stop in _STOPS if stop not in spaced)
    return re.compile(rf"(?<=\w)[ \u00a0\u202f][{re.escape(stops)}](?=\s|$)")


@lru_cache(maxsize=64)
def _no_space_before(code: str) -> re.Pattern[str] | None:
    """A character right after a word, in a language that has a space between them."""
    spaced = "".join(language(code).sections["text"]["space-before"])
    stops = "".join(stop for stop in _STOPS if stop in spaced)
    return re.compile(rf"(?<=[\w)])[{re.escape(stops)}](?=\s|$)") if stops else None


@lru_cache(maxsize=64)
def _words_that_age(code: str) -> re.Pattern[str] | None:
    own = language(code)
    words = "|".join(own.line("not-dated", "words"))
    edge = r"\b" if own.line("text", "word-spaces") else ""
    return re.compile(rf"{edge}(?:{words}){edge}", re.I) if words else None
