"""What strangers put into addresses and fields."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

#: Ids as they are in an address, each where a good one would be.
IDS = {
    "25 digits": "1234567890123456789012345",
    "superscript two": "%C2%B2",
    "Arabic three": "%D9%A3",
    "minus one": "-1",
    "nought": "0",
    "NUL": "%00",
    "parent folder": "..",
    "parent folder, encoded": "%2e%2e%2f",
    "ten kilobytes": "a" * 10_240,
    "emoji": "%F0%9F%8C%B3",
    "digits with a line": "1_0",
    "a space first": "%201",
    "half a character": "%F0%9F",
    "a surrogate": "%ED%A0%80",
}

#: Bytes of a pathological text, and of the whole body that a public form may bring.
SIZE = 64 * 1024

#: Half a character outside the basic plane, as it is in the body of a form.
LONE_SURROGATE = "%ED%A0%80"

#: Pieces of which pathological texts are made.
PIECES = {
    "brackets": "[",
    "braces": "{",
    "maps in YAML": "{a: ",
    "lists in YAML": "- ",
    "keys in YAML": "? ",
    "marks": "{{",
    "nested marks": "{{ ((",
    "combining marks": "e\u0301\u0302\u0303",
    "right to left": "\u202e\u2066",
    "NUL": "\0",
    "formula": "=cmd|'/C calc'!A0",
    "script": "<script>alert(1)</script>",
    "one long word": "x",
    "lines": "\r\n",
    "quotation marks": '"',
    "digits": "9",
    "mark after mark": "{{ x.y }}",
    "lone surrogate": LONE_SURROGATE,
}


def text(name: str, size: int = SIZE) -> str:
    """Text of one piece that has this many bytes at most."""
    piece = PIECES[name]
    return piece * (size // len(piece.encode()))


def fitting(name: str, room: int) -> str:
    """Text of one piece that has this many bytes at most in the body of a form."""
    piece = PIECES[name]
    return piece * (room // len(encoded({"": piece})))


def encoded(fields: Mapping[str, str]) -> str:
    """The body of a form, in which half a character stays what it is."""
    return urlencode(fields).replace(quote(LONE_SURROGATE), LONE_SURROGATE)
