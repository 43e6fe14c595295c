"""The marks that prose and letters may contain: Jinja2 limited to a list of node kinds, in a sandbox.

A text is checked against the list before it is rendered (`problems`), so that an
organiser's mistake or malice leads to a message with a line, not to running code. Allowed
marks can't run long: each is processed once, or once for each demand in the one loop that
is allowed. Time grows with the text, whose length is limited, so no time limit is needed;
a test verifies this.

Facts, sources and demands are named by their keys as the files write them:
`{{ fact.homes-lost }}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from campaign.languages.data import language
from campaign.messages import Message, MessageError
from campaign.pack.findings import did_you_mean
from campaign.pack.model import Pack
from campaign.untrusted import MAX_DEPTH, UnreadableError, parsing

MAX_SOURCE = 20_000  # characters of one text

#: Words, names and signs in one mark. Jinja reads brackets, attributes and operators by recursion.
MAX_PIECES = 60

#: Names that a text may use, in addition to the loop's own; the checker suggests the nearest.
NAMES = {"fact", "source", "demand", "addressee", "sender", "demands", "first", "supporting_organisations"}

#: Those of them that stand alone, without a dot and a key.
PLAIN = {"demands", "supporting_organisations"}
FIELDS = {
    "addressee": {"key", "kind", "title", "letter"},
    "sender": {"name", "place", "country", "in_eu"},
    "first": {"day", "subject", "law", "due", "copies"},
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

_KEYED = re.compile(r"\b(fact|source|demand)\.([a-z0-9][a-z0-9-]*)")
_OPEN = re.compile(r"\{\{|\{%")
_CLOSE = {"{{": "}}", "{%": "%}"}


def jinja_name(key: str) -> str:
    """A key of the pack as Jinja can read it."""
    return key.replace("-", "_")


def jinja_text(source: str) -> str:
    """The text with hyphenated keys as names that Jinja can read; no column changes."""

    pieces, position = [], 0
    for start, end in _marks(source):
        mark = _KEYED.sub(lambda m: f"{m[1]}.{jinja_name(m[2])}", source[start:end])
        pieces += [source[position:start], mark]
        position = end
    return "".join([*pieces, source[position:]])


#: A fact in a mark, but for what shows no number of it.
_FACT = re.compile(r"\bfact\.([a-z0-9][a-z0-9-]*)(?!\.(?:note|date|said_by|claim|quote)\b)(?![a-z0-9-])")


def facts_in(source: str) -> tuple[str, ...]:
    """The keys of the facts whose numbers a text shows, in its order."""
    marks = (source[start:end] for start, end in _marks(source))
    return tuple(dict.fromkeys(key for mark in marks for key in _FACT.findall(mark)))


def _marks(source: str) -> Iterator[tuple[int, int]]:
    """Where each {{ … }} and {% … %} begins and ends. Each character is read a few times at most."""
    end, unclosed = 0, set()
    while opening := _OPEN.search(source, end):
        kind = opening[0]
        close = -1 if kind in unclosed else source.find(_CLOSE[kind], opening.end())
        if close < 0:
            unclosed.add(kind)
            end = opening.start() + 1
            if len(unclosed) == len(_CLOSE):
                return
            continue
        end = close + 2
        yield opening.start(), end


#: The sandbox in which every text is read; `wording` renders in a copy of it for each language.
SANDBOX = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True
)
SANDBOX.filters = {
    "capital": lambda text: str(text)[:1].upper() + str(text)[1:],
    "quoted": str,  # replaced for each language in `wording`
}
SANDBOX.globals = {}
SANDBOX.tests = {}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a text; line and column count from 1, in the text itself.

    `word` is the text at that place; without one the problem is about the whole line and the column is 0.
    """

    line: int
    text: Message
    column: int = 0
    word: str = ""


