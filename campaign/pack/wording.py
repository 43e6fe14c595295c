"""What prose and letters may say: Jinja2 cut down to a list of node kinds, in a sandbox.

A text is checked against the list before it is ever rendered (`problems`), so that an
organiser's slip or malice ends as a message with a line, not as running code. What is
left can't run long: each mark is worked on once, or once for each demand in the one loop
that there is, so time grows with the text, whose length is bounded, and nothing needs to
be stopped from outside; a test holds it to that.

Facts, sources and demands are named by their keys as they stand in the files:
`{{ fact.deaths-official }}`.

Rendering yields text with note marks in it. A mark is a source's note between two
Unicode noncharacters, which no typed text may hold; `runs` takes them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from campaign.messages import Message, MessageError
from campaign.pack.findings import did_you_mean
from campaign.pack.languages import NOTE_AFTER_PUNCTUATION, quoted
from campaign.pack.model import Fact, Pack

MAX_SOURCE = 20_000  # characters of one text
MAX_OUTPUT = 100_000  # characters, counted while it streams
MAX_DEPTH = 20

NOTE_OPEN, NOTE_CLOSE, NOTE_PARTS = "\ufdd0", "\ufdd1", "\ufdd2"

#: Names a text may use, beside the loop's own; the checker offers the nearest.
NAMES = {"fact", "source", "demand", "addressee", "sender", "demands"}
FIELDS = {
    "addressee": {"key", "kind", "title", "letter"},
    "sender": {"name", "place", "country", "in_eu"},
}
FACT_FIELDS = {"number", "figure", "phrase", "quote", "claim", "note", "date", "said_by"}
SOURCE_FIELDS = {"title", "publisher", "date", "note"}
DEMAND_FIELDS = {"title", "summary"}
FILTERS = {"capital", "quoted"}

_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Const,
    nodes.If,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.For,
    nodes.Filter,
    nodes.List,
    nodes.Tuple,
)

#: Members of the European Union, ISO 3166 codes (the Union's own list, 2026).
EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)

_KEYED = re.compile(r"\b(fact|source|demand)\.([a-z0-9][a-z0-9-]*)")
_OPEN = re.compile(r"\{\{|\{%")
_CLOSE = {"{{": "}}", "{%": "%}"}


def _name(key: str) -> str:
    """A key of the pack as Jinja can read it."""
    return key.replace("-", "_")


def _plain(source: str) -> str:
    """Keys with hyphens as names that Jinja can read; every column stays where it was."""

    out, done = [], 0
    for start, end in _marks(source):
        inside = _KEYED.sub(lambda m: f"{m[1]}.{_name(m[2])}", source[start:end])
        out += [source[done:start], inside]
        done = end
    return "".join([*out, source[done:]])


def _marks(source: str) -> Iterator[tuple[int, int]]:
    """Where each {{ … }} and {% … %} begins and ends. Every sign is looked at a few times, whatever it is."""
    end, unclosed = 0, set()
    while opened := _OPEN.search(source, end):
        kind = opened[0]
        close = -1 if kind in unclosed else source.find(_CLOSE[kind], opened.end())
        if close < 0:
            unclosed.add(kind)
            end = opened.start() + 1
            if len(unclosed) == len(_CLOSE):
                return
            continue
        end = close + 2
        yield opened.start(), end


_environment = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True
)
_environment.filters = {
    "capital": lambda text: str(text)[:1].upper() + str(text)[1:],
    "quoted": str,  # replaced for each language in `_compiled`
}
_environment.globals = {}
_environment.tests = {}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a text; line and column count from 1, in the text itself.

    `word` is what stands there; without one the whole line is meant and the column is 0.
    """

    line: int
    text: Message
    column: int = 0
    word: str = ""


def problems(source: str, pack: Pack) -> list[Problem]:
    """Everything in a text that may not stand there, before it is rendered."""
    if len(source) > MAX_SOURCE:
        return [Problem(1, Message("The text is longer than %(most)s characters.", most=MAX_SOURCE))]
    try:
        tree = _environment.parse(_plain(source))
    except TemplateSyntaxError as error:
        return [Problem(error.lineno, Message("The marks can’t be read: %(why)s", why=error.message))]
    except RecursionError:
        return [Problem(1, Message("The marks are nested too deeply."))]
    found = _Walk(pack).walk(tree, 0, frozenset(), False)
    return _placed_in(source, list(found))


def _placed_in(source: str, found: list[Problem]) -> list[Problem]:
    """The problems with their columns: the word that each one names, as often as it is named."""
    lines, taken, out = source.split("\n"), set(), []
    for problem in found:
        line = lines[problem.line - 1] if problem.line <= len(lines) else ""
        spots = [m.start() for m in re.finditer(re.escape(problem.word), line)] if problem.word else []
        inside = [at for at in spots if (problem.line, at) not in taken and _in_a_mark(line, at)]
        if inside:
            taken.add((problem.line, inside[0]))
            problem = replace(problem, column=inside[0] + 1)  # noqa: PLW2901  the same one, with its place
        out.append(problem)
    return out


