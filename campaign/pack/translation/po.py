"""Reading a file of translations (PO) that somebody sent, within limits.

Babel reads it. Of two entries with one name it would keep the first without a word, and of two
translations of one entry as well, so entries are collected before it does, and translations are counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as BabelMessage
from babel.messages.pofile import PoFileError, PoFileParser

from campaign.messages import Message, MessageError
from campaign.untrusted import UnreadableError, parsing

#: Bytes and entries of a file.
MOST_BYTES, MOST_ENTRIES = 4 * 1024 * 1024, 20_000

_TRANSLATIONS = re.compile(r"^[ \t]*msgstr\b", re.MULTILINE)
_PLURAL = re.compile(r"^[ \t]*(?:msgid_plural|msgstr\[)", re.MULTILINE)
_OBSOLETE = re.compile(r"^[ \t]*#~[ \t]*msgid\b", re.MULTILINE)
_LANGUAGE = re.compile(r"^Language: *(\S+)$", re.MULTILINE)


class PoError(MessageError):
    """A file that can't be used; the reason is its message."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its name, the source that the translator saw, the translation."""

    name: str
    source: str
    text: str
    fuzzy: bool = False


@dataclass(frozen=True, slots=True)
class PoFile:
    """The entries of a file, the language that its head names ('' for none), and how many are obsolete."""

    language: str
    entries: list[Entry]
    obsolete: int


class _Collected(Catalog):
    """Takes every message of a file as it comes, also several of one name."""

    def __init__(self) -> None:
        super().__init__(charset="utf-8")
        self.read: list[BabelMessage] = []

    def __setitem__(self, _id: Any, message: BabelMessage) -> None:
        self.read.append(message)


def read_po(data: bytes) -> PoFile:
    """The entries of a file. Raises PoError."""
    if len(data) > MOST_BYTES:
        raise PoError(Message("It has more than %(most)s bytes.", most=MOST_BYTES))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PoError(Message("The file is not UTF-8 text.")) from None
    count = len(_TRANSLATIONS.findall(text))
    if count > MOST_ENTRIES:
        raise PoError(Message("It has more than %(most)s entries.", most=MOST_ENTRIES))
    if _PLURAL.search(text):
        raise PoError(Message("It has plural entries, which a file from here never has."))
    messages = _messages(text)
    if len(messages) != count:
        raise PoError(Message("An entry has several translations, or none."))
    head = next((str(one.string) for one in messages if one.id == ""), "")
    named = _LANGUAGE.search(head)
    entries = [_entry(one) for one in messages if one.id != ""]
    return PoFile(named[1].replace("_", "-") if named else "", entries, len(_OBSOLETE.findall(text)))


def _messages(text: str) -> list[BabelMessage]:
    collected = _Collected()
    try:
        with parsing(PoFileError):
            PoFileParser(collected, ignore_obsolete=True, abort_invalid=True).parse(text.split("\n"))
    except PoFileError as error:
        line, why = error.lineno + 1, str(error)
        raise PoError(Message("It is no PO file: line %(line)s: %(why)s", line=line, why=why)) from None
    except UnreadableError:
        raise PoError(Message("It is no PO file.")) from None
    return collected.read


def _entry(message: BabelMessage) -> Entry:
    return Entry(message.context or "", str(message.id), str(message.string), message.fuzzy)
