"""Typst, with compilers that stay in memory: a template and data in, a tagged and archivable PDF out."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from campaign import clock, folders
from campaign.press.fonts import FOLDER
from campaign.text_input import LEFT_OUT

if TYPE_CHECKING:
    import typst

TEMPLATES = folders.TEMPLATES / "press"

#: Archivable with all its structure, and usable with a screen reader.
STANDARDS: tuple[Literal["a-2a"], Literal["ua-1"]] = ("a-2a", "ua-1")

_lock = threading.Lock()

_day: ContextVar[date | None] = ContextVar("day", default=None)


@lru_cache(maxsize=8)
def _compiler(template: str) -> typst.Compiler:
    """A compiler that has read its fonts and remembers what it laid out before."""
    import typst  # most processes print nothing

    return typst.Compiler(
        str(TEMPLATES / template), root=str(TEMPLATES), font_paths=[str(FOLDER)], ignore_system_fonts=True
    )


def last_midnight() -> datetime:
    """The only time that a document names: the last midnight UTC."""
    return clock.now().replace(hour=0, minute=0, second=0, microsecond=0)


@contextmanager
def dated(day: date) -> Iterator[None]:
    """Documents that are made meanwhile have this day's midnight as their time."""
    before = _day.set(day)
    try:
        yield
    finally:
        _day.reset(before)


def pdf(template: str, data: dict[str, Any], day: date | None = None) -> bytes:
    """The template filled with data, which travels as JSON and is never read as typst code.

    The document names no author and no machine; its time is the last midnight UTC, or that of `day`
    (or of `dated`), where the same data have to give the same bytes on every day.
    """
    day = day or _day.get()
    timestamp = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else last_midnight()
    words = _words(data)
    with _lock:  # two threads can't use one compiler at once
        document = _compiler(template).compile(
            format="pdf",
            sys_inputs={"data": words},
            pdf_standards=[*STANDARDS],
            timestamp=int(timestamp.timestamp()),
        )
    if not isinstance(document, bytes):
        raise TypeError("typst gave something else than one PDF")
    return document


def png(template: str, data: dict[str, Any]) -> bytes:
    """The template filled with data as one picture, two pixels to a point."""
    words = _words(data)
    with _lock:
        picture = _compiler(template).compile(format="png", sys_inputs={"data": words}, ppi=144)
    if not isinstance(picture, bytes):
        raise TypeError("typst gave something else than one picture")
    return picture


def _words(data: dict[str, Any]) -> str:
    """The data as JSON. PDF/A forbids U+FEFF, wherever it comes from: one would stop a book."""
    return LEFT_OUT.sub("", json.dumps(data, ensure_ascii=False))