class MarksError(MessageError):
    """A text whose marks can't be read. `line` counts from 1."""

    def __init__(self, message: Message, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def parse(source: str) -> nodes.Template:
    """The tree of a text, in which nothing is checked yet but length and depth. Raises MarksError."""
    if len(source) > MAX_SOURCE:
        raise MarksError(Message("The text is longer than %(most)s characters.", most=MAX_SOURCE))
    text = jinja_text(source)
    try:
        _check_depth(text)
        with parsing(TemplateSyntaxError):
            return SANDBOX.parse(text)
    except TemplateSyntaxError as error:
        why = error.message
        raise MarksError(Message("The marks can’t be read: %(why)s", why=why), error.lineno) from None
    except UnreadableError:
        raise MarksError(Message("The marks are nested too deeply.")) from None


_PIECE = re.compile(r"\w+|[^\w\s]")
_BLOCK = re.compile(r"\{%[-+]?\s*(?:(end)|(else|elif)|)")


def _check_depth(text: str) -> None:
    """Raise MarksError for marks that are nested too deeply, one in the other or each in itself."""
    blocks = 0
    for start, end in _marks(text):
        mark = text[start:end]
        if block := _BLOCK.match(mark):
            blocks += -1 if block[1] else 0 if block[2] else 1
        pieces = _PIECE.findall(mark)
        if (
            blocks > MAX_DEPTH
            or len(pieces) > MAX_PIECES
            or sum(piece in "([{" for piece in pieces) > MAX_DEPTH
        ):
            line = text.count("\n", 0, start) + 1
            raise MarksError(Message("The marks are nested too deeply."), line)


def problems(source: str, pack: Pack, code: str) -> list[Problem]:
    """Everything in a text in a language that is not allowed; checked before it is rendered."""
    try:
        tree = parse(source)
    except MarksError as error:
        return [Problem(error.line, error.message)]
    unplaced = _Walker(pack, code).walk(tree, 0, frozenset(), False)
    return _placed_in(source, list(unplaced))


def _placed_in(source: str, unplaced: list[Problem]) -> list[Problem]:
    """The problems with their columns: each gets the next place of its word in the line."""
    lines = source.split("\n")
    taken: set[tuple[int, int]] = set()
    places: dict[tuple[int, str], Iterator[int]] = {}
    placed = []
    for problem in unplaced:
        number, word = problem.line, problem.word
        if word and number <= len(lines):
            spots = places.setdefault((number, word), _places(lines[number - 1], word))
            at = next((at for at in spots if (number, at) not in taken), None)
            if at is not None:
                taken.add((number, at))
                problem = replace(problem, column=at + 1)  # noqa: PLW2901  the same, with its place
        placed.append(problem)
    return placed


def _places(line: str, word: str) -> Iterator[int]:
    """Where a word is in the marks of a line."""
    return (match.start() for match in re.finditer(re.escape(word), line) if _in_a_mark(line, match.start()))


def _in_a_mark(line: str, at: int) -> bool:
    """Whether a place is inside {{ }} or {% %}; this includes a mark over several lines."""
    before = line[:at]
    last_close = max(before.rfind("}}"), before.rfind("%}"))
    return max(before.rfind("{{"), before.rfind("{%")) > last_close or "{" not in before


def _is_offered(loop: nodes.For) -> bool:
    """Whether a loop is the allowed one: over the chosen demands, with one name and no options."""
    over_demands = isinstance(loop.iter, nodes.Name) and loop.iter.name == "demands"
    return (
        over_demands
        and isinstance(loop.target, nodes.Name)
        and not (loop.test or loop.recursive or loop.else_)
    )


#: The meaning of the name before a key.
_KINDS = {"fact": Message("fact"), "source": Message("source"), "demand": Message("demand")}


def _unknown(what: Message, key: str, known: Iterable[str]) -> Message:
    message = Message("Unknown %(what)s “%(key)s”.", what=what, key=key)
    return message.with_hint(did_you_mean(key, known))


class _Walker:
    def __init__(self, pack: Pack, code: str) -> None:
        self.fact_fields = FACT_FIELDS | set(language(code).cases)
        # The key as Jinja sees it -> the key as it is written.
        self.keys = {
            "fact": {jinja_name(key): key for key in pack.facts},
            "source": {jinja_name(key): key for key in pack.sources},
            "demand": {jinja_name(key): key for key in pack.demands},
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
        if node.name not in names and node.name not in PLAIN:
            allowed = (NAMES | names) - {"fact", "source"}
            text = _unknown(Message("placeholder"), node.name, allowed)
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
        if not isinstance(inner, nodes.Name) or inner.name not in NAMES - PLAIN:
            label = inner.name if isinstance(inner, nodes.Name) else "this"
            text = _unknown(Message("placeholder"), label, NAMES)
            yield Problem(node.lineno, text, word=label if isinstance(inner, nodes.Name) else "")
        elif inner.name in self.keys:
            yield from self._keyed(node.lineno, inner.name, chain)
        elif len(chain) != 1 or chain[0] not in FIELDS[inner.name]:
            attribute = ".".join(chain)
            hint = did_you_mean(chain[0], FIELDS[inner.name])
            text = _unknown(Message("placeholder"), f"{inner.name}.{attribute}", ()).with_hint(hint)
            yield Problem(node.lineno, text, word=f"{inner.name}.{attribute}")

    def _keyed(self, line: int, kind: str, chain: list[str]) -> Iterator[Problem]:
        keys = self.keys[kind]
        fields = {"fact": self.fact_fields, "source": SOURCE_FIELDS, "demand": DEMAND_FIELDS}[kind]
        if chain[0] not in keys:
            key = chain[0].replace("_", "-")
            text = _unknown(_KINDS[kind], key, keys.values())
            yield Problem(line, text, word=f"{kind}.{key}")
        elif len(chain) > 2 or (len(chain) == 2 and chain[1] not in fields):
            text = Message("A %(what)s has no “%(name)s”.", what=_KINDS[kind], name=chain[-1])
            yield Problem(line, text.with_hint(did_you_mean(chain[-1], fields)), word=chain[-1])


def is_harmless(tree: nodes.Node, in_loop: bool = False) -> bool:
    """Whether a text has only what may be rendered: not every caller runs `problems` first."""
    for node in tree.iter_child_nodes():
        if not isinstance(node, _ALLOWED):
            return False
        if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
            return False
        loop = isinstance(node, nodes.For)
        if isinstance(node, nodes.For) and (in_loop or not _is_offered(node)):
            return False
        if not is_harmless(node, in_loop or loop):
            return False
    return True
