"""Photographs and logos that a pack names. The files are next to its texts, as photos/<name>.jpg or .png."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from campaign.messages import Message
from campaign.pack.findings import Finding

#: The name of a photograph: the first half of its SHA-256.
NAME = re.compile(r"[0-9a-f]{32}")

#: Its path in a folder or a ZIP file.
PLACE = re.compile(r"photos/([0-9a-f]{32})\.(?:jpg|png)")

#: Maximum bytes of a photograph; those that the desk writes have half of it.
MOST_BYTES = 800_000

#: The keys under which a pack's files name pictures: in tables, and in the heads of documents.
KEYS = ("photo", "logo", "logo-on-dark")

_NAMED = re.compile(rf"(?<![\w-])(?:{'|'.join(KEYS)}): *['\"]?([0-9a-f]{{32}})\b")

#: How a PNG begins; a JPEG does not.
_PNG = b"\x89PNG\r\n\x1a\n"


def read_name(text: str) -> str:
    """The name of a photograph. Raises ValueError."""
    if not NAME.fullmatch(text):
        raise ValueError(text)
    return text


def named(files: Mapping[str, str]) -> set[str]:
    """All photographs that the files name, even in a draft that can't be parsed."""
    return {name for text in files.values() for name in _NAMED.findall(text)}


def is_png(data: bytes) -> bool:
    """Whether it is a PNG, as logos are; photographs are JPEG."""
    return data.startswith(_PNG)


def mime_type(data: bytes) -> str:
    """Its media type, for a browser."""
    return "image/png" if is_png(data) else "image/jpeg"


def place(name: str, data: bytes) -> str:
    """The path of a photograph or logo in a folder or a ZIP file."""
    return f"photos/{name}.{'png' if is_png(data) else 'jpg'}"


def in_folder(folder: Path) -> dict[str, bytes]:
    """The photographs in a folder, by name."""
    pictures = {}
    for path in sorted((folder / "photos").glob("*.*")):
        mark = PLACE.fullmatch(f"photos/{path.name}")
        if mark and path.is_file() and not path.is_symlink() and path.stat().st_size <= MOST_BYTES:
            pictures[mark[1]] = path.read_bytes()
    return pictures


def not_there(files: Mapping[str, str], missing: set[str]) -> list[Finding]:
    """A warning for each named photograph that is missing: the page is shown without it."""
    message = Message("This photograph is missing: the page is shown without it.")
    return [
        Finding(path, number, "warning", message)
        for path, text in sorted(files.items())
        if missing & set(_NAMED.findall(text))
        for number, line in enumerate(text.split("\n"), 1)
        if missing & set(_NAMED.findall(line))
    ]
