"""From the sealed list to the people of the book, in its order: one pass, one row in memory.

The people lie in a SQLite file beside the book while it is made; it is gone when the book is whole.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from campaign.pack.languages import countries
from campaign.signatures.exclusion_list import ExclusionLine
from campaign.signatures.person import Person, comparable
from campaign.trustees import opening
from campaign.trustees.book.choices import Choices
from campaign.trustees.opening import Keys, OpenedRecord


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
    """The list, the keys that open it, and who is told of each record that was read."""

    path: Path
    keys: Keys
    seen: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Sums:
    """What became of the records of the list; the first five add up to what its manifest says.

    `elsewhere`: in the book of all countries, but not in this one. `by` counts (country, way).
    """

    names: int
    void: int
    undecided: int
    unopened: int
    elsewhere: int
    by: tuple[tuple[str, str, int], ...]

    @property
    def records(self) -> int:
        """All of them."""
        return self.names + self.void + self.undecided + self.unopened + self.elsewhere


def decided(given: SealedSource, lines: Iterable[ExclusionLine] | None) -> dict[int, str]:
    """What trustees (or, without their list, the machine) decided of records: void, or count.

    Raises export.ExportError.
    """
    if lines is None:
        lines = opening.examine(given.path, given.keys, given.seen).lines
    found: dict[int, str] = {}
    for line in lines:
        if line.what != "?" and found.get(line.record) != "void":
            found[line.record] = line.what
    return found


def collect(people: Path, given: SealedSource, decisions: dict[int, str], choices: Choices) -> Sums:
    """Open every record and put those who belong into the book into its order. Raises export.ExportError."""
    people.unlink(missing_ok=True)
    counted = {"void": 0, "undecided": 0, "unopened": 0, "elsewhere": 0}
    connection = sqlite3.connect(people)
    try:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(
            "CREATE TABLE found (id INTEGER PRIMARY KEY, rank INTEGER, sort TEXT, name TEXT, country TEXT,"
            " place TEXT, day TEXT, way TEXT)"
        )
        rows = _belonging(given, decisions, choices, counted)
        connection.executemany("INSERT INTO found VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute(
            "CREATE TABLE person (number INTEGER PRIMARY KEY, name TEXT, country TEXT, place TEXT, day TEXT,"
            " way TEXT)"
        )
        connection.execute(
            "INSERT INTO person (name, country, place, day, way)"
            " SELECT name, country, place, day, way FROM found ORDER BY rank, sort, id"
        )
        connection.execute("DROP TABLE found")
        by = connection.execute(
            "SELECT country, way, count(*) FROM person GROUP BY country, way ORDER BY min(number), way"
        ).fetchall()
        connection.commit()
    finally:
        connection.close()
    return Sums(sum(number for _, _, number in by), by=tuple(by), **counted)


def _belonging(
    given: SealedSource, decisions: dict[int, str], choices: Choices, counted: dict[str, int]
) -> Iterator[tuple[object, ...]]:
    ranks = {code: rank for rank, code in enumerate(countries(choices.language))}
    for one in opening.opened(given.path, given.keys):
        given.seen()
        if not isinstance(one, OpenedRecord):
            counted["unopened"] += 1
            continue
        who, decision = one.person, decisions.get(one.record.id)
        if decision == "void":
            counted["void"] += 1
        elif not one.record.counted and decision != "count":
            counted["undecided"] += 1
        elif choices.country and who.country != choices.country:
            counted["elsewhere"] += 1
        else:
            rank = ranks.get(who.country, len(ranks))
            yield (one.record.id, rank, sort_key(who.name), *_shown(who, choices))


def _shown(who: Person, choices: Choices) -> tuple[str, ...]:
    name = initials(who.name) if choices.initials else who.name
    return name, who.country, who.place if choices.town else "", who.day, who.way


_EVERY = "SELECT number, name, country, place, day, way FROM person ORDER BY number"
_SOME = (
    "SELECT number, name, country, place, day, way FROM person WHERE number BETWEEN ? AND ? ORDER BY number"
)


def read(people: Path, first: int, last: int) -> list[Entry]:
    """The names from one number to another, both included."""
    connection = sqlite3.connect(f"file:{people}?mode=ro", uri=True)
    try:
        return [Entry(*row) for row in connection.execute(_SOME, (first, last))]
    finally:
        connection.close()


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


#: Letters that stand after another one in the alphabets of Kazakh and Russian, not at the end.
_AFTER = str.maketrans(
    {
        letter: group[0] + "\uf8ff" * place
        for group in ("аә", "гғ", "её", "иі", "кқ", "нң", "оө", "уұү", "хһ")
        for place, letter in enumerate(group[1:], 1)
    }
)


def sort_key(name: str) -> str:
    """By what names are put in order: without case and accents, Kazakh letters in their alphabet's place."""
    plain = comparable(name).translate(_AFTER)
    kept = "".join(sign for sign in unicodedata.normalize("NFD", plain) if not unicodedata.combining(sign))
    return f"{kept}\0{comparable(name)}"


def initials(name: str) -> str:
    """The first letters of a name's words, each with a point; joined marks stay with their letter."""
    found = []
    for word in name.replace("-", " ").split():
        start = next((place for place, sign in enumerate(word) if sign.isalpha()), None)
        if start is not None:
            end = start + 1
            while end < len(word) and unicodedata.combining(word[end]):
                end += 1
            found.append(f"{word[start:end].upper()}.")
    return " ".join(found)
