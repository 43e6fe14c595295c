"""What the last look found, for the desk's page and to tell what is new.

    <data>/findings.json     of each machine: when it looked, what it found, how many answers there were

It has no more than the findings, which name campaigns and hosts and nobody else.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from campaign.monitoring.findings import Finding, Level, as_data, from_data
from campaign.untrusted import UnreadableError, json_value
from campaign.whole_files import whole

#: Hours in which the same alarm is sent once, however often it comes and goes.
AGAIN = timedelta(hours=6)

#: Characters; a larger file is not ours.
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Record:
    """One look. `answers`: all answers and those with an error, counted since the machine's start.

    `sent`: the last alarm of each check, and when.
    """

    at: datetime
    findings: list[Finding] = field(default_factory=list)
    answers: tuple[int, int] = (0, 0)
    sent: dict[str, tuple[Level, datetime]] = field(default_factory=dict)

    def levels(self) -> dict[str, Level]:
        """The worst level of each check."""
        levels: dict[str, Level] = {}
        for finding in self.findings:
            levels[finding.check] = max(finding.level, levels.get(finding.check, Level.GOOD))
        return levels


def path_of(data: Path) -> Path:
    """The file of this machine's last look."""
    return data / "findings.json"


def save(data: Path, record: Record) -> None:
    """Write a look, in place of the one before."""
    body = {
        "at": record.at.isoformat(),
        "findings": [as_data(finding) for finding in record.findings],
        "answers": list(record.answers),
        "sent": {check: [level.key, at.isoformat()] for check, (level, at) in record.sent.items()},
    }
    with whole(path_of(data), private=True) as temporary:
        temporary.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")


def load(data: Path) -> Record | None:
    """The last look; None if there was none, or its file can't be read."""
    try:
        body = json_value(path_of(data).read_text(encoding="utf-8"), _MOST)
        total, failed = body["answers"]
        return Record(
            datetime.fromisoformat(str(body["at"])),
            [from_data(one) for one in body["findings"]],
            (int(total), int(failed)),
            {
                str(check): (Level[str(level).upper()], datetime.fromisoformat(str(at)))
                for check, (level, at) in body["sent"].items()
            },
        )
    except (OSError, UnreadableError, LookupError, TypeError, ValueError, AttributeError):
        return None


def worse(findings: list[Finding], before: Record | None, now: datetime) -> list[Finding]:
    """The alarms that are new, or worse than at the last look: a check's other sentences are not new.

    One that comes and goes is sent again only after some hours.
    """
    levels = before.levels() if before else {}
    sent = {
        check: level
        for check, (level, at) in (before.sent if before else {}).items()
        if timedelta(0) <= now - at < AGAIN
    }
    return [
        finding
        for finding in findings
        if finding.is_alarm
        and finding.level > max(levels.get(finding.check, Level.GOOD), sent.get(finding.check, Level.GOOD))
    ]
