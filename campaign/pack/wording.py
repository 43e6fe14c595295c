"""Texts with their marks filled in: facts, sources, demands, and notes that name their sources.

`marks.problems` checks what a text may contain; anything else is not rendered.

Rendering yields text with note marks in it. A mark is a source's note between two
Unicode noncharacters, which no typed text may contain; `runs` separates them from the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Template, nodes

from campaign.languages.data import language as language_data
from campaign.languages.direction import isolated
from campaign.languages.typography import (
    begun,
    in_parentheses,
    introduced,
    joined,
    joins,
    listed,
    quoted,
    stops,
)
from campaign.messages import Message, MessageError
from campaign.pack import responsible
from campaign.pack.marks import SANDBOX, is_harmless, jinja_name, parse
from campaign.pack.model import Fact, Pack, Source

MAX_OUTPUT = 100_000  # characters, counted while it streams

NOTE_OPEN, NOTE_CLOSE, NOTE_PARTS = "\ufdd0", "\ufdd1", "\ufdd2"

#: Members of the European Union, ISO 3166 codes (the Union's own list, 2026).
EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)


#: The names in a text that stand for something of the pack, and not of one letter.
OF_PACK = frozenset({"fact", "source", "demand", "supporting_organisations"})

#: Around what a mark puts into a text, until the language has said how it joins what is before it.
SLOT_OPEN, SLOT_CLOSE = "\ufdd3", "\ufdd4"


def _slot(value: object) -> str:
    return f"{SLOT_OPEN}{value}{SLOT_CLOSE}"


@dataclass(frozen=True, slots=True)
class _Text:
    """A compiled text. `is_fixed`: it depends on the pack alone, so that every letter has it alike."""

    template: Template
    is_fixed: bool


@lru_cache(maxsize=8192)
def _compiled(source: str, language: str) -> _Text:
    tree = parse(source)
    if not is_harmless(tree):
        raise MessageError(Message("The text has marks that are not allowed."))
    environment = SANDBOX.overlay()
    environment.filters = {
        **SANDBOX.filters,
        "quoted": lambda text: quoted(str(text), language),
        "capital": lambda text: begun(str(text), language),
    }
    environment.finalize = _slot
    is_fixed = OF_PACK.issuperset(name.name for name in tree.find_all(nodes.Name))
    return _Text(environment.from_string(tree), is_fixed)


def note_text(pack: Pack, fact: Fact, language: str) -> str:
    """The note of a fact: who says so, in which publication, on which day. No name comes twice."""
    return _fact_note(pack, fact, language, _published)


def citation(pack: Pack, key: str, language: str, address: bool = True) -> str:
    """A note with all that its reader needs to find the source: title and web address, too.

    `key` is one of `Note.keys`; `address` is false where the web address has been given before.
    """

    def published(source: Source, publisher: str, language: str) -> str:
        where = to_type(source.url) if address else ""
        title = isolated(source.title[language], language)
        dated = source.date.show(language) if source.date else ""
        return listed((introduced(publisher, title, language), dated, isolated(where, language)), language)

    kind, _, name = key.partition(" ")
    if kind == "fact":
        return _fact_note(pack, pack.facts[name], language, published)
    source = pack.sources[name]
    return published(source, isolated(source.publisher[language], language), language)


def _published(source: Source, publisher: str, language: str) -> str:
    """A publication by its publisher and its date."""
    return listed((publisher, source.date.show(language) if source.date else ""), language)


def _fact_note(pack: Pack, fact: Fact, language: str, published: Callable[[Source, str, str], str]) -> str:
    """Who says so, and where it was published, without any name twice."""
    source = pack.sources[fact.sources[0]]
    speaker, publisher = fact.speaker(language), source.publisher[language]
    same = speaker.startswith(publisher) or speaker.endswith(f" {publisher}")
    speaker, publisher = isolated(speaker, language), isolated(publisher, language)
    if same:
        return published(source, speaker, language)
    return speaker + in_parentheses(published(source, publisher, language), language)


#: Characters of a query that nobody types from paper.
_LONG_QUERY = 60


def to_type(address: str) -> str:
    """A web address as people write it on paper and type it from there: www.example.org/a.

    Of an address with a long query, such as a document's key in an archive, only the site is of use.
    """
    parts = urlsplit(address)
    if len(parts.query) > _LONG_QUERY:
        return parts.netloc
    return address.partition("://")[2].rstrip("/")


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
        self.figure = fact.figure(language) + mark
        self.phrase = (fact.phrase(language) or fact.sentence(language)) + mark
        self.quote = fact.quoted(language) + mark
        self.claim = fact.sentence(language)
        self.date = fact.as_of.show(language) if fact.as_of else ""
        self.said_by = fact.said_by[language]
        for case in language_data(language).cases:
            setattr(self, case, fact.phrase(language, case) + mark)

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
        note = _published(source, isolated(source.publisher[language], language), language)
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
    return {
        "fact": _Facts(pack, language),
        "source": _Keyed(sources),
        "demand": _Keyed(demands),
        "supporting_organisations": responsible.supporting(pack, language),
    }


def render(pack: Pack, source: str, language: str, names: Mapping[str, Any] | None = None) -> str:
    """The text with its marks filled in; note marks stay in it, for `runs`.

    Raises jinja2.UndefinedError for a name that `problems` would have refused.
    """
    text = _compiled(source, language)
    if not text.is_fixed:
        return _filled(text.template, {**context(pack, language), **(names or {})}, language)
    fixed = _fixed(pack, language)
    if source not in fixed:
        fixed[source] = _filled(text.template, context(pack, language), language)
    return fixed[source]


@lru_cache(maxsize=32)
def _fixed(_pack: Pack, _language: str) -> dict[str, str]:
    """The pack's fixed texts that were filled in before, by their source: no supporter is named in them."""
    return {}


