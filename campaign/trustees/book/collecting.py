"""From the sealed list to the people of the book, in its order: one pass, and few rows in memory.

Records are opened a batch at a time, those of a long list by several processes. Keys and records reach
them through pipes, so that no disk has them. While the book is made, the people are in a SQLite file next
to it; it is deleted at the end.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path

from campaign.languages.countries import countries
from campaign.languages.initials import initials
from campaign.press.pool import ahead, in_order
from campaign.press.printable import REPLACEMENT, replaced
from campaign.signatures import manifest, sealed_list
from campaign.signatures.exclusion_list import ExclusionLine
from campaign.signatures.person import NAME_HANDED_OVER, Person
from campaign.signatures.sealed_list import Record
from campaign.trustees import opening
from campaign.trustees.book.choices import LEFT_OUT, NAMES, Choices
from campaign.trustees.opening import Keys, OpenedRecord

#: Records that are opened together.
BATCH = 1_000

#: Records from which several processes are quicker: each takes half a second to begin.
MANY = 20_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of the book; `number` counts all of them from 1."""

    number: int
    name: str
    country: str
    place: str
    day: str
    way: str


@dataclass(frozen=True, slots=True)
class SealedSource:
    """The list, the keys that open it, and the function that is called for each record.

    `processes` open a long list, if there are any.
    """

    path: Path
    keys: Keys
    seen: Callable[[], None]
    processes: Executor | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """What happened to the records of the list; all but the last two add up to the manifest's number.

    `elsewhere`: in the book of all countries, but not in this one. `at_risk`: left out because their country
    puts them at risk. `by` counts (country, channel). `protected`: those of `names` who are in the book with
    their initials for this reason.
    """

    names: int
    void: int
    undecided: int
    unopened: int
    elsewhere: int
    by: tuple[tuple[str, str, int], ...]
    at_risk: int = 0
    protected: int = 0

    @property
    def records(self) -> int:
        """All of them."""
        return self.names + self.void + self.undecided + self.unopened + self.elsewhere + self.at_risk


def decided(source: SealedSource, lines: Iterable[ExclusionLine] | None) -> dict[int, str]:
    """What trustees (or, without their list, the machine) decided about records: void, or count.

    Raises SealedListError.
    """
    if lines is None:
        lines = opening.examine(source.path, source.keys, source.seen).lines
    decisions: dict[int, str] = {}
    for line in lines:
        if line.what != "?" and decisions.get(line.record) != "void":
            decisions[line.record] = line.what
    return decisions


def collect(
    people: Path,
    source: SealedSource,
    decisions: dict[int, str],
    choices: Choices,
    countries_at_risk: tuple[str, ...] = (),
) -> Sums:
    """Open every record and sort the people who belong in the book. Raises SealedListError."""
    people.unlink(missing_ok=True)
    counted = Counter(dict.fromkeys(_COUNTED, 0))
    connection = sqlite3.connect(people)
    try:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(
            "CREATE TABLE found (id INTEGER PRIMARY KEY, rank INTEGER, sort TEXT, name TEXT, country TEXT,"
            " place TEXT, day TEXT, way TEXT, digest BLOB)"
        )
        calls = _calls(source, decisions, partial(_belonging, source.keys, choices, countries_at_risk))
        rows = _counted(_results(source, calls), source.seen, counted)
        connection.executemany("INSERT INTO found VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute(
            "CREATE TABLE person (number INTEGER PRIMARY KEY, name TEXT, country TEXT, place TEXT, day TEXT,"
            " way TEXT)"
        )
        connection.execute(
            "INSERT INTO person (name, country, place, day, way)"
            " SELECT name, country, place, day, way FROM found ORDER BY rank, sort, id"
        )
        # For the public log: which records they are, but not which of the names is whose.
        connection.execute("CREATE TABLE record (id INTEGER PRIMARY KEY, digest BLOB)")
        connection.execute("INSERT INTO record SELECT id, digest FROM found ORDER BY id")
        connection.execute("DROP TABLE found")
        by = connection.execute(
            "SELECT country, way, count(*) FROM person GROUP BY country, way ORDER BY min(number), way"
        ).fetchall()
        connection.commit()
    finally:
        connection.close()
    return Sums(sum(number for _, _, number in by), by=tuple(by), **counted)


_COUNTED = ("void", "undecided", "unopened", "elsewhere", "at_risk", "protected")

#: The rows of those of a batch who belong in the book, and how many others there were, by kind.
_Opened = tuple[list[tuple[object, ...]], Counter[str]]


def _calls(
    source: SealedSource,
    decisions: dict[int, str],
    belonging: Callable[[list[Record], dict[int, str]], _Opened],
) -> Iterator[tuple[Callable[[], _Opened], int]]:
    """The calls that open the list, batch by batch, with the number of records in each."""
    records = sealed_list.read(source.path)
    while batch := list(islice(records, BATCH)):
        decided_here = {one.id: decisions[one.id] for one in batch if one.id in decisions}
        yield partial(belonging, batch, decided_here), len(batch)


def _results(
    source: SealedSource, calls: Iterator[tuple[Callable[[], _Opened], int]]
) -> Iterator[tuple[_Opened, int]]:
    """What the calls give, in their order."""
    if source.processes and sealed_list.head(source.path).records >= MANY:
        yield from in_order(source.processes, calls, ahead())
    else:
        for call, number in calls:
            yield call(), number


