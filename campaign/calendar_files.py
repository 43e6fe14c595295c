"""Calendar files (RFC 5545): lines end in CRLF and are folded at 75 bytes (section 3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

#: The type of the file.
MIME = "text/calendar; charset=utf-8"

#: Most bytes of a line before it is folded.
_LINE = 75


def calendar(events: Iterable[Iterable[str]], product: str) -> bytes:
    """A calendar with events, each as its lines between BEGIN:VEVENT and END:VEVENT."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Campaign//{product}//EN"]
    for event in events:
        lines += ["BEGIN:VEVENT", *event, "END:VEVENT"]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def escaped(text: str) -> str:
    """A text as the value of a property (section 3.3.11)."""
    for character in ("\\", ";", ","):
        text = text.replace(character, f"\\{character}")
    return text.replace("\r\n", "\n").replace("\n", "\\n")


def stamp(at: datetime) -> str:
    """A time in UTC as a property has it."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 bytes; each part but the first begins with a space."""
    part = ""
    for character in line:
        if len((part + character).encode()) > _LINE:
            yield part
            part = " "
        part += character
    yield part