def _filled(template: Template, names: Mapping[str, Any], language: str) -> str:
    pieces, length = [], 0
    for piece in template.generate(names):
        length += len(piece)
        if length > MAX_OUTPUT:
            raise MessageError(Message("The text grows too long."))
        pieces.append(piece)
    return _placed("".join(pieces), language)


_NOTE = f"{NOTE_OPEN}[^{NOTE_CLOSE}]*{NOTE_CLOSE}"
#: Characters before a slot that a language's rule can see: the last word or two.
_SEEN = 40
_FULL_STOP_TWICE = re.compile(rf"\.((?:{_NOTE})*){SLOT_CLOSE}\.(?!\.)")
#: A note right after digits reads as a power, 40³ or 1987². A narrow space keeps them apart.
_AFTER_DIGITS = re.compile(rf"(?<=\d)((?:{_NOTE})+)")


def _placed(text: str, language: str) -> str:
    """Joins what was inserted to the text around it, and moves notes as the language requires."""
    # "… 2022 г." at the end of a sentence has one full stop, not two.
    text = _FULL_STOP_TWICE.sub(rf".\1{SLOT_CLOSE}", text)
    text = _nested(text, language)
    if joins(language):
        text = _joined(text, language)
    text = text.replace(SLOT_OPEN, "").replace(SLOT_CLOSE, "")
    before, after = _note_places(language)
    first = before if language_data(language).text("note") == "after-punctuation" else after
    return _AFTER_DIGITS.sub("\u202f\\1", first.sub(r"\2\1", text))


def _nested(text: str, language: str) -> str:
    """A quotation that is inserted into another one has the inner quotation marks."""
    own = language_data(language)
    (opening, closing), (inner_opening, inner_closing) = (
        own.line("text", "quotation"),
        own.line("text", "inner-quotation"),
    )
    first, *parts = text.split(SLOT_OPEN)
    pieces = [first]
    for part in parts:
        slot, _, following = part.partition(SLOT_CLOSE)
        words, note, rest = slot.partition(NOTE_OPEN)
        if (
            words.startswith(opening)
            and words.endswith(closing)
            and _is_open("".join(pieces), opening, closing)
        ):
            words = f"{inner_opening}{words[len(opening) : -len(closing)]}{inner_closing}"
        pieces += [SLOT_OPEN, words, note, rest, SLOT_CLOSE, following]
    return "".join(pieces)


def _is_open(before: str, opening: str, closing: str) -> bool:
    """Whether a quotation has begun in the paragraph and has not ended."""
    paragraph = _MARK.sub("", before.rpartition("\n\n")[2])
    opening, closing = opening.strip(), closing.strip()
    return opening != closing and paragraph.count(opening) > paragraph.count(closing)


def _joined(text: str, language: str) -> str:
    first, *parts = text.split(SLOT_OPEN)
    pieces = [first]
    for part in parts:
        slot, _, following = part.partition(SLOT_CLOSE)
        before = pieces[-1][-_SEEN:]
        changed, slot = joined(before.rpartition("\n")[2], slot, language)
        kept = pieces[-1][: len(pieces[-1]) - len(before.rpartition("\n")[2])]
        pieces[-1] = kept + changed
        pieces += [slot, following]
    return "".join(pieces)


@lru_cache(maxsize=64)
def _note_places(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Notes before a stop, and notes after one. ! and ? keep what is after them."""
    signs = re.escape(stops(language))
    moved = re.escape("".join(sign for sign in stops(language) if sign not in "!?！？؟"))
    before = re.compile(f"((?:{_NOTE})+)([{signs}]+)")
    after = re.compile(f"((?<=[^{signs}\\s])[\u00a0\u202f ]?[{moved}])((?:{_NOTE})+)")
    return before, after


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
    return re.sub(f"\u202f?{_NOTE}", "", text)
