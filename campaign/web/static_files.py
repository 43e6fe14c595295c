"""The files in static/: read and compressed once, and cached for good under addresses with their digest."""

from __future__ import annotations

import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, abort, current_app, request

from campaign.services import provide, service
from campaign.web.compression import Packed, coding_of_request, is_text

#: A year, for what has its digest in its address; and a day for what has not.
FOREVER, FOR_A_DAY = "public, max-age=31536000, immutable", "public, max-age=86400"

#: The characters of the digest that an address has.
SHORT = 10


class StaticFiles:
    """The files of one folder, each read when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._paths = {
            path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()
        }
        self.file = lru_cache(maxsize=None)(self._read)

    def _read(self, name: str) -> Packed:
        return Packed(self._paths[name].read_bytes())


def init(app: Flask) -> None:
    """Answer for static files in the place of the framework, which compresses none."""
    provide(app, StaticFiles(Path(app.static_folder or "")))
    app.view_functions["static"] = _static_file


def file_address(name: str) -> str:
    """The address of a static file, with its content's digest. Raises KeyError if there is none."""
    # Not with url_for: an error page for an unknown host needs its style, too.
    return f"{current_app.static_url_path}/{name}?v={service(StaticFiles).file(name).digest[:SHORT]}"


def answer_for(name: str) -> Response:
    """The answer with a static file; 404 if there is none."""
    try:
        file = service(StaticFiles).file(name)
    except KeyError:
        abort(404)
    return answer_with(file, mimetypes.guess_type(name)[0] or "application/octet-stream")


def answer_with(file: Packed, mimetype: str) -> Response:
    """A file, compressed if it is text, to be cached permanently if the address has its digest."""
    coding = coding_of_request() if is_text(mimetype) else ""
    current = request.args.get("v") == file.digest[:SHORT]
    response = Response(file.body(coding), mimetype=mimetype)
    response.headers["Cache-Control"] = FOREVER if current else FOR_A_DAY
    if is_text(mimetype):
        response.headers["Vary"] = "Accept-Encoding"
    if coding:
        response.headers["Content-Encoding"] = coding
    response.set_etag(file.etag(coding))
    response.make_conditional(request)
    return response


def _static_file(filename: str) -> Response:
    return answer_for(filename)
