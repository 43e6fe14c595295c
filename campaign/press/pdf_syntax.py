"""Pieces of a PDF as bytes: objects, streams, texts, rows of its table (ISO 32000-1, 7.3 and 7.5)."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Sequence


def first_match(pattern: bytes, body: bytes) -> bytes:
    """What a pattern finds first, or nothing."""
    match = re.search(pattern, body)
    return match[0] if match else b""


def array(body: bytes, key: bytes) -> bytes:
    """What is between the brackets of the array under a key, or nothing."""
    match = re.search(rb"/" + key + rb"\s*\[([^\]]*)\]", body)
    return match[1] if match else b""


def numbered(number: int, body: bytes) -> bytes:
    """An object under its number."""
    return b"%d 0 obj\n%b\nendobj\n" % (number, body)


def stream(head: bytes, data: bytes) -> bytes:
    """A stream of compressed data behind the entries of its dictionary."""
    return b"<<%b/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (head, len(data), data)


def pack(objects: Sequence[tuple[int, bytes]]) -> bytes:
    """Objects as one compressed stream: their numbers and places first, then the objects."""
    places, data = [], bytearray()
    for number, body in objects:
        places.append(b"%d %d" % (number, len(data)))
        data += body + b"\n"
    front = b" ".join(places) + b"\n"
    head = b"/Type/ObjStm/N %d/First %d" % (len(objects), len(front))
    return stream(head, zlib.compress(front + bytes(data), 6))


def text_string(text: str) -> bytes:
    """A text as PDF has it, in hexadecimal digits (7.9.2.2)."""
    return b"<%b>" % ("\ufeff" + text).encode("utf-16-be", "replace").hex().encode()


def row(kind: int, place: int, extra: int) -> bytes:
    """A row of the table: one byte, five, two."""
    return struct.pack(">BBIH", kind, place >> 32, place & 0xFFFFFFFF, extra)
