"""Where the pages of a site are in a mirror: names that are one file on every disk, FAT included.

Small ASCII letters, digits and hyphens; no name that Windows keeps for itself, none twice in different cases.
"""

from __future__ import annotations

import posixpath
import re

#: Names of devices: Windows opens no file with one of them, whatever its ending.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(10))}
)


class Places:
    """The place of each address of a campaign, given out once."""

    def __init__(self, slug: str) -> None:
        self._slug = slug
        self._by_address: dict[str, str] = {}
        self._taken: set[str] = set()

    def of(self, address: str, wanted: str = "") -> str:
        """The place of a page or a file, given out if it has none yet: what is wanted, or by its address.

        `/en/my-campaign/demands/` is `en/demands/index.html`, `/en/my-campaign/record` is `en/record.html`.
        """
        if address not in self._by_address:
            self._by_address[address] = self.take(wanted or self._wanted(address))
        return self._by_address[address]

    def take(self, wanted: str) -> str:
        """A place as near to what is wanted as can be, that no other file has."""
        *folders, name = wanted.lower().split("/")
        stem, dot, ending = name.partition(".")
        parts, number = [*map(_safe, folders)], 1
        place = "/".join((*parts, _safe(stem) + dot + ending))
        while place in self._taken:
            number += 1
            place = "/".join((*parts, f"{_safe(stem)}-{number}{dot}{ending}"))
        self._taken.add(place)
        return place

    def _wanted(self, address: str) -> str:
        language, _slash, rest = address.lstrip("/").partition("/")
        page = rest.removeprefix(self._slug).lstrip("/")
        if not page or page.endswith("/"):
            return f"{language}/{page}index.html"
        return f"{language}/{page}" if "." in posixpath.basename(page) else f"{language}/{page}.html"


def _safe(name: str) -> str:
    """A part of a path with the characters of every disk, and not the name of a device."""
    name = re.sub(r"[^a-z0-9_-]+", "-", name).strip("-") or "page"
    return f"{name}_" if name in _DEVICES else name


def relative(to: str, at: str) -> str:
    """The link from the file at one place to that at another."""
    return posixpath.relpath(to, posixpath.dirname(at) or ".")
