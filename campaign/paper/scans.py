"""A photograph or scan of a sheet, sealed piece by piece as it arrives; the disk never has it in plain text.

    <data>/petition/<slug>/scans/<sheet>-<scan>.scan    while it arrives; then a row (scan_store.py)

A file begins with `campaign-scan-1` and a line of JSON (campaign, sheet). Pieces follow: length (4 bytes)
and a sealed record of scan (16 bytes), place (4), whether it is the last (1), and up to 64 KB of the picture.
Files may be joined one after the other. Nothing is decoded here: the first bytes of a picture show its kind.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path
from typing import Any

from campaign.signatures.sealing import PrivateKey, PublicKey, SealError, epoch_of
from campaign.untrusted import json_value, parsing

MAGIC = b"campaign-scan-1\n"
PIECE = 64 * 1024
_HEAD = struct.Struct(">16sIB")

#: The most bytes of a scan.
MOST_BYTES = 20 * 1024 * 1024

#: The most pages of a PDF: enough for one sheet, its back and a cover.
MOST_PAGES = 10

_KINDS = (
    (re.compile(rb"\xff\xd8\xff"), "jpg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "png"),
    (re.compile(rb"%PDF-"), "pdf"),
    (re.compile(rb"II\*\x00|MM\x00\*"), "tif"),
    (re.compile(rb"RIFF....WEBP", re.S), "webp"),
    (re.compile(rb"....ftyp(?:heic|heix|mif1|msf1|heif|avif)", re.S), "heic"),
)
_PAGE = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")


class ScanError(ValueError):
    """A file of scans that can't be opened: the reason in one sentence."""

    status = 1


def kind(first: bytes) -> str:
    """The kind of a picture, by its first bytes; '' for an unknown kind."""
    return next((name for pattern, name in _KINDS if pattern.match(first)), "")


class Scan(RawIOBase):
    """Receives a file as it arrives. `problem`: '' so far, or kind, pages, empty."""

    def __init__(self, folder: Path, key: PublicKey, sheet: int) -> None:
        super().__init__()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._id, self._key = secrets.token_bytes(16), key
        self._path = folder / f"{sheet:x}-{self._id.hex()}.scan"
        self._part_path = self._path.with_suffix(".part")
        self._unsealed, self._place, self._pages, self._page_tail = bytearray(), 0, 0, b""
        self.problem, self._complete, self._kind = "", False, ""
        handle = os.open(self._part_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(handle, "wb")
        heading = {"campaign": key.slug, "sheet": f"{sheet:x}"}
        self._file.write(MAGIC + json.dumps(heading, sort_keys=True).encode() + b"\n")

    def write(self, data: Any) -> int:
        """Seal what came, piece by piece; after a problem nothing more is stored."""
        if self.problem:
            return len(data)
        self._unsealed += data
        while len(self._unsealed) > PIECE and not self.problem:
            self._seal(bytes(self._unsealed[:PIECE]), last=False)
            del self._unsealed[:PIECE]
        return len(data)

    def keep(self) -> bool:
        """The file is complete: seal the rest and give it its name. False if it has a problem."""
        if not self.problem and not self._unsealed:
            self.problem = "empty"
        if not self.problem:
            self._seal(bytes(self._unsealed), last=True)
        if self.problem:
            return False
        self._file.flush()
        os.fsync(self._file.fileno())
        self._part_path.replace(self._path)
        self._complete = True
        return True

    def close(self) -> None:
        """A file that was not kept is deleted."""
        if not self.closed:
            self._file.close()
            if not self._complete:
                self._part_path.unlink(missing_ok=True)
        super().close()

    def seek(self, *_: Any) -> int:
        """The form parser wants to read from the beginning; nothing can be read here."""
        return 0

    def _seal(self, piece: bytes, last: bool) -> None:
        if self._place == 0:
            self._kind = kind(piece)
            self.problem = "" if self._kind else "kind"
        if self._kind == "pdf":
            searched = self._page_tail + piece
            self._pages += len(_PAGE.findall(searched))
            self._page_tail = searched[-16:] if not _PAGE.search(searched[-16:]) else b""
            if self._pages > MOST_PAGES:
                self.problem = "pages"
        if not self.problem:
            sealed = self._key.seal(_HEAD.pack(self._id, self._place, last) + piece)
            self._file.write(len(sealed).to_bytes(4) + sealed)
            self._place += 1


def every(folder: Path) -> Iterator[bytes]:
    """All scans, one after the other, in pieces."""
    for path in sorted(folder.glob("*.scan")):
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


@dataclass(frozen=True, slots=True)
class Picture:
    """An opened scan: the key of its sheet, its kind, its bytes."""

    sheet: int
    kind: str
    body: bytes


#: Bytes of the heading of a scan.
MAX_HEADING = 1_000


def opened(path: Path, keys: Mapping[int, PrivateKey]) -> Iterator[Picture]:
    """The scans in a file. Raises ScanError for one that was cut off, changed, or sealed to another key."""
    with path.open("rb") as file:
        while line := file.readline():
            if line != MAGIC:
                raise ScanError("This is not a file of scans.")
            yield _picture(file, _sheet(file.readline(MAX_HEADING)), keys)


def _sheet(heading: bytes) -> int:
    """The sheet that a scan's heading names. Raises ScanError."""
    try:
        values = json_value(heading.decode(), MAX_HEADING, depth=1)
        with parsing():
            return int(values["sheet"], 16)
    except ValueError:
        raise ScanError("The heading of a scan can’t be read.") from None


def _picture(file: Any, sheet: int, keys: Mapping[int, PrivateKey]) -> Picture:
    body, first_id, place, last = bytearray(), b"", 0, 0
    while not last:
        size = file.read(4)
        sealed = file.read(int.from_bytes(size))
        if len(size) < 4 or not sealed:
            raise ScanError("The file is cut off.")
        try:
            piece = keys[epoch_of(sealed)].open(sealed)
            scan_id, number, last = _HEAD.unpack_from(piece)
        except (SealError, KeyError, struct.error):
            raise ScanError("A piece was changed, or is sealed to another key.") from None
        if number != place or (first_id and scan_id != first_id):
            raise ScanError("The pieces are not in their order.")
        first_id, place = scan_id, place + 1
        body += piece[_HEAD.size :]
    return Picture(sheet, kind(bytes(body[:32])), bytes(body))
