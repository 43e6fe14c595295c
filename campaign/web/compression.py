"""Compressing what is text: which coding a browser takes, and which answers may be compressed.

The length of a compressed answer says how much of what somebody put into the request stands in it already.
Who can make a victim's browser ask again and again, and sees the lengths, guesses a secret of the page with
that (BREACH). So nothing is compressed that has all three: a secret that stays the same, words of the
request, and a reader whom another site can send there.

- Public pages know nobody: no cookie, the same for all. Their forms' tokens are new in each answer
  (`signing.sign`: nine random bytes, and a signature over them) and worth nothing to somebody else.
- A page at the address in an e-mail has that link's secret in it. Only who knows the address can ask for it.
- The desk's pages are for somebody who is signed in, and a link from another site brings the cookie along.
  Its forms' tokens are new in each answer, too, but names, addresses and drafts are not. So they are
  compressed only if the browser says that the request comes from our own pages or from the person
  (`Sec-Fetch-Site`), which no other site can make it say.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache

import brotli
from flask import Flask, Response, g, request

#: Fewer bytes fit into the packet that has the headers.
SMALLEST = 512

#: Types beside text/* that are text.
_TEXT = (
    "application/json",
    "application/problem+json",
    "application/xml",
    "application/javascript",
    "application/manifest+json",
    "application/ld+json",
    "application/atom+xml",
    "application/rss+xml",
    "image/svg+xml",
)

#: How hard to try: for what is sent once, and for what is kept and sent many times.
_ONCE, _OFTEN = {"br": 4, "gzip": 4}, {"br": 10, "gzip": 9}


class Packed:
    """Bytes with their digest, compressed once for each coding that somebody asks for.

    `often`: they are kept and sent many times, so that more work on them pays.
    """

    __slots__ = ("_often", "_packed", "content", "digest")

    def __init__(self, content: bytes, often: bool = True) -> None:
        self.content, self._often = content, often
        self.digest = hashlib.sha256(content).hexdigest()[:20]
        self._packed: dict[str, bytes] = {}

    def body(self, coding: str) -> bytes:
        """The content in a coding; '' is none."""
        if not coding:
            return self.content
        if coding not in self._packed:
            self._packed[coding] = packed(self.content, coding, self._often)
        return self._packed[coding]

    def etag(self, coding: str) -> str:
        """The digest; of another coding it is another one, since the bytes differ."""
        return f"{self.digest}-{coding}" if coding else self.digest


def init(app: Flask) -> None:
    """Compress every answer that may be. Call it before whatever changes the text of answers."""
    app.after_request(_compress)


@lru_cache(maxsize=256)
def accepted(header: str) -> str:
    """The best coding that an Accept-Encoding header allows: br, gzip or ''."""
    allowed = set()
    for part in header.lower().split(","):
        name, _, parameters = part.partition(";")
        if parameters.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}:
            allowed.add(name.strip())
    return next((coding for coding in ("br", "gzip") if coding in allowed), "")


def coding_of_request() -> str:
    """The best coding for this request's browser."""
    return accepted(request.headers.get("Accept-Encoding", ""))


def packed(content: bytes, coding: str, often: bool = False) -> bytes:
    """The content in a coding, br or gzip; `often`: it is kept, so that more work pays."""
    level = (_OFTEN if often else _ONCE)[coding]
    if coding == "br":
        made: bytes = brotli.compress(content, mode=brotli.MODE_TEXT, quality=level)
        return made
    return gzip.compress(content, level, mtime=0)


def is_text(mimetype: str) -> bool:
    """Whether compressing this type is worth while."""
    return mimetype.startswith("text/") or mimetype in _TEXT


def may_be_compressed() -> bool:
    """Whether the length of this answer may depend on what is in it: see the head of this file."""
    return request.blueprint != "desk" or request.headers.get("Sec-Fetch-Site") in {"same-origin", "none"}


def _compress(response: Response) -> Response:
    if g.get("finished_page"):
        return response  # a page of the cache was compressed before it came there
    headers = response.headers
    if "Content-Encoding" in headers or response.is_streamed or not is_text(response.mimetype or ""):
        return response
    content = response.get_data()
    if len(content) < SMALLEST or response.status_code in {204, 206, 304}:
        return response
    response.vary.add("Accept-Encoding")
    coding = coding_of_request()
    if not coding or not may_be_compressed():
        return response
    response.set_data(packed(content, coding))
    headers["Content-Encoding"] = coding
    if "ETag" in headers:
        response.set_etag(f"{response.get_etag()[0]}-{coding}")
    return response
