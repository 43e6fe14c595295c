"""The list of a mirror's files with their hashes, in the format of `sha256sum`, and what it must not hold.

A path is in small ASCII letters, so that it is one file on every disk; those of other programs, that
somebody else wrote, are refused if they could lead out of the folder.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

#: The list, and its signature.
LIST, SIGNATURE = "SHA256SUMS", "SHA256SUMS.sig"

#: Characters of the longest list that is read: some 20,000 files.
MOST = 4 * 1024 * 1024

_LINE = re.compile(r"([0-9a-f]{64}) [ *](.{1,400})")
_PLACE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")


class ListError(ValueError):
    """A list that can't be read; the text says where."""


def digest(content: bytes) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def written(hashes: Mapping[str, str]) -> bytes:
    """The list of files by their paths, in the order of the paths."""
    return "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes)).encode()


def read(content: bytes) -> dict[str, str]:
    """The hashes by path. Raises ListError, with the line."""
    if len(content) > MOST:
        raise ListError(f"{LIST} is larger than a list of files can be.")
    hashes: dict[str, str] = {}
    names: set[str] = set()
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        found = _LINE.fullmatch(line)
        if found is None or not _PLACE.fullmatch(found[2]):
            raise ListError(f"{LIST}, line {number}: this is no hash with the path of a file.")
        if found[2].lower() in names:
            raise ListError(f"{LIST}, line {number}: the file is listed twice.")
        names.add(found[2].lower())
        hashes[found[2]] = found[1]
    if not hashes:
        raise ListError(f"{LIST} is empty.")
    return hashes
