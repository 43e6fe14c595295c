"""The note that the backup command leaves in the data folder: when the last backup was made.

<data>/backup.json     {"made": "2026-11-26T03:10:00+00:00", "to": ["age1…"], "verified": true}
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from campaign.untrusted import UnreadableError, json_value


@dataclass(frozen=True, slots=True)
class BackupRecord:
    """When a backup was made, in UTC, and whether it was opened afterwards."""

    made: datetime
    verified: bool


def last_backup(data: Path) -> BackupRecord | None:
    """The last backup; None if there was none, or the note can't be read."""
    try:
        note = json_value((data / "backup.json").read_text(encoding="utf-8"), 10_000)
        made = datetime.fromisoformat(str(note["made"]))
        verified = note.get("verified") is True
    except (OSError, UnreadableError, LookupError, TypeError, ValueError, AttributeError):
        return None
    return BackupRecord(made if made.tzinfo else made.replace(tzinfo=UTC), verified)
