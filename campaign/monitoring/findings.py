"""What a check found, as data: how bad it is, a sentence, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from campaign.messages import Message, Plural


class Level(IntEnum):
    """How bad a finding is, the worst last."""

    GOOD = 0
    NOTE = 1  # it was not checked, or is worth knowing
    WARNING = 2
    BAD = 3

    @property
    def key(self) -> str:
        """Its name in JSON and in style sheets."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of the check `check`; `advice` says what to do about it."""

    check: str
    level: Level
    text: Message
    advice: Message | None = None

    @property
    def is_alarm(self) -> bool:
        return self.level >= Level.WARNING


def worst(findings: list[Finding]) -> Level:
    """The level of the worst finding."""
    return max((finding.level for finding in findings), default=Level.GOOD)


def as_data(finding: Finding) -> dict[str, Any]:
    """A finding as JSON keeps it: sentences with their values, so that they can be translated later."""
    return {
        "check": finding.check,
        "level": finding.level.key,
        "text": _message_data(finding.text),
        "advice": _message_data(finding.advice) if finding.advice else None,
    }


def from_data(data: dict[str, Any]) -> Finding:
    """What `as_data` made. Raises LookupError, TypeError or ValueError for anything else."""
    advice = data["advice"]
    return Finding(
        str(data["check"]),
        Level[str(data["level"]).upper()],
        _message(data["text"]),
        _message(advice) if advice else None,
    )


def _message_data(message: Message) -> dict[str, Any]:
    several = {"several": message.several} if isinstance(message, Plural) else {}
    return {"text": message.text, "values": dict(message.values), **several}


def _message(data: dict[str, Any]) -> Message:
    values = dict(data["values"])
    if "several" in data:
        return Plural(str(data["text"]), str(data["several"]), int(values.pop("num")), **values)
    return Message(str(data["text"]), **values)
