"""All files of a mirror: every public page in every language, and what the pages need or lead to.

Pages are found by following their links from the front pages; what a link leads to is in the copy if its
kind is in PAGES or FILES. Any other address of the site, such as the numbers of the petition, becomes its
address on the network, or plain text where the site has none.
"""

from __future__ import annotations

import json
import mimetypes
import posixpath
from collections import deque
from urllib.parse import urlsplit

from campaign import __version__
from campaign.mirror import links
from campaign.mirror.hash_list import digest
from campaign.mirror.places import Places, relative
from campaign.mirror.rendering import Renderer
from campaign.services import service
from campaign.settings import Settings

#: Pages of a copy, by the names of their views.
PAGES = frozenset(
    (
        "site.home", "site.demands", "site.demand", "site.record", "site.organisations", "site.outcome",
        "site.updates", "site.update", "site.text", "site.printing", "events.events", "signing.petition",
        "copies.page",
    )
)  # fmt: skip

#: Files that keep the names that the site gives them.
FILES = frozenset(
    ("site.feed", "events.feed", "events.calendar", "events.event_calendar", "events.poster", "letters.blank",
     "material.sheets_to_print", "material.printed", "petition.photograph")
)  # fmt: skip

#: What pages load: named by its content, so that a new edition changes only what is new.
_PARTS = frozenset({"static", "style_bundle", "script_bundle", "images.image", "search.favicon"})

#: The first page, the file that composes letters, and what a copy says about itself.
FIRST, ONE_FILE, ABOUT = "index.html", "campaign.html", "mirror.json"

_ENDINGS = {"image/jpeg": ".jpg", "text/javascript": ".js", "image/vnd.microsoft.icon": ".ico"}


class Contents:
    """Collects the files of a mirror by their places."""

    def __init__(self, renderer: Renderer, one_file: bytes) -> None:
        self.files: dict[str, bytes] = {ONE_FILE: one_file}
        self._renderer, self._slug = renderer, renderer.source.pack.slug
        self._places = Places(self._slug)
        self._waiting: deque[str] = deque()
        self._seen: set[str] = set()
        self._parts: dict[str, str] = {}
        for name in (FIRST, ONE_FILE, ABOUT, "SHA256SUMS", "SHA256SUMS.sig"):
            self._places.take(name)

    def collect(self) -> dict[str, bytes]:
        """Every file of the mirror by its place."""
        pack = self._renderer.source.pack
        for language in pack.languages:
            self._follow(f"/{language}/{self._slug}/")
        while self._waiting:
            self._add(self._waiting.popleft())
        first = f"/{pack.languages[0]}/{self._slug}/material/"
        self.files[FIRST] = self._page(self._renderer.get(first)[0].decode(), FIRST)
        while self._waiting:
            self._add(self._waiting.popleft())
        self.files[ABOUT] = self._about()
        return self.files

    def _follow(self, path: str) -> str:
        """The place of a page or a file, which is added in its turn."""
        if path not in self._seen:
            self._seen.add(path)
            self._waiting.append(path)
        return self._places.of(path, _printed_name(*self._renderer.endpoint(path)))

    def _add(self, path: str) -> None:
        body, mimetype = self._renderer.get(path)
        place = self._places.of(path)
        if mimetype == "text/html":
            body = self._page(body.decode(), place)
        elif mimetype.endswith("xml"):
            body = links.in_feed(body.decode(), lambda address: self._feed_link(address, place)).encode()
        self.files[place] = body

    def _page(self, html: str, place: str) -> bytes:
        return links.in_page(html, lambda address: self._link(address, place)).encode()

    def _link(self, address: str, place: str) -> str | None:
        """What an address in the file at a place becomes; None if it leads nowhere."""
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not parts.path:
            return address
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        endpoint, values = self._renderer.endpoint(parts.path)
        if endpoint in PAGES | FILES and values.get("slug") == self._slug:
            return relative(self._follow(parts.path), place) + fragment
        if endpoint in _PARTS:
            query = f"?{parts.query}" if parts.query else ""
            return relative(self._part(parts.path + query), place)
        if endpoint in links.ONE_FILE_ALONE:
            return f"{relative(ONE_FILE, place)}#{values['language']}/{links.ONE_FILE_ALONE[endpoint]}"
        if parts.path == "/" or endpoint == "material.index":
            return relative(FIRST, place)
        return self._online(parts.path) + fragment if self._online("") else None

    def _feed_link(self, address: str, place: str) -> str | None:
        """The same in a feed, whose addresses begin with the site's."""
        base = self._online("")
        inside = address.removeprefix(base) if base and address.startswith(f"{base}/") else address
        return self._link(inside, place)

    def _online(self, path: str) -> str:
        """Where a page is on the network; '' if the settings name no site."""
        base = service(Settings, self._renderer.app).public_url
        return base + path if base else ""

    def _part(self, address: str) -> str:
        """The place of a style sheet, a script, a font or a picture, added at once."""
        if address not in self._parts:
            body, mimetype = self._renderer.get(address)
            if mimetype == "text/css":
                css = links.in_style(body.decode(), lambda url: relative(self._part(url), "files/x"))
                body = css.encode()
            ending = _ENDINGS.get(mimetype) or posixpath.splitext(urlsplit(address).path)[1]
            place = f"files/{digest(body)[:20]}{ending or mimetypes.guess_extension(mimetype) or ''}"
            self.files[place] = body
            self._parts[address] = place
        return self._parts[address]

    def _about(self) -> bytes:
        """What a program wants to know of the copy."""
        source = self._renderer.source
        about = {
            "campaign": self._slug,
            "edition": source.number,
            "published": source.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "languages": list(source.pack.languages),
            "made-with": f"Campaign {__version__}",
        }
        return (json.dumps(about, indent=2, ensure_ascii=False) + "\n").encode()


def _printed_name(endpoint: str, values: dict[str, str]) -> str:
    """Where something to print is, among the others of its language; '' for what has its address's name."""
    if endpoint == "letters.blank":
        return f"{values['code']}/print/{values['piece']}-{values['key']}.pdf"
    if endpoint == "material.sheets_to_print":
        return f"{values['code']}/print/sheets.pdf"
    return f"{values['code']}/print/{values['kind']}.pdf" if endpoint == "material.printed" else ""
