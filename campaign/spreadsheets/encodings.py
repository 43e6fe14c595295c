"""Which encoding a text file has, and its lines.

A file says its encoding with a byte order mark or not at all. Without one it is UTF-16 if every second
byte says so, UTF-8 if that fits, and otherwise one of the two Windows code pages that spreadsheets
still write, if its words look like words in it. That is a guess, so the reader of the file is shown it.
"""

from __future__ import annotations

import codecs
import io
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, TextIO

#: Bytes that are not text, as `surrogateescape` keeps them, and half characters of UTF-16.
DAMAGED = re.compile("[\ud800-\udfff]")

#: Characters of one line of a file, of which the rest is passed over.
MAX_LINE = 200_000

#: Bytes that are looked at to tell UTF-16, and the code pages, apart.
_SAMPLE, _LEGACY_SAMPLE = 4_096, 1024 * 1024

_CHUNK = 1024 * 1024

#: Words that hold a byte over 127, in any code page.
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
_CYRILLIC = re.compile("[А-Яа-яЁёІіЇїЄєЎўҐґ]{2,}|[А-Яа-яЁё]")
_PUNCTUATION = re.compile("[’‘“”„«»–—°…№\xa0]")
_SINGLE_WESTERN = frozenset("àâäåéèêëîïíóôöùûüúçñßÀÂÄÅÉÈÊËÎÏÍÓÔÖÙÛÜÚÇÑØøæÆ")

#: A real word of Cyrillic has at least so many letters; shorter ones may be stray bytes.
_REAL_WORD = 3


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec of Python. `assumed`: nothing in the file says so. `start`: where the text begins, in bytes."""

    codec: str
    assumed: bool = False
    start: int = 0


def encoding_of(file: BinaryIO) -> Encoding:
    """The encoding of an open file, which is read to its end, a chunk at a time."""
    file.seek(0)
    sample = file.read(_SAMPLE)
    for mark, codec in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le")):
        if sample.startswith(mark):
            return Encoding(codec, start=len(mark))
    if sample.startswith(codecs.BOM_UTF16_BE):
        return Encoding("utf-16-be", start=2)
    if codec := _unmarked_utf_16(sample):
        return Encoding(codec)
    good, damaged = _utf_8_characters(file)
    if damaged > 4 * good and (codec := _code_page(file)):
        return Encoding(codec, assumed=True)
    return Encoding("utf-8")


def _unmarked_utf_16(sample: bytes) -> str:
    """UTF-16 of Latin or Cyrillic letters has 0 or 4 in every second byte, and separators have 0."""
    if b"\0" not in sample:
        return ""
    for codec, high, low in (
        ("utf-16-le", sample[1::2], sample[::2]),
        ("utf-16-be", sample[::2], sample[1::2]),
    ):
        fitting = sum(map(high.count, (0, 4)))
        if high.count(0) and fitting > 0.6 * len(high) and low.count(0) < 0.1 * len(low):
            return codec
    return ""


def _utf_8_characters(file: BinaryIO) -> tuple[int, int]:
    """How many characters beyond ASCII a file has as UTF-8, and how many bytes that are none."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    good = damaged = 0
    file.seek(0)
    while chunk := file.read(_CHUNK):
        if chunk.isascii():
            continue
        text = decoder.decode(chunk)
        bad = len(DAMAGED.findall(text))
        damaged += bad
        good += sum(map(len, re.findall(r"[^\x00-\x7f]+", text))) - bad
    return good, damaged


def _code_page(file: BinaryIO) -> str:
    """The Windows code page in which the file's words look like words; '' if they do in neither."""
    file.seek(0)
    words = [word for word in _WORD.findall(file.read(_LEGACY_SAMPLE)) if not word.isascii()]
    cyrillic = western = longest = 0
    neither = 0
    for word in words[:10_000]:
        letters = _PUNCTUATION.sub("", word.decode("cp1251", "replace"))
        if letters and _CYRILLIC.fullmatch(letters):
            cyrillic += 1
            longest = max(longest, len(letters))
        elif _is_western(word.decode("cp1252", "replace")):
            western += 1
        else:
            neither += bool(letters)
    if cyrillic > western and longest >= _REAL_WORD and cyrillic > 2 * (western + neither):
        return "cp1251"
    return "cp1252" if western > 2 * (cyrillic + neither) else ""


def _is_western(word: str) -> bool:
    if len(word) == 1:
        return word in _SINGLE_WESTERN
    letters = _PUNCTUATION.sub("", word)
    return letters.isalpha() and any(letter.isascii() for letter in letters)


class Lines:
    """The lines of a text with their ends, one by one; lines can be given back."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._returned: deque[str] = deque()

    def next(self) -> str:
        """The next line; '' at the end. One that is too long is cut, and has no end."""
        if self._returned:
            return self._returned.popleft()
        line = self._text.readline(MAX_LINE)
        if len(line) == MAX_LINE and line[-1] not in "\r\n":
            while (rest := self._text.readline(MAX_LINE)) and rest[-1] not in "\r\n":
                pass
        return line

    def give_back(self, lines: list[str]) -> None:
        """Lines that `next` returns again, in this order."""
        self._returned.extendleft(reversed(lines))


def opened(file: BinaryIO, encoding: Encoding) -> tuple[Lines, io.TextIOWrapper]:
    """The lines of an open file, and the text to detach. Bytes that are not text become lone surrogates."""
    file.seek(encoding.start)
    if not encoding.codec.startswith("utf-16"):
        text = io.TextIOWrapper(file, encoding.codec, "surrogateescape", newline="")
        return Lines(text), text
    data = file.read()
    if len(data) % 2:  # half a character at the end: two marks, for the first may complete another half
        data = data[:-1] + "\udcff\udcff".encode(encoding.codec, "surrogatepass")
    text = io.TextIOWrapper(io.BytesIO(data), encoding.codec, "surrogatepass", newline="")
    return Lines(text), text


def first(lines: Lines, count: int) -> list[str]:
    """The first lines, which stay to be read."""
    taken = list(_taken(lines, count))
    lines.give_back(taken)
    return taken


def _taken(lines: Lines, count: int) -> Iterator[str]:
    for _number in range(count):
        if not (line := lines.next()):
            return
        yield line
