"""The addresses in a page, a feed or a style sheet, replaced by what leads to the same thing in a copy."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

#: One address each. Our templates write them between straight quotation marks, and escape those in texts.
_ATTRIBUTE = re.compile(r'(?<=\s)(href|src|poster)="([^"]*)"')
_SOURCES = re.compile(r'(?<=\s)srcset="([^"]*)"')
_IN_STYLE = re.compile(r'url\("?([^")]+)"?\)')

#: What a copy has no use for: what is asked of a server in the background, or named for search engines.
_DROPPED = re.compile(r'<link rel="(?:manifest|canonical|alternate)"[^>]*>\n?')
_FEED_LINK = re.compile(r'<link rel="alternate" type="application/atom\+xml"[^>]*>\n?')

#: Where in the one file is what only that file has.
ONE_FILE_ALONE = {"letters.write": "write", "material.stall": "stall"}

#: Gives the new address for an old one; None where the link is to go.
Relink = Callable[[str], str | None]


def in_page(html: str, relink: Relink) -> str:
    """A page with its addresses replaced; a link that leads nowhere is only its text."""
    html = _DROPPED.sub(lambda found: found[0] if _FEED_LINK.fullmatch(found[0]) else "", html)
    html = _SOURCES.sub(lambda found: f'srcset="{_sources(found[1], relink)}"', html)
    return _ATTRIBUTE.sub(lambda found: _attribute(found[1], found[2], relink), html)


def in_style(css: str, relink: Relink) -> str:
    """A style sheet with the addresses of its files replaced."""
    return _IN_STYLE.sub(lambda found: f'url("{relink(found[1]) or found[1]}")', css)


def in_feed(xml: str, relink: Relink) -> str:
    """A feed with its links replaced; those that lead nowhere in a copy are empty."""
    return _ATTRIBUTE.sub(lambda found: f'{found[1]}="{escape(relink(unescape(found[2])) or "")}"', xml)


def _attribute(name: str, value: str, relink: Relink) -> str:
    address = relink(unescape(value))
    return f'{name}="{escape(address)}"' if address is not None else 'data-not-here=""'


def _sources(value: str, relink: Relink) -> str:
    """The pictures of a srcset, each with its width."""
    pairs = [part.strip().partition(" ") for part in unescape(value).split(",")]
    return escape(", ".join(f"{relink(address) or address}{gap}{width}" for address, gap, width in pairs))
