"""The trustees' machine: opening the list, finding doubles and series, and writing the void list.

Two passes over the file: the first finds out which record of a mailbox is the newest, the second
gives the people. What is held in memory for each record is a hash and a day, never a name.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from campaign import email_address
from campaign.email_address import Address
from campaign.signatures import exclusion_list, sealed_list
from campaign.signatures.exclusion_list import ExclusionLine
from campaign.signatures.person import Person, comparable, from_bytes
from campaign.signatures.sealed_list import Record
from campaign.signatures.sealing import PrivateKey, SealError, epoch_of

#: A series is told from so many records with the same sign on.
SERIES = 10
SAME_NAME = 5

#: On paper, where mostly no mailbox tells people apart, two of one name and town are looked at.
TWIN, TWINS = "name and town", 2

Keys = Mapping[int, PrivateKey]


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    """One signature, opened."""

    record: Record
    person: Person


@dataclass(slots=True)
class OpeningReport:
    """What the first pass found. `lines` is the void list; `unopened` records have another key."""

    records: int = 0
    people: int = 0
    unopened: int = 0
    lines: list[ExclusionLine] = field(default_factory=list)
    kept: set[int] = field(default_factory=set)
    series: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Mark:
    """What is kept of a record while the others are read."""

    country: str
    way: str
    counted: bool
    told: Mapping[str, str]


def opened(path: Path, keys: Keys) -> Iterator[OpenedRecord | Record]:
    """Every record, opened where one of the keys does it, else as it is. Raises ExportError at the end."""
    for record in sealed_list.read(path):
        try:
            key = keys.get(epoch_of(record.sealed))
            person = from_bytes(key.open(record.sealed)) if key else None
        except (SealError, ValueError):
            person = None
        yield OpenedRecord(record, person) if person else record


def examine(path: Path, keys: Keys, seen: Callable[[], None] = lambda: None) -> OpeningReport:
    """Read all of it once: the newest of each mailbox is kept, the others are void; series are told.

    `seen` is called for each record. Raises ExportError.
    """
    found = OpeningReport()
    newest: dict[bytes, tuple[str, int]] = {}
    signs: dict[str, Counter[str]] = {kind: Counter() for kind in _SIGNS}
    marks: dict[int, _Mark] = {}
    for one in opened(path, keys):
        seen()
        found.records += 1
        if not isinstance(one, OpenedRecord):
            found.unopened += 1
            continue
        told = {kind: value for kind, sign in _SIGNS.items() if (value := sign(one.person))}
        marks[one.record.id] = _Mark(one.person.country, one.person.way, one.record.counted, told)
        for kind, value in told.items():
            signs[kind][value] += 1
        mark = (one.person.day, one.record.id)
        if not one.person.mailbox:
            found.kept.add(one.record.id)
            continue
        key = hashlib.sha256(_canonical(one.person).encode()).digest()[:16]
        if key in newest:
            record = min(newest[key], mark)[1]
            found.lines.append(
                ExclusionLine("void", record, marks[record].country, "double", marks[record].way)
            )
        newest[key] = max(newest.get(key, mark), mark)
    found.kept |= {record for _day, record in newest.values()}
    found.people = len(found.kept)
    _settle(found, marks, signs[TWIN])
    _series(found, marks, signs)
    return found


def people(path: Path, keys: Keys, kept: set[int]) -> Iterator[OpenedRecord]:
    """The signatures of these records, in the order of the ids, which is no order at all."""
    for one in opened(path, keys):
        if isinstance(one, OpenedRecord) and one.record.id in kept:
            yield one


def find(path: Path, keys: Keys, typed: str) -> list[OpenedRecord]:
    """Every record of a mailbox. Raises ValueError for what is no address."""
    wanted = email_address.canonical(email_address.parse(typed))
    return [
        one
        for one in opened(path, keys)
        if isinstance(one, OpenedRecord) and _canonical(one.person) == wanted
    ]


def twin(person: Person) -> str:
    """A name, a town and a country as they are compared with others."""
    return " · ".join((comparable(person.name), comparable(person.place), person.country))


def _canonical(person: Person) -> str:
    try:
        return email_address.canonical(email_address.parse(person.mailbox))
    except ValueError:
        return email_address.canonical(Address(person.mailbox, person.mailbox))


def _settle(found: OpeningReport, marks: Mapping[int, _Mark], twins: Counter[str]) -> None:
    """A possible duplicate that turned out to be somebody else is counted.

    One from paper whose name and town stand there twice is left for people to look at.
    """
    for record in sorted(found.kept):
        mark = marks[record]
        if not mark.counted and twins[mark.told.get(TWIN, "")] < TWINS:
            found.lines.append(ExclusionLine("count", record, mark.country, "genuine", mark.way))


def _series(found: OpeningReport, marks: Mapping[int, _Mark], signs: Mapping[str, Counter[str]]) -> None:
    """Many with the same sign: told by name here, and put into the list as a question without it."""
    least_of = {"name": SAME_NAME, TWIN: TWINS}
    members: dict[tuple[str, str], list[int]] = {
        (kind, value): []
        for kind, counter in signs.items()
        for value, number in counter.most_common()
        if number >= least_of.get(kind, SERIES)
    }
    for record in sorted(found.kept):
        for told in marks[record].told.items():
            if told in members:
                members[told].append(record)
    for (kind, value), records in members.items():
        found.series.append((f"{kind} {value}", signs[kind][value]))
        reason = f"{kind}, series {len(found.series)}"
        for record in records:
            found.lines.append(
                ExclusionLine(exclusion_list.ASKED, record, marks[record].country, reason, marks[record].way)
            )


def _domain(person: Person) -> str:
    domain = person.mailbox.rpartition("@")[2].lower()
    return "" if email_address.common(domain) else domain


def _stem(person: Person) -> str:
    """An address that differs from others by its number alone."""
    local, _at, domain = person.mailbox.partition("@")
    stem = re.sub(r"\d+", "#", local)
    return f"{stem}@{domain}" if "#" in stem else ""


_SIGNS: dict[str, Callable[[Person], str]] = {
    "domain": _domain,
    "numbered": _stem,
    "name": lambda person: comparable(person.name),
    TWIN: lambda person: twin(person) if person.sheet else "",
}
