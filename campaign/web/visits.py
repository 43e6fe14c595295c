"""Whether a request counts as a visit. What it says of its sender is looked at here, and kept nowhere."""

from __future__ import annotations

import re

from flask import g, request

from campaign.web import copies
from campaign.web.open_edition import is_old

#: Headers with which browsers say that they fetch a page before anybody asked for it.
_EARLY = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
_EARLY_WORDS = ("prefetch", "prerender", "preview")

#: What robots, and programs that preview a link, call themselves. “Cubot” makes telephones.
_ROBOT = re.compile(r"(?<!cu)bot\b|crawl|spider|externalhit|preview|^whatsapp/", re.IGNORECASE)


def counted_here() -> bool:
    """Whether this campaign counts visits, and this is its published page: neither a draft nor a copy."""
    is_published = not (g.get("draft") or is_old())
    return bool(is_published and g.edition.pack.counts_visits and copies.here() is None)


def is_opening() -> bool:
    """Whether somebody opens the page: no program that says so, and no browser ahead of its reader."""
    headers = request.headers
    if request.method != "GET" or headers.get("Sec-Fetch-Dest", "document") != "document":
        return False
    early = " ".join(headers.get(name, "") for name in _EARLY).lower()
    if any(word in early for word in _EARLY_WORDS):
        return False
    return "From" not in headers and not _ROBOT.search(headers.get("User-Agent", ""))
