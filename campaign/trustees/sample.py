"""Opening a sample of the public log before witnesses: which entries are records, and whose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from campaign.signatures import manifest
from campaign.signatures.person import Person
from campaign.transparency_log.entries import commitment
from campaign.transparency_log.sampling import Opening, Sample
from campaign.trustees.opening import Keys, OpenedRecord, opened


class Finding(StrEnum):
    """What an entry turned out to be. Only the first three are genuine."""

    ONLINE = "a record with an e-mail address that was confirmed"
    PAPER = "a record from a sheet of paper"
    STALL = "a record from a device at a stall"
    UNOPENED = "a record that no key here opens"
    MISSING = "no opening, or no such record in this list"
    MISMATCH = "a record that does not fit the entry"


#: What the log promises: a person signed by e-mail, by hand, or on a device that organisers held out.
GENUINE = frozenset({Finding.ONLINE, Finding.PAPER, Finding.STALL})

_FINDINGS = {"online": Finding.ONLINE, "paper": Finding.PAPER, "stall": Finding.STALL}


@dataclass(frozen=True, slots=True)
class OpenedEntry:
    """One entry of a sample. `person` is for the trustees alone."""

    index: int
    finding: Finding
    person: Person | None = None


def open_sample(
    sample: Sample,
    openings: list[Opening],
    signatures: Path,
    keys: Keys,
    seen: Callable[[], None] = lambda: None,
) -> list[OpenedEntry]:
    """What each entry is, in the order in which they were drawn. Raises SealedListError."""
    commitments = dict(sample.drawn)
    wanted = {one.record: one for one in openings if one.index in commitments}
    found: dict[int, OpenedEntry] = {}
    for record in opened(signatures, keys):
        seen()
        sealed = record.record if isinstance(record, OpenedRecord) else record
        one = wanted.get(sealed.id)
        if one is None:
            continue
        digest = manifest.digest(sealed.id, sealed.sealed).to_bytes(32)
        if commitment(one.salt, digest) != commitments[one.index]:
            found[one.index] = OpenedEntry(one.index, Finding.MISMATCH)
        elif isinstance(record, OpenedRecord):
            found[one.index] = OpenedEntry(one.index, _FINDINGS[record.person.way], record.person)
        else:
            found[one.index] = OpenedEntry(one.index, Finding.UNOPENED)
    return [found.get(index, OpenedEntry(index, Finding.MISSING)) for index, _ in sample.drawn]


def domains(entries: list[OpenedEntry]) -> Mapping[str, int]:
    """How many of the e-mail addresses are at which provider, the most first."""
    counts: dict[str, int] = {}
    for entry in entries:
        if entry.person and entry.person.email:
            domain = entry.person.email.rpartition("@")[2].lower()
            counts[domain] = counts.get(domain, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