def _counted(
    results: Iterable[tuple[_Opened, int]], seen: Callable[[], None], counted: Counter[str]
) -> Iterator[tuple[object, ...]]:
    """The rows of all batches; adds their numbers up, and says of each record that it was opened."""
    for (rows, numbers), records in results:
        counted.update(numbers)
        for _ in range(records):
            seen()
        yield from rows


def _belonging(
    keys: Keys,
    choices: Choices,
    countries_at_risk: tuple[str, ...],
    records: list[Record],
    decisions: dict[int, str],
) -> _Opened:
    """The rows of those who belong in the book; counts the others, and those who are protected."""
    ranks = _ranks(choices.language)
    rows: list[tuple[object, ...]] = []
    counted: Counter[str] = Counter()
    for record in opening.opened_records(records, keys):
        if not isinstance(record, OpenedRecord):
            counted["unopened"] += 1
            continue
        person = record.person
        at_risk = person.country in countries_at_risk
        if why := _left_out(record, decisions.get(record.record.id), choices, at_risk):
            counted[why] += 1
            continue
        protected = at_risk and not _may_be_named(person, choices)
        counted["protected"] += protected
        shown = _shown(person, choices, protected)
        # In the order of the initials: that of the names would say something about them.
        key = sort_key(shown[0] if protected else person.name)
        digest = manifest.digest_bytes(record.record.id, record.record.sealed)
        rows.append((record.record.id, ranks.get(person.country, len(ranks)), key, *shown, digest))
    return rows, counted


@lru_cache(maxsize=1)
def _ranks(language: str) -> dict[str, int]:
    """The place of each country among all, in the order of their names."""
    return {code: rank for rank, code in enumerate(countries(language))}


def _left_out(record: OpenedRecord, decision: str | None, choices: Choices, at_risk: bool) -> str:
    """Why somebody is not in the book, as `Sums` counts it; '' for those who are."""
    if decision == "void":
        return "void"
    if not record.record.counted and decision != "count":
        return "undecided"
    if choices.country and record.person.country != choices.country:
        return "elsewhere"
    return "at_risk" if at_risk and choices.at_risk == LEFT_OUT else ""


def _may_be_named(person: Person, choices: Choices) -> bool:
    """Whether somebody from a country at risk may be named: trustees ask for it, and the consent said so."""
    return choices.at_risk == NAMES and person.consents >= NAME_HANDED_OVER


def _shown(person: Person, choices: Choices, protected: bool) -> tuple[str, ...]:
    """What the book has of a person; of somebody who is protected, no name and no town."""
    name = initials(person.name, person.language) if choices.initials or protected else person.name
    town = person.place if choices.town and not protected else ""
    return name, person.country, town, person.day, person.way


_EVERY = "SELECT number, name, country, place, day, way FROM person ORDER BY number"
_RANGE = (
    "SELECT number, name, country, place, day, way FROM person WHERE number BETWEEN ? AND ? ORDER BY number"
)


def read(people: Path, first: int, last: int) -> list[Entry]:
    """The names from one number to another, both included."""
    connection = sqlite3.connect(f"file:{people}?mode=ro", uri=True)
    try:
        return [Entry(*row) for row in connection.execute(_RANGE, (first, last))]
    finally:
        connection.close()


@dataclass(frozen=True, slots=True)
class Unprinted:
    """Names that can't be printed in full, or whose towns can't: how many, and their first numbers."""

    names: int = 0
    numbers: tuple[int, ...] = ()


#: Numbers that the book lists, of names that can't be printed in full.
MOST_NUMBERS = 100


def unprinted(people: Path) -> Unprinted:
    """Which names the volumes print with U+FFFD; the tables have them in full."""
    found = (entry.number for entry in every(people) if REPLACEMENT in replaced(entry.name + entry.place))
    numbers = tuple(islice(found, MOST_NUMBERS))
    return Unprinted(len(numbers) + sum(1 for _ in found), numbers)


def how_many(people: Path) -> int:
    """The number of names."""
    connection = sqlite3.connect(f"file:{people}?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT coalesce(max(number), 0) FROM person").fetchone()[0])
    finally:
        connection.close()


def every(people: Path) -> Iterator[Entry]:
    """All names, in the order of the book, as a stream."""
    connection = sqlite3.connect(f"file:{people}?mode=ro", uri=True)
    try:
        for row in connection.execute(_EVERY):
            yield Entry(*row)
    finally:
        connection.close()


#: Letters that follow another one in the alphabets of Kazakh and Russian, and are not at the end.
_AFTER = str.maketrans(
    {
        letter: group[0] + "\uf8ff" * place
        for group in ("аә", "гғ", "её", "иі", "кқ", "нң", "оө", "уұү", "хһ")
        for place, letter in enumerate(group[1:], 1)
    }
)


def sort_key(name: str) -> str:
    """The key to sort names: without case and accents, Kazakh letters in their alphabet's order."""
    folded = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    plain = unicodedata.normalize("NFD", folded.translate(_AFTER))
    return "".join(filter(_is_no_mark, plain)) + f"\0{folded}"


def _is_no_mark(character: str) -> bool:
    return not unicodedata.combining(character)
