"""The log of a process: one line for each event, and no personal data.

A line has the time to the minute, the level, the logger, the route if there is one, the error's
id, and for an error our own frames with file and line. It never has a value, an address, a token
or an exception's message. The same cause is written once a minute, with the number of repetitions,
so that an outage writes a few lines and not five thousand.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

#: `info` and `json` write events; `debug` also writes each request, which reveals when somebody signed.
MODES = ("info", "debug", "json")

#: Maximum of our own frames of an error in a line, the innermost first.
MOST_FRAMES = 6

_PACKAGE = Path(__file__).parent
_MINUTE = 60  # seconds


def frames(error: BaseException) -> str:
    """Our own frames of an error as 'desk/pages.py:12 page', the innermost first."""
    places = []
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(_PACKAGE):
            places.append(f"{path.relative_to(_PACKAGE).as_posix()}:{frame.lineno} {frame.name}")
    return " < ".join(places[:MOST_FRAMES]) or "outside of our code"


class OncePerMinute(logging.Filter):
    """Passes a warning or error of the same cause once a minute, and counts the others.

    The cause is the record's `cause` if it has one, else its text without values.
    """

    def __init__(self) -> None:
        super().__init__()
        self._causes: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written; the next one of its cause says how many were not."""
        if record.levelno < logging.WARNING:
            return True
        key = (record.name, str(getattr(record, "cause", record.msg)))
        since, left_out = self._causes.get(key, (float("-inf"), 0))
        if record.created - since < _MINUTE:
            self._causes[key] = (since, left_out + 1)
            return False
        record.left_out = left_out
        self._causes[key] = (record.created, 0)
        return True


def _fields(record: logging.LogRecord) -> dict[str, str]:
    """The fields of a line, by name; empty fields are left out."""
    left_out = getattr(record, "left_out", 0)
    fields = {
        "time": datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%MZ"),
        "level": record.levelname,
        "logger": record.name,
        "route": getattr(record, "route", ""),
        "message": record.getMessage(),
        "left_out": f"{left_out} more like it were left out before" if left_out else "",
    }
    return {name: value for name, value in fields.items() if value}


class LineFormatter(logging.Formatter):
    """The fields one after the other, for people and `grep`."""

    def format(self, record: logging.LogRecord) -> str:
        return " ".join(_fields(record).values()).replace("\n", " ")


class JsonFormatter(logging.Formatter):
    """The fields as one JSON object a line, for programs."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_fields(record), ensure_ascii=False)


def configure(mode: str, stream: TextIO | None = None) -> None:
    """Write the package's events to a stream (default: standard error). A second call replaces the first.

    Those of the queue as well: without a queue it writes a traceback every second.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if mode == "json" else LineFormatter())
    handler.addFilter(OncePerMinute())
    for name, level in (
        ("campaign", logging.DEBUG if mode == "debug" else logging.INFO),
        ("huey", logging.ERROR),
    ):
        log = logging.getLogger(name)
        for previous in list(log.handlers):
            if isinstance(previous.formatter, LineFormatter | JsonFormatter):
                log.removeHandler(previous)
        log.addHandler(handler)
        log.setLevel(level)
    logging.getLogger("huey").propagate = False
