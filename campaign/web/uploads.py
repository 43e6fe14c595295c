"""Forms with files that are too large: what was typed in them is read, and the file is not.

A body that is larger than its route may receive is not received (`serving/`). Its beginning is, though, and a
browser sends the fields of a form in their order: where a form has its file last, everything that was typed
is in front of it. So the page that takes the form can show it again, with what was typed and what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from babel.units import format_unit
from flask import Flask, Request
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Field, File, MultipartDecoder, NeedData

from campaign.languages.data import locale
from campaign.serving.bounds import BEGINNING
from campaign.untrusted import UnreadableError, parsing
from campaign.web import languages

#: Bytes of a form beside its files, unless its page says otherwise.
BESIDE = 64 * 1024

_MB, _KB = 1_000_000, 1_000


@dataclass(frozen=True, slots=True)
class CutOff:
    """The fields that arrived of a form, and the name of the file that made it too large; '' if none did."""

    pairs: list[tuple[str, str]]
    file: str


def too_large(most: int) -> str:
    """What is said of a file of more bytes than its form takes."""
    return str(_("This file is larger than %(size)s. Choose a smaller one.", size=size_of(most)))


def size_of(most: int) -> str:
    """A number of bytes in whole megabytes or kilobytes, as the reader's language writes them."""
    unit, value = ("megabyte", most // _MB) if most >= _MB else ("kilobyte", most // _KB)
    return str(format_unit(value, unit, "short", locale=locale(languages.current())))


def larger_than(request: Request, most: int) -> str:
    """The name of a file of this form that is larger than its page takes; '' for none."""
    cut_off: str = getattr(request, "cut_off", "")
    if cut_off:
        return cut_off
    return next((name for name, file in request.files.items() if _size(file.stream) > most), "")


def _size(stream: object) -> int:
    """The bytes of a file that is in memory; of one that a sink took there are none."""
    return stream.getbuffer().nbytes if isinstance(stream, BytesIO) else 0


def is_too_large(request: Request) -> bool:
    """Whether a form with files is larger than its page may receive."""
    most, size = request.max_content_length, request.content_length
    has_files = request.mimetype == "multipart/form-data"
    return has_files and most is not None and size is not None and size > most


def beginning(request: Request) -> CutOff:
    """What arrived of a form in front of the file that made it too large.

    Raises RequestEntityTooLarge for one that no file made so, and for what is no form.
    """
    try:
        with parsing():
            data = request.environ["wsgi.input"].read(BEGINNING)
            boundary = request.mimetype_params["boundary"].encode("ascii")
            cut = _read(data, boundary, request.max_form_parts)
    except UnreadableError:
        raise RequestEntityTooLarge from None
    if not cut.file:
        raise RequestEntityTooLarge
    return cut


def _read(data: bytes, boundary: bytes, most_parts: int | None) -> CutOff:
    """Whole fields, and the file in which the data ends, or the largest of a form that arrived whole.

    A field that is cut off is left out, and then no file is to blame.
    """
    decoder = MultipartDecoder(boundary, max_parts=most_parts)
    decoder.receive_data(data)
    pairs, sizes, part, value = [], dict[str, int](), None, bytearray()
    while not isinstance(event := decoder.next_event(), NeedData):
        if isinstance(event, Field | File):
            part, value = event, bytearray()
        elif isinstance(event, Data) and part is not None:
            value += event.data
            if not event.more_data and isinstance(part, Field):
                pairs.append((part.name, value.decode("utf-8", "replace")))
            elif not event.more_data:
                sizes[part.name] = len(value)
            part = part if event.more_data else None
    if part is None:
        return CutOff(pairs, max(sizes, key=lambda name: sizes[name], default=""))
    return CutOff(pairs, part.name if isinstance(part, File) else "")


def init(app: Flask) -> None:
    """Let templates say how large a file may be, and what is said of a larger one."""
    app.jinja_env.globals.update(file_size=size_of, file_too_large=too_large)
