"""The rows of an Excel (.xlsx) or OpenDocument (.ods) file, read as a stream.

Both are ZIP files of XML. Sizes are counted while parts are unpacked, a document type declaration is
refused, so that no entity exists, and a row is handed over before the next one is read: neither a ZIP
bomb, nor entities that multiply, nor a cell in the last column of the last row takes memory.

python-calamine and openpyxl were tried first. The first allocates the rectangle of all cells: one cell
at XFD1048576, a file of 5 kB, ended the process. The second reads no .ods.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import BinaryIO
from xml.parsers import expat

from campaign.untrusted import MAX_DEPTH, UnreadableError

#: Bytes of all parts that are read, and how many parts a file may have.
MAX_UNPACKED, MAX_PARTS = 64 * 1024 * 1024, 2_000

#: Columns that are read; rows are the caller's to count. Nesting of elements.
MAX_COLUMNS, MAX_NESTING = 500, 5 * MAX_DEPTH

#: Texts that an .xlsx file may share, and characters of a cell.
MAX_SHARED, MAX_CELL = 1_000_000, 40_000

_CHUNK = 64 * 1024

#: The day 0 of Excel's dates; day 60 is 29 February 1900, which was none, so earlier ones are not read.
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  a spreadsheet's dates have no time zone

Cells = tuple[int, list[str]]
Attributes = Mapping[str, str]


class _Part:
    """The elements of one part as calls: `start`, `end` with the text inside, without namespaces."""

    def __init__(self, start: Callable[[str, Attributes], None], end: Callable[[str], None]) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._at_start, self._at_end, self._depth = start, end, 0

    def _refuse(self, *_given: object) -> None:
        raise UnreadableError("content")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise UnreadableError("depth")
        self._at_start(_local(name), {_local(key): value for key, value in attributes.items()})

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._at_end(_local(name))


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


class Archive:
    """The parts of a ZIP file within limits. Raises UnreadableError, and what zipfile raises."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file)
        self._left = MAX_UNPACKED
        entries = self._zip.infolist()
        if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > 10 * MAX_UNPACKED:
            raise UnreadableError("size")
        self.names = {entry.filename for entry in entries}
        self._odd = {
            e.filename for e in entries if e.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        }

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part, a chunk at a time; nothing if the file has none of that name."""
        if name not in self.names:
            return
        if name in self._odd:  # LZMA takes what memory the file asks for
            raise UnreadableError("content")
        with self._zip.open(name) as part:
            while chunk := part.read(_CHUNK):
                self._left -= len(chunk)
                if self._left < 0:
                    raise UnreadableError("size")
                yield chunk

    def read(self, name: str, start: Callable[[str, Attributes], None], end: Callable[[str], None],
             text: Callable[[str], None] | None = None) -> Iterator[None]:  # fmt: skip
        """Parse a part; yields after each chunk."""
        parser = _Part(start, end).parser
        parser.CharacterDataHandler = text
        for chunk in self.chunks(name):
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)


def is_workbook(start: bytes) -> bool:
    """Whether a file that begins so is a ZIP."""
    return start.startswith(b"PK\x03\x04")


_DATE_LETTERS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')


def is_date_format(code: str) -> bool:
    """Whether an Excel number format shows a day: it has d, m or y outside of quotes and brackets."""
    plain = _DATE_LETTERS.sub("", code.lower().partition(";")[0])
    return "general" not in plain and bool(re.search("[dy]|m{3,}", plain))


def day_of_serial(text: str) -> str:
    """An Excel date as 2026-11-24, or with a time; the number itself if it is none."""
    try:
        at = EPOCH + timedelta(seconds=round(float(text) * 86_400))
    except (ValueError, OverflowError):
        return text
    return at.date().isoformat() if at.time() == EPOCH.time() else at.isoformat(" ", "minutes")


def plain_number(text: str) -> str:
    """12.0 as 12, and 7.7011234567E10 as 77011234567; other texts as they are."""
    try:
        value = float(text)
    except ValueError:
        return text
    return str(int(value)) if value.is_integer() and abs(value) < 10**15 else text