def _in_a_mark(line: str, at: int) -> bool:
    """Whether a place is inside {{ }} or {% %}; a mark that goes over several lines counts, too."""
    before = line[:at]
    closed = max(before.rfind("}}"), before.rfind("%}"))
    return max(before.rfind("{{"), before.rfind("{%")) > closed or "{" not in before


def _is_offered(loop: nodes.For) -> bool:
    """Whether a loop is the one over the chosen demands, plain, with one name."""
    over = isinstance(loop.iter, nodes.Name) and loop.iter.name == "demands"
    return over and isinstance(loop.target, nodes.Name) and not (loop.test or loop.recursive or loop.else_)


#: What the names before a key stand for.
_KINDS = {"fact": Message("fact"), "source": Message("source"), "demand": Message("demand")}


def _unknown(what: Message, key: str, known: Iterable[str]) -> Message:
    wrong = Message("Unknown %(what)s “%(key)s”.", what=what, key=key)
    return wrong.with_hint(did_you_mean(key, known))


class _Walk:
    def __init__(self, pack: Pack) -> None:
        # The key as Jinja sees it -> the key as it is written, for what may follow the dot.
        self.known = {
            "fact": {_name(key): key for key in pack.facts},
            "source": {_name(key): key for key in pack.sources},
            "demand": {_name(key): key for key in pack.demands},
        }

    def walk(self, node: nodes.Node, depth: int, names: frozenset[str], in_loop: bool) -> Iterator[Problem]:
        if depth > MAX_DEPTH:
            yield Problem(node.lineno, Message("The marks are nested too deeply."))
            return
        if not isinstance(node, _ALLOWED):
            kind = type(node).__name__.lower()
            text = Message("“%(name)s” is not allowed here: only facts, names, if and for.", name=kind)
            yield Problem(node.lineno, text)
            return
        if isinstance(node, nodes.For):
            yield from self._loop(node, depth, names, in_loop)
            return
        if isinstance(node, nodes.Getattr):
            yield from self._attribute(node)
            return
        if isinstance(node, nodes.Name):
            yield from self._name(node, names)
        if isinstance(node, nodes.Filter) and node.name not in FILTERS:
            text = _unknown(Message("filter"), node.name, FILTERS)
            yield Problem(node.lineno, text, word=node.name)
        for child in node.iter_child_nodes():
            yield from self.walk(child, depth + 1, names, in_loop)

    def _name(self, node: nodes.Name, names: frozenset[str]) -> Iterator[Problem]:
        if node.name not in names and node.name != "demands":
            known = (NAMES | names) - {"fact", "source"}
            text = _unknown(Message("placeholder"), node.name, known)
            if node.name in NAMES:
                text = Message("“%(name)s” must be followed by a dot and a key.", name=node.name)
            yield Problem(node.lineno, text, word=node.name)

    def _loop(self, node: nodes.For, depth: int, names: frozenset[str], in_loop: bool) -> Iterator[Problem]:
        if in_loop or not _is_offered(node) or not isinstance(node.target, nodes.Name):
            yield Problem(node.lineno, Message("The only loop available is “for one in demands”."))
            return
        for child in node.body:
            yield from self.walk(child, depth + 1, names | {node.target.name}, True)

    def _attribute(self, node: nodes.Getattr) -> Iterator[Problem]:
        chain: list[str] = []
        inner: nodes.Node = node
        while isinstance(inner, nodes.Getattr):
            chain.insert(0, inner.attr)
            inner = inner.node
        if not isinstance(inner, nodes.Name) or inner.name not in NAMES - {"demands"}:
            label = inner.name if isinstance(inner, nodes.Name) else "this"
            text = _unknown(Message("placeholder"), label, NAMES)
            yield Problem(node.lineno, text, word=label if isinstance(inner, nodes.Name) else "")
        elif inner.name in self.known:
            yield from self._keyed(node.lineno, inner.name, chain)
        elif len(chain) != 1 or chain[0] not in FIELDS[inner.name]:
            wrong = ".".join(chain)
            hint = did_you_mean(chain[0], FIELDS[inner.name])
            text = _unknown(Message("placeholder"), f"{inner.name}.{wrong}", ()).with_hint(hint)
            yield Problem(node.lineno, text, word=f"{inner.name}.{wrong}")

    def _keyed(self, line: int, kind: str, chain: list[str]) -> Iterator[Problem]:
        known = self.known[kind]
        fields = {"fact": FACT_FIELDS, "source": SOURCE_FIELDS, "demand": DEMAND_FIELDS}[kind]
        if chain[0] not in known:
            written = chain[0].replace("_", "-")
            text = _unknown(_KINDS[kind], written, known.values())
            yield Problem(line, text, word=f"{kind}.{written}")
        elif len(chain) > 2 or (len(chain) == 2 and chain[1] not in fields):
            text = Message("A %(what)s has no “%(name)s”.", what=_KINDS[kind], name=chain[-1])
            yield Problem(line, text.with_hint(did_you_mean(chain[-1], fields)), word=chain[-1])


