"""The dates of a petition that an edition changes: too near is too late to notice a mistake.

What a date does cannot be undone: on the day of erasure the signatures go, two days after the end
the index does. A changed date must therefore leave everybody time to see it and to change it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from campaign import clock
from campaign.messages import Message
from campaign.pack import time_zones
from campaign.pack.findings import Finding, Findings, PackError
from campaign.pack.reading import Record, read_yaml

#: Days from the publication to the day of erasure, and to the last day of signing, where they change.
ERASE_LEAD, CLOSE_LEAD = 7, 3

TERMS, CAMPAIGN = "petition.yaml", "campaign.yaml"


def _too_near(key: str, day: str, first: str) -> Message:
    if key == "closes":
        return Message(
            "“closes” would change to %(day)s. Choose %(first)s or later; to stop signing at once, pause it.",
            day=day,
            first=first,
        )
    return Message(
        "“erase-on” would change to %(day)s. Choose %(first)s or later, so that a mistake can be noticed.",
        day=day,
        first=first,
    )


@dataclass(frozen=True, slots=True)
class Dates:
    """The last day of signing and the day of erasure, as petition.yaml has them."""

    closes: date | None = None
    erase_on: date | None = None


def read(files: Mapping[str, str]) -> Dates:
    """The dates in the files; None for one that is missing or can't be read."""
    record = _record(files, TERMS)
    return Dates(_day(record, "closes"), _day(record, "erase-on")) if record else Dates()


def refuse_near(before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Raises PackError if an edition would change a date to one that is too near.

    `before` and `after` are the files of two editions, of which `petition.yaml` and `campaign.yaml`
    are read. A date that stays as it was is never refused, so that other texts can be published;
    nor is the first edition, under which nobody has signed.
    """
    if not before or before.get(TERMS) == after.get(TERMS):
        return
    old, new, today = read(before), read(after), clock.today(_zone(after))
    findings = [
        *_refused("closes", old.closes, new.closes, today + timedelta(days=CLOSE_LEAD)),
        *_refused("erase-on", old.erase_on, new.erase_on, today + timedelta(days=ERASE_LEAD)),
    ]
    if findings:
        raise PackError(findings)


def _refused(key: str, old: date | None, new: date | None, first: date) -> list[Finding]:
    if new is None or new == old or new >= first:
        return []
    return [Finding(TERMS, 1, "error", _too_near(key, new.isoformat(), first.isoformat()))]


def _record(files: Mapping[str, str], path: str) -> Record | None:
    node = read_yaml(path, files.get(path, ""), Findings())
    return Record(node) if node is not None else None


def _day(record: Record, key: str) -> date | None:
    try:
        return date.fromisoformat(record.text(key, ""))
    except ValueError:
        return None


def _zone(files: Mapping[str, str]) -> ZoneInfo:
    record = _record(files, CAMPAIGN)
    return time_zones.named(record.text("time-zone", "") if record else "") or time_zones.UTC
