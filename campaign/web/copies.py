"""Pages that are rendered for a copy without a server: a mirror, or one file.

What needs a server is not on them; in its place they say so, and name paper and other addresses. A copy
counts nothing and names nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app

from campaign.pack.model import Pack
from campaign.services import service
from campaign.settings import Settings


@dataclass(frozen=True, slots=True)
class Copy:
    """That the application renders a copy; `policy` is what its pages may load (CSP)."""

    policy: str


def here() -> Copy | None:
    """The copy that this application renders; None for a site."""
    try:
        return service(Copy)
    except KeyError:
        return None


def addresses(pack: Pack, language: str) -> Iterable[tuple[str, str]]:
    """Where else a campaign is: each address, and what it is ('site', 'onion' or 'mirror')."""
    settings = service(Settings, current_app)
    end = f"/{language}/{pack.slug}/"
    site = settings.domains.get(pack.slug) or settings.public_url
    if site:
        yield site + end, "site"
    if settings.onion_url:
        yield settings.onion_url + end, "onion"
    for address in pack.mirrors:
        yield address, "mirror"
