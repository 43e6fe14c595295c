"""Reading what others sent: limits of size and depth, and one error for whatever a parser raises.

A parser that follows the nesting of its input can use up the stack: the caller then sees a
RecursionError, or the process dies. So the depth is counted before anything is built, and every
call of a parser is inside `parsing`, which turns its errors into one. Ruff refuses the parsers
themselves elsewhere (`banned-api` in pyproject.toml).
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import cbor2

#: Levels of lists and maps in any input.
MAX_DEPTH = 20

#: Lists and maps in one JSON text.
MAX_CONTAINERS = 100_000

#: The largest id: what SQLite and PostgreSQL store as a whole number of 8 bytes.
MAX_ID = 2**63 - 1


class UnreadableError(ValueError):
    """An input that can't be read. `reason` is “size”, “depth” or “content”."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"unreadable: {reason}")
        self.reason = reason


class _Parsing:
    """The block of `parsing`. A class, for it is entered for each row of a list."""

    def __init__(self, through: tuple[type[Exception], ...]) -> None:
        self.through: tuple[type[Exception], ...] = (UnreadableError, *through)

    def __enter__(self) -> None:
        """Nothing is needed before."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _at: object) -> None:
        if isinstance(error, RecursionError | MemoryError):
            raise UnreadableError("depth") from None
        if isinstance(error, Exception) and not isinstance(error, self.through):
            raise UnreadableError("content") from error


def parsing(*through: type[Exception]) -> _Parsing:
    """A block in which whatever a parser raises becomes UnreadableError, but for the classes in `through`.

    The block has the calls of a parser and little else: what they raise is about the input.
    """
    return _Parsing(through)


# A string, even one that does not end: from any position, the search goes forward only.
_JSON = re.compile(r'"(?:[^"\\]+|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


def json_value(text: str, most: int, depth: int = MAX_DEPTH) -> Any:
    """The value of a JSON text of at most `most` characters. Raises UnreadableError."""
    if len(text) > most:
        raise UnreadableError("size")
    _check_nesting(text, depth)
    with parsing():
        return json.loads(text, parse_constant=_refuse)


def _check_nesting(text: str, most: int) -> None:
    level = containers = 0
    for match in _JSON.finditer(text):
        if match[0] in "[{":
            level, containers = level + 1, containers + 1
            if level > most:
                raise UnreadableError("depth")
            if containers > MAX_CONTAINERS:
                raise UnreadableError("size")
        elif match[0] in "]}":
            level -= 1


def _refuse(*_given: object) -> NoReturn:
    """For what is not plain data: NaN, tags."""
    raise UnreadableError("content")


#: The tags that the library would turn into objects, such as regular expressions and shared values.
_TAGS = (*range(6), 25, 28, 29, 30, 35, 36, 37, 100, 256, 258, 260, 261, 1004, 43_000, 55_799)
_NO_TAGS = dict.fromkeys(_TAGS, _refuse)


def cbor_value(data: bytes, depth: int = MAX_DEPTH) -> Any:
    """The value of CBOR bytes: plain data without tags. Raises UnreadableError."""
    with parsing():
        return cbor2.loads(
            data, max_depth=depth, allow_indefinite=False, tag_hook=_refuse, semantic_decoders=_NO_TAGS
        )


_DIGITS = re.compile("[0-9]{1,19}")


def whole_number(text: str, most: int = MAX_ID) -> int | None:
    """A whole number in the digits 0 to 9, from 0 to `most`; None for anything else.

    `int` and `str.isdigit` also accept “²”, “٣”, “0_0” and any number of digits.
    """
    if not _DIGITS.fullmatch(text):
        return None
    number = int(text)
    return number if number <= most else None


def hex_number(text: str, digits: int) -> int | None:
    """A number of exactly so many hexadecimal digits in lower case; None for anything else."""
    return int(text, 16) if re.fullmatch(f"[0-9a-f]{{{digits}}}", text) else None
