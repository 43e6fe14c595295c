"""Photographs that a pack names. The files are next to its texts, as photos/<name>.jpg."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from campaign.messages import Message
from campaign.pack.findings import Finding

#: The name of a photograph: the first half of its SHA-256.
NAME = re.compile(r"[0-9a-f]{32}")

#: Its path in a folder or a ZIP file.
PLACE = re.compile(r"photos/([0-9a-f]{32})\.jpg")

#: Maximum bytes of a photograph; those that the desk writes have half of it.
MOST_BYTES = 800_000

_NAMED = re.compile(r"(?<![\w-])photo: *['\"]?([0-9a-f]{32})\b")


def read_name(text: str) -> str:
    """The name of a photograph. Raises ValueError."""
    if not NAME.fullmatch(text):
        raise ValueError(text)
    return text


def named(files: Mapping[str, str]) -> set[str]:
    """All photographs that the files name, even in a draft that can't be parsed."""
    return set(_NAMED.findall(files.get("petition.yaml", "")))


def place(name: str) -> str:
    """The path of a photograph in a folder or a ZIP file."""
    return f"photos/{name}.jpg"


def in_folder(folder: Path) -> dict[str, bytes]:
    """The photographs in a folder, by name."""
    pictures = {}
    for path in sorted((folder / "photos").glob("*.jpg")):
        mark = PLACE.fullmatch(f"photos/{path.name}")
        if mark and path.is_file() and not path.is_symlink() and path.stat().st_size <= MOST_BYTES:
            pictures[mark[1]] = path.read_bytes()
    return pictures


def not_there(files: Mapping[str, str], missing: set[str]) -> list[Finding]:
    """A warning for each named photograph that is missing: the page is shown without it."""
    findings = []
    for number, line in enumerate(files.get("petition.yaml", "").split("\n"), 1):
        mark = _NAMED.search(line)
        if mark and mark[1] in missing:
            message = Message("This photograph is missing: the page is shown without it.")
            findings.append(Finding("petition.yaml", number, "warning", message))
    return findings
