"""The texts of letters, rendered in advance for each addressee and language: a script only chooses and joins.

A text of a template may ask a few things about the sender, and those are its inputs: whether there is a name,
a place or a country, whether the country is in the European Union, and which demands were chosen. It is
rendered once for each case of the inputs that it uses, with stand-ins for what is typed. Whether a stand-in
may really be replaced afterwards is tried with values that languages treat differently; a text that fails is
refused, so that no letter is offered offline that the site would word otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, combinations, product
from unicodedata import lookup

from jinja2 import nodes

from campaign.languages.typography import ended_item, one_line
from campaign.letters.compose import names_for
from campaign.letters.letter import Choices, Sender
from campaign.pack import wording
from campaign.pack.marks import parse
from campaign.pack.model import Addressee, Pack, Prose
from campaign.pack.wording import Note, NoteMark

#: Stand-ins for what a sender types, by the attribute of `sender` in a template: private characters.
STAND_INS = {"name": "\ue000", "place": "\ue001", "country": "\ue002"}

#: Values with which a stand-in is tried: letters of several scripts, a digit, quotation marks, a full stop.
_TRIED = (
    "Lyon", f"{lookup('LATIN SMALL LETTER A WITH ACUTE')}x", "Oslo 3", "«Ø»", "o’St. X.",
    2 * lookup("CYRILLIC CAPITAL LETTER IE"), 2 * lookup("ARABIC LETTER MEEM"),
)  # fmt: skip

#: Demands whose every choice is rendered where a text uses them.
MOST_DEMANDS = 5


class NotOfflineError(ValueError):
    """A text that can't be prepared: it would be worded otherwise than on the site."""


@dataclass(slots=True)
class Table:
    """The pieces of one language: paragraphs as runs, each once, and the notes that they name."""

    language: str
    pieces: list[list[str | int]] = field(default_factory=list)
    notes: list[tuple[str, str, str]] = field(default_factory=list)
    _places: dict[tuple[str | int, ...], int] = field(default_factory=dict)

    def add(self, pack: Pack, line: str) -> int:
        """The number of a rendered paragraph. A note in it is a number: its place in `notes`."""
        notes: list[Note] = []
        runs = tuple(
            self._note(pack, notes[run.number - 1]) if isinstance(run, NoteMark) else run
            for run in wording.runs(line, notes)
        )
        if runs not in self._places:
            self._places[runs] = len(self.pieces)
            self.pieces.append(list(runs))
        return self._places[runs]

    def _note(self, pack: Pack, note: Note) -> int:
        entry = (note.text, note.source, wording.citation(pack, note.keys[0], self.language))
        if entry not in self.notes:
            self.notes.append(entry)
        return self.notes.index(entry)


def inputs_of(text: str) -> str:
    """The inputs of a text: n, p, c, e, d for name, place, country, in_eu and demands.

    Raises NotOfflineError for a text that compares what is typed, which no stand-in can be.
    """
    tree = parse(text)
    for comparison in tree.find_all(nodes.Compare):
        if _asked(comparison) & STAND_INS.keys():
            raise NotOfflineError("It compares what the sender types.")
    asked = _asked(tree)
    letters = {"name": "n", "place": "p", "country": "c", "in_eu": "e", "demands": "d"}
    return "".join(letter for name, letter in letters.items() if name in asked)


def _asked(node: nodes.Node) -> set[str]:
    """What a text asks of the sender, and `demands`."""
    fields = {
        one.attr
        for one in node.find_all(nodes.Getattr)
        if isinstance(one.node, nodes.Name) and one.node.name == "sender"
    }
    return fields | {one.name for one in node.find_all(nodes.Name) if one.name == "demands"}


#: Gives the paragraphs of a rendered text in a language.
Split = Callable[[str, str], list[str]]


@dataclass(frozen=True, slots=True)
class _Case:
    """One case of the inputs that a text uses: what is typed of the sender, and which demands were chosen."""

    name: str
    typed: Mapping[str, str]
    in_eu: bool
    demands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Writer:
    """Renders the texts of one addressee in one language."""

    pack: Pack
    addressee: Addressee
    language: str
    table: Table

    def paragraphs(self, prose: Prose) -> dict[str, list[int]]:
        """The paragraphs of a text, by the case of its inputs. Raises NotOfflineError."""
        return self._by_case(prose, _paragraphs)

    def item(self, prose: Prose) -> dict[str, list[int]]:
        """A demand as an item of a list, by the case of its inputs: as one of several, and as the last."""
        return self._by_case(prose, _item_ends)

    def _by_case(self, prose: Prose, split: Split) -> dict[str, list[int]]:
        found = {}
        for case in self._cases(inputs_of(prose.text)):
            lines = self._lines(prose, case, split)
            self._try(prose, case, lines, split)
            found[case.name] = [self.table.add(self.pack, line) for line in lines]
        return found

    def _lines(self, prose: Prose, case: _Case, split: Split) -> list[str]:
        choices = Choices(self.addressee.key, self.language, case.demands, Sender(""), date.min)
        names = names_for(self.pack, self.addressee, choices)
        # The country is its name already.
        names["sender"] = {**dict.fromkeys(STAND_INS, ""), **case.typed, "in_eu": case.in_eu}
        return split(wording.render(self.pack, prose.text, self.language, names), self.language)

    def _cases(self, used: str) -> Iterator[_Case]:
        """The cases of some inputs, named as `p1e0`."""
        for chosen in product(*map(self._options, used)):
            values = dict(chosen)
            typed = {name: STAND_INS[name] for name in STAND_INS if values.get(name[0]) == "1"}
            yield _Case(
                name="".join(letter + value for letter, value in chosen),
                typed=typed,
                in_eu=values.get("e") == "1",
                demands=tuple(values.get("d", "").split()),
            )

    def _options(self, letter: str) -> list[tuple[str, str]]:
        if letter != "d":
            return [(letter, "0"), (letter, "1")]
        keys = self.pack.demands_for(self.addressee)
        if len(keys) > MOST_DEMANDS:
            raise NotOfflineError("It names the demands, and there are too many of them.")
        sets = chain.from_iterable(combinations(keys, size) for size in range(len(keys) + 1))
        return [(letter, " ".join(chosen)) for chosen in sets]

    def _try(self, prose: Prose, case: _Case, lines: list[str], split: Split) -> None:
        """Raises NotOfflineError if what is typed changes more than its stand-in's place."""
        typed = {name for name, stand_in in STAND_INS.items() if any(stand_in in line for line in lines)}
        for value in _TRIED if typed else ():
            tried = replace(case, typed=dict.fromkeys(case.typed, value))
            expected = [filled(line, {STAND_INS[name]: value for name in typed}) for line in lines]
            if self._lines(prose, tried, split) != expected:
                raise NotOfflineError("What the sender types changes the words beside it.")


def _paragraphs(text: str, language: str) -> list[str]:
    parts = (one_line(part, language) for part in re.split(r"\n\s*\n", text))
    return [part for part in parts if part]


def _item_ends(text: str, language: str) -> list[str]:
    item = one_line(text, language)
    return [ended_item(item, last, language) for last in (False, True)]


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with values for its stand-ins; where a value ends with a full stop, none follows it."""
    for stand_in, value in values.items():
        if value.endswith("."):
            text = re.sub(rf"{stand_in}\.(?!\.)", stand_in, text)
        text = text.replace(stand_in, value)
    return text
