"""Texts with their marks filled in: facts, sources, demands, and notes that name their sources.

`marks.problems` checks what a text may contain; anything else is not rendered.

Rendering yields text with note marks in it. A mark is a source's note between two
Unicode noncharacters, which no typed text may contain; `runs` separates them from the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from jinja2 import Template

from campaign.messages import Message, MessageError
from campaign.pack.languages import NOTE_AFTER_PUNCTUATION, quoted
from campaign.pack.marks import SANDBOX, is_harmless, jinja_name, parse
from campaign.pack.model import Fact, Pack

MAX_OUTPUT = 100_000  # characters, counted while it streams

NOTE_OPEN, NOTE_CLOSE, NOTE_PARTS = "\ufdd0", "\ufdd1", "\ufdd2"

#: Members of the European Union, ISO 3166 codes (the Union's own list, 2026).
EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)


@lru_cache(maxsize=8192)
def _compiled(source: str, language: str) -> Template:
    tree = parse(source)
    if not is_harmless(tree):
        raise MessageError(Message("The text has marks that are not allowed."))
    environment = SANDBOX.overlay()
    environment.filters = {
        **SANDBOX.filters,
        "quoted": lambda text: quoted(str(text), language),
    }
    return environment.from_string(tree)


def note_text(pack: Pack, fact: Fact, language: str) -> str:
    """The note of a fact: who says so, in which publication, on which day."""
    source = pack.sources[fact.sources[0]]
    speaker, publisher = fact.said_by[language], source.publisher[language]
    dated = source.date.show(language) if source.date else ""
    if speaker.startswith(publisher):
        return ", ".join(part for part in (speaker, dated) if part)
    return f"{speaker} ({', '.join(part for part in (publisher, dated) if part)})"


def _mark(key: str, source: str, text: str) -> str:
    return f"{NOTE_OPEN}{key}{NOTE_PARTS}{source}{NOTE_PARTS}{text}{NOTE_CLOSE}"


class _Facts:
    """`fact.<key>` in a text: the phrase with its note, or one of the fields."""

    def __init__(self, pack: Pack, language: str) -> None:
        self._pack, self._language = pack, language
        self._keys = {jinja_name(key): key for key in pack.facts}

    def __getattr__(self, name: str) -> _FactWords:
        if name.startswith("_") or name not in self._keys:
            raise AttributeError(name)
        words = _FactWords(self._pack, self._pack.facts[self._keys[name]], self._language)
        self.__dict__[name] = words  # made once; next time Python finds the attribute itself
        return words


class _FactWords:
    def __init__(self, pack: Pack, fact: Fact, language: str) -> None:
        mark = _mark(f"fact {fact.key}", fact.sources[0], note_text(pack, fact, language))
        self.note = mark
        self.number = fact.number(language)
        # A note right after digits reads as a power: 238³. A narrow space keeps them apart.
        gap = "\u202f" if fact.figure(language)[-1:].isdigit() else ""
        self.figure = fact.figure(language) + gap + mark
        self.phrase = (fact.phrase(language) or fact.sentence(language)) + mark
        self.quote = fact.quoted(language) + mark
        self.claim = fact.sentence(language)
        self.date = fact.as_of.show(language) if fact.as_of else ""
        self.said_by = fact.said_by[language]

    def __str__(self) -> str:
        return self.phrase


class _Keyed:
    """`source.<key>` and `demand.<key>` in a text."""

    def __init__(self, entries: Mapping[str, Any]) -> None:
        self._entries = {jinja_name(key): entry for key, entry in entries.items()}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._entries:
            raise AttributeError(name)
        return self._entries[name]


class _Fields:
    """A few named texts; `main` is the text for the name alone."""

    def __init__(self, main: str, **fields: Any) -> None:
        self._main = main
        self.__dict__.update(fields)

    def __str__(self) -> str:
        return self._main


@lru_cache(maxsize=32)
def context(pack: Pack, language: str) -> dict[str, Any]:
    """The names that every text of a pack may use in a language."""
    sources = {}
    for key, source in pack.sources.items():
        dated = source.date.show(language) if source.date else ""
        note = f"{source.publisher[language]}{', ' + dated if dated else ''}"
        mark = _mark(f"source {key}", key, note)
        sources[key] = _Fields(
            source.title[language],
            title=source.title[language],
            publisher=source.publisher[language],
            date=dated,
            note=mark,
        )
    demands = {
        key: _Fields(
            d.texts[language].title, title=d.texts[language].title, summary=d.texts[language].summary
        )
        for key, d in pack.demands.items()
        if language in d.texts
    }
    return {"fact": _Facts(pack, language), "source": _Keyed(sources), "demand": _Keyed(demands)}


def render(pack: Pack, source: str, language: str, names: Mapping[str, Any] | None = None) -> str:
    """The text with its marks filled in; note marks stay in it, for `runs`.

    Raises jinja2.UndefinedError for a name that `problems` would have refused.
    """
    base = context(pack, language)
    pieces, length = [], 0
    for piece in _compiled(source, language).generate({**base, **(names or {})}):
        length += len(piece)
        if length > MAX_OUTPUT:
            raise MessageError(Message("The text grows too long."))
        pieces.append(piece)
    return _placed("".join(pieces), language)


_NOTE = f"{NOTE_OPEN}[^{NOTE_CLOSE}]*{NOTE_CLOSE}"
_BEFORE = re.compile(f"\u202f?((?:{_NOTE})+)([.,;:!?]+)")
_AFTER = re.compile(f"((?<=[^.,;:!?\\s])[\u00a0\u202f ]?[.,;:])((?:{_NOTE})+)")


def _placed(text: str, language: str) -> str:
    """Moves notes before or after the punctuation, as the language requires."""
    if language in NOTE_AFTER_PUNCTUATION:
        return _BEFORE.sub(r"\2\1", text)
    return _AFTER.sub(r"\2\1", text)


@dataclass(frozen=True, slots=True)
class Note:
    """The text of a note, and the key of its source.

    `keys` name the facts and sources with exactly this note; they are the same in every
    language, so that the notes of two translations can be matched.
    """

    text: str
    source: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteMark:
    """A note's place in a text: its number, from 1."""

    number: int


Run = str | NoteMark
_MARK = re.compile(f"{NOTE_OPEN}([^{NOTE_CLOSE}]*){NOTE_CLOSE}")


def runs(text: str, notes: list[Note]) -> tuple[Run, ...]:
    """Text and note marks in turn. Adds new notes to `notes`; an equal note keeps its number."""
    result: list[Run] = []
    for position, piece in enumerate(_MARK.split(text)):
        if position % 2 == 0:
            if piece:
                result.append(piece)
            continue
        key, source, words = piece.split(NOTE_PARTS)
        texts = [note.text for note in notes]
        if words not in texts:
            notes.append(Note(words, source, (key,)))
            texts.append(words)
        index = texts.index(words)
        if key not in notes[index].keys:
            notes[index] = replace(notes[index], keys=(*notes[index].keys, key))
        result.append(NoteMark(index + 1))
    return tuple(result)


def without_notes(text: str) -> str:
    """The rendered text without its note marks and the spaces before them."""
    return _MARK.sub("", text).replace("\u202f)", ")")
