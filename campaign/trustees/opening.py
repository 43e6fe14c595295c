"""The trustees' machine: opening the list, finding duplicates and series, and writing the exclusion list.

Two passes over the file: the first finds the newest record of each e-mail address, the second
returns the people. Memory has a hash and a day for each record, never a name.

Several organisations may collect to one key on servers of their own: their files are opened together. The
rule is the same across them: an e-mail address counts once, with its newest record.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from campaign import email_address
from campaign.email_address import Address
from campaign.names import comparable
from campaign.signatures import exclusion_list, paper_requests, sealed_list
from campaign.signatures.exclusion_list import ExclusionLine
from campaign.signatures.paper_requests import PaperRequest
from campaign.signatures.person import Person, from_bytes
from campaign.signatures.sealed_list import Record
from campaign.signatures.sealing import PrivateKey, SealError, epoch_of

#: A series is reported from this many records with the same trait.
SERIES = 10
SAME_NAME = 5

#: Paper rarely has an e-mail address to tell people apart: two with one name and town are checked.
TWIN, TWINS = "name and town", 2

#: The most columns for extra fields in a list of names, of all editions of a form.
EXTRA_COLUMNS = 20

Keys = Mapping[int, PrivateKey]

#: Which file, counted from 0, and which record of it. Two servers may give one id to different records.
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    """One signature, opened. `export` counts the files that are opened together."""

    record: Record
    person: Person
    export: int = 0

    @property
    def place(self) -> Place:
        return self.export, self.record.id


@dataclass(slots=True)
class OpeningReport:
    """The result of the first pass. `lines` is the exclusion list; `unopened` records have another key.

    `of_export` has the records of each file, and `shared` is how many e-mail addresses are in more than one.
    `extra` counts in how many records each extra field of the form is filled in, by its key.
    """

    records: int = 0
    of_export: Counter[int] = field(default_factory=Counter)
    extra: Counter[str] = field(default_factory=Counter)
    shared: int = 0
    people: int = 0
    unopened: int = 0
    lines: list[ExclusionLine] = field(default_factory=list)
    kept: set[Place] = field(default_factory=set)
    series: list[tuple[str, int]] = field(default_factory=list)
    not_found: list[PaperRequest] = field(default_factory=list)

    @property
    def extra_columns(self) -> list[str]:
        """The keys of the extra fields, in alphabetical order; of very many, those that most records have."""
        by_use = sorted(self.extra, key=lambda key: (-self.extra[key], key))
        return sorted(by_use[:EXTRA_COLUMNS])


@dataclass(frozen=True, slots=True)
class _Mark:
    """What is remembered of a record while the others are read."""

    country: str
    channel: str
    counted: bool
    traits: Mapping[str, str]


def opened(path: Path, keys: Keys, export: int = 0) -> Iterator[OpenedRecord | Record]:
    """Every record, opened if one of the keys fits, else as it is. Raises SealedListError at the end."""
    return opened_records(sealed_list.read(path), keys, export)


def opened_records(records: Iterable[Record], keys: Keys, export: int = 0) -> Iterator[OpenedRecord | Record]:
    """These records, each opened if one of the keys fits, else as it is."""
    for record in records:
        try:
            key = keys.get(epoch_of(record.sealed))
            person = from_bytes(key.open(record.sealed)) if key else None
        except (SealError, ValueError):
            person = None
        yield OpenedRecord(record, person, export) if person else record


def examine(
    paths: Path | Sequence[Path],
    keys: Keys,
    seen: Callable[[], None] = lambda: None,
    requests: Iterable[PaperRequest] = (),
) -> OpeningReport:
    """Read one file or several once: the newest record of each address is kept, the others are void.

    Series are reported. Records that somebody wants erased or corrected (`requests`) are void.
    `seen` is called for each record. Raises SealedListError.
    """
    report = OpeningReport()
    waiting = {(request.sheet, request.row): request for request in requests}
    found: set[tuple[str, int]] = set()
    newest: dict[bytes, tuple[str, Place]] = {}
    shared: set[bytes] = set()
    traits: dict[str, Counter[str]] = {kind: Counter() for kind in _TRAITS}
    marks: dict[Place, _Mark] = {}
    for signature in _readable(_several(paths), keys, seen, report):
        place = (signature.person.sheet, signature.person.row)
        if place in waiting:
            found.add(place)
            report.lines.append(_answer(signature, waiting[place]))
            continue
        mark = _mark(signature)
        marks[signature.place] = mark
        for kind, value in mark.traits.items():
            traits[kind][value] += 1
        if signature.person.email:
            _keep_newest(signature, newest, report, marks, shared)
        else:
            report.kept.add(signature.place)
    report.kept |= {place for _day, place in newest.values()}
    report.shared = len(shared)
    report.people = len(report.kept)
    report.not_found = [request for place, request in waiting.items() if place not in found]
    _settle(report, marks, traits[TWIN])
    _series(report, marks, traits)
    return report


def _several(paths: Path | Sequence[Path]) -> Sequence[Path]:
    return (paths,) if isinstance(paths, Path) else paths


def _readable(
    paths: Sequence[Path], keys: Keys, seen: Callable[[], None], report: OpeningReport
) -> Iterator[OpenedRecord]:
    """The records that the keys open; the report counts all of them."""
    for export, path in enumerate(paths):
        for signature in opened(path, keys, export):
            seen()
            report.records += 1
            report.of_export[export] += 1
            if isinstance(signature, OpenedRecord):
                report.extra.update((signature.person.extra or {}).keys())
                yield signature
            else:
                report.unopened += 1


def _answer(signature: OpenedRecord, request: PaperRequest) -> ExclusionLine:
    """The line that excludes a record because its signer asked."""
    person = signature.person
    reason = paper_requests.reason(request)
    return ExclusionLine("void", signature.record.id, person.country, reason, person.way, signature.export)


def _mark(signature: OpenedRecord) -> _Mark:
    person = signature.person
    traits = {kind: value for kind, trait in _TRAITS.items() if (value := trait(person))}
    return _Mark(person.country, person.way, signature.record.counted, traits)


def _keep_newest(
    signature: OpenedRecord,
    newest: dict[bytes, tuple[str, Place]],
    report: OpeningReport,
    marks: Mapping[Place, _Mark],
    shared: set[bytes],
) -> None:
    """Note the newest record of an e-mail address; the older of two is void, in whichever file it is."""
    key = hashlib.sha256(_canonical(signature.person).encode()).digest()[:16]
    dated = (signature.person.day, signature.place)
    if key in newest:
        if newest[key][1][0] != signature.export:
            shared.add(key)
        older = min(newest[key], dated)[1]
        report.lines.append(_line("void", older, marks[older], "double"))
    newest[key] = max(newest.get(key, dated), dated)


def _line(what: str, place: Place, mark: _Mark, reason: str) -> ExclusionLine:
    return ExclusionLine(what, place[1], mark.country, reason, mark.channel, place[0])


def people(paths: Path | Sequence[Path], keys: Keys, kept: set[Place]) -> Iterator[OpenedRecord]:
    """The signatures of these records, in the order of the files and of the ids, which are random."""
    for export, path in enumerate(_several(paths)):
        for signature in opened(path, keys, export):
            if isinstance(signature, OpenedRecord) and signature.place in kept:
                yield signature


def find(path: Path, keys: Keys, typed: str) -> list[OpenedRecord]:
    """Every record of an e-mail address. Raises ValueError for an invalid address."""
    address = email_address.canonical(email_address.parse(typed))
    return [
        signature
        for signature in opened(path, keys)
        if isinstance(signature, OpenedRecord) and _canonical(signature.person) == address
    ]


def find_row(path: Path, keys: Keys, sheet: str, row: int) -> list[OpenedRecord]:
    """Every record of a row of a sheet; `sheet` is its number as it is printed."""
    return [
        signature
        for signature in opened(path, keys)
        if isinstance(signature, OpenedRecord)
        and (signature.person.sheet, signature.person.row) == (sheet, row)
    ]


def twin(person: Person) -> str:
    """A name, a town and a country in the form for comparing."""
    return " · ".join((comparable(person.name), comparable(person.place), person.country))


def _canonical(person: Person) -> str:
    try:
        return email_address.canonical(email_address.parse(person.email))
    except ValueError:
        return email_address.canonical(Address(person.email, person.email))


def _settle(report: OpeningReport, marks: Mapping[Place, _Mark], twins: Counter[str]) -> None:
    """A possible duplicate that turned out to be another person is counted.

    If it is from paper and its name and town appear twice, people must check it.
    """
    for place in sorted(report.kept):
        mark = marks[place]
        if not mark.counted and twins[mark.traits.get(TWIN, "")] < TWINS:
            report.lines.append(_line("count", place, mark, "genuine"))


def _series(report: OpeningReport, marks: Mapping[Place, _Mark], traits: Mapping[str, Counter[str]]) -> None:
    """Many with the same trait: reported by name here, and listed as a question without the name."""
    least_of = {"name": SAME_NAME, TWIN: TWINS}
    members: dict[tuple[str, str], list[Place]] = {
        (kind, value): []
        for kind, counter in traits.items()
        for value, number in counter.most_common()
        if number >= least_of.get(kind, SERIES)
    }
    for place in sorted(report.kept):
        for trait in marks[place].traits.items():
            if trait in members:
                members[trait].append(place)
    for (kind, value), places in members.items():
        report.series.append((f"{kind} {value}", traits[kind][value]))
        reason = f"{kind}, series {len(report.series)}"
        report.lines += [_line(exclusion_list.ASKED, place, marks[place], reason) for place in places]


def _domain(person: Person) -> str:
    domain = person.email.rpartition("@")[2].lower()
    return "" if email_address.common(domain) else domain


def _stem(person: Person) -> str:
    """An address that differs from others only by its number."""
    local, _at, domain = person.email.partition("@")
    stem = re.sub(r"\d+", "#", local)
    return f"{stem}@{domain}" if "#" in stem else ""


_TRAITS: dict[str, Callable[[Person], str]] = {
    "domain": _domain,
    "numbered": _stem,
    "name": lambda person: comparable(person.name),
    TWIN: lambda person: twin(person) if person.sheet else "",
}
