"""A request while it arrives, and its WSGI environment."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from campaign.serving.bounds import BEGINNING

#: Headers of which a second one makes a request ambiguous.
_ONCE = {"HTTP_HOST", "CONTENT_LENGTH", "CONTENT_TYPE"}

#: The same for every request; `input_terminated`: a body has no more than it says.
_BASE = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "campaign",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
    "wsgi.input_terminated": True,
}


class RequestError(Exception):
    """A request that is answered with an error before the application sees it. `status` says which."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class NotReceived:
    """The body of a request that is too large for a route without files: nobody may read it."""

    def read(self, *_size: int) -> bytes:
        raise OSError("the body was not received")

    readline = readlines = __iter__ = __next__ = read


@dataclass(slots=True)
class Request:
    """One request. `received` and `held` are bytes of its body: all, and those of the large bodies."""

    url: bytes = b""
    head_size: int = 0
    fields: list[tuple[bytes, bytes]] = field(default_factory=list)
    method: str = ""
    path: str = ""
    query: str = ""
    version: str = "1.1"
    headers: dict[str, str] = field(default_factory=dict)
    keep_alive: bool = True
    body: BytesIO | None = None
    received: int = 0
    held: int = 0
    limit: int = -1
    too_large: bool = False
    #: Whether enough of a body that is too large has arrived.
    begun: bool = False

    def read_head(self, method: bytes, version: str) -> None:
        """Check the head and take it apart. Raises RequestError: 400."""
        self.method, self.version = method.decode("ascii"), version
        url, host = _without_authority(self.url.decode("latin-1"))
        if not url.startswith("/"):
            raise RequestError(400)
        raw_path, _mark, self.query = url.partition("#")[0].partition("?")
        self.path = unquote_to_bytes(raw_path).decode("latin-1")
        self.headers = _environment_headers(self.fields)
        if host:
            self.headers["HTTP_HOST"] = host
        if version == "1.1" and "HTTP_HOST" not in self.headers:
            raise RequestError(400)

    @property
    def length(self) -> int:
        """The size that the request says its body has; 0 if it says none. The parser has checked it."""
        return int(self.headers.get("CONTENT_LENGTH") or 0)

    @property
    def beginning(self) -> bytes:
        """What arrived of a body that is too large."""
        return self.body.getvalue()[:BEGINNING] if self.body else b""

    @property
    def expects_continue(self) -> bool:
        return self.version == "1.1" and self.headers.get("HTTP_EXPECT", "").lower() == "100-continue"

    def environment(self, client: tuple[str, int], server: tuple[str, int]) -> dict[str, Any]:
        """The WSGI environment. The body's length is what arrived, however it was sent."""
        environ: dict[str, Any] = {**_BASE, **self.headers}
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        environ.pop("HTTP_EXPECT", None)
        environ["REQUEST_METHOD"] = self.method
        environ["PATH_INFO"] = self.path
        environ["QUERY_STRING"] = self.query
        environ["SERVER_PROTOCOL"] = f"HTTP/{self.version}"
        environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = client[0], str(client[1])
        environ["SERVER_NAME"], environ["SERVER_PORT"] = server[0], str(server[1])
        if self.too_large:
            environ["wsgi.input"] = BytesIO(self.beginning) if self.beginning else NotReceived()
            environ["CONTENT_LENGTH"] = str(max(self.length, self.limit + 1))
        elif self.body is None:
            environ["wsgi.input"] = BytesIO()
        else:
            self.body.seek(0)
            environ["wsgi.input"] = self.body
            environ["CONTENT_LENGTH"] = str(self.received)
        return environ


def _without_authority(url: str) -> tuple[str, str]:
    """The path and query of a request's target, and the host if the target names one."""
    scheme, mark, rest = url.partition("://")
    if mark and scheme.lower() in {"http", "https"}:
        host, slash, path = rest.partition("/")
        return slash + path or "/", host
    return url, ""


@lru_cache(maxsize=256)
def _environment_name(raw: bytes) -> str:
    """The WSGI name of a header; '' for one that is left out."""
    if b"_" in raw:
        return ""
    name = raw.decode("latin-1").upper().replace("-", "_")
    return name if name in {"CONTENT_LENGTH", "CONTENT_TYPE"} else f"HTTP_{name}"


def _environment_headers(fields: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers by their WSGI names. Raises RequestError for a second host, length or type.

    A name with an underscore is left out: it would pass for the same name with a hyphen, such as
    the one in which a proxy names the client.
    """
    headers: dict[str, str] = {}
    for raw_name, raw_value in fields:
        name = _environment_name(raw_name)
        if not name:
            continue
        value = raw_value.decode("latin-1")
        if name not in headers:
            headers[name] = value
        elif name in _ONCE:
            raise RequestError(400)
        else:
            headers[name] += ("; " if name == "HTTP_COOKIE" else ",") + value
    return headers