def _harmless(tree: nodes.Node, in_loop: bool = False) -> bool:
    """Whether a text has only what may be rendered: whoever renders it may not have asked before."""
    for node in tree.iter_child_nodes():
        if not isinstance(node, _ALLOWED):
            return False
        if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
            return False
        loop = isinstance(node, nodes.For)
        if isinstance(node, nodes.For) and (in_loop or not _is_offered(node)):
            return False
        if not _harmless(node, in_loop or loop):
            return False
    return True


@lru_cache(maxsize=8192)
def _compiled(source: str, language: str) -> Template:
    if len(source) > MAX_SOURCE or not _harmless(_environment.parse(_plain(source))):
        raise MessageError(Message("The text has marks that are not allowed."))
    environment = _environment.overlay()
    environment.filters = {
        **_environment.filters,
        "quoted": lambda text: quoted(str(text), language),
    }
    return environment.from_string(_plain(source))


def note_text(pack: Pack, fact: Fact, language: str) -> str:
    """The note of a fact: who says so, in which publication, of which day."""
    first = pack.sources[fact.sources[0]]
    said, publisher = fact.said_by[language], first.publisher[language]
    dated = first.date.show(language) if first.date else ""
    if said.startswith(publisher):
        return ", ".join(part for part in (said, dated) if part)
    return f"{said} ({', '.join(part for part in (publisher, dated) if part)})"


def _mark(key: str, source: str, text: str) -> str:
    return f"{NOTE_OPEN}{key}{NOTE_PARTS}{source}{NOTE_PARTS}{text}{NOTE_CLOSE}"


class _Facts:
    """`fact.<key>` in a text: the phrase with its note, or one of the fields."""

    def __init__(self, pack: Pack, language: str) -> None:
        self._pack, self._language = pack, language
        self._keys = {_name(key): key for key in pack.facts}

    def __getattr__(self, name: str) -> _FactWords:
        if name.startswith("_") or name not in self._keys:
            raise AttributeError(name)
        words = _FactWords(self._pack, self._pack.facts[self._keys[name]], self._language)
        self.__dict__[name] = words  # made once; from here on Python finds it without asking
        return words


class _FactWords:
    def __init__(self, pack: Pack, fact: Fact, language: str) -> None:
        mark = _mark(f"fact {fact.key}", fact.sources[0], note_text(pack, fact, language))
        self.note = mark
        self.number = fact.number(language)
        # A note right after digits reads as a power: 238³. A narrow space keeps them apart.
        apart = "\u202f" if fact.figure(language)[-1:].isdigit() else ""
        self.figure = fact.figure(language) + apart + mark
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
        self._entries = {_name(key): entry for key, entry in entries.items()}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._entries:
            raise AttributeError(name)
        return self._entries[name]


class _Fields:
    """A few named texts; the first is what the name alone stands for."""

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
        said = f"{source.publisher[language]}{', ' + dated if dated else ''}"
        mark = _mark(f"source {key}", key, said)
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
    """Notes on the side of the punctuation on which the language wants them."""
    if language in NOTE_AFTER_PUNCTUATION:
        return _BEFORE.sub(r"\2\1", text)
    return _AFTER.sub(r"\2\1", text)


@dataclass(frozen=True, slots=True)
class Note:
    """What a note says, and the key of the source that it rests on.

    `keys` name the facts and sources whose notes say just this; they are the same in every
    language, so that the notes of two translations can be told apart and matched.
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
    out: list[Run] = []
    for place, piece in enumerate(_MARK.split(text)):
        if place % 2 == 0:
            if piece:
                out.append(piece)
            continue
        key, source, words = piece.split(NOTE_PARTS)
        known = [note.text for note in notes]
        if words not in known:
            notes.append(Note(words, source, (key,)))
            known.append(words)
        index = known.index(words)
        if key not in notes[index].keys:
            notes[index] = replace(notes[index], keys=(*notes[index].keys, key))
        out.append(NoteMark(index + 1))
    return tuple(out)


def without_notes(text: str) -> str:
    """The rendered text with its note marks, and the space before them, taken out."""
    return _MARK.sub("", text).replace("\u202f)", ")")
