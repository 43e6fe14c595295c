"""Pages that are rendered for a copy without a server: a mirror, or one file.

What needs a server is not on them; in its place they say so, and name paper and other addresses. A copy
counts nothing and names nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask import current_app, g, request

from campaign.pack.model import Pack
from campaign.services import service
from campaign.settings import Settings


@dataclass(frozen=True, slots=True)
class Copy:
    """That the application renders a copy; `policy` is what its pages may load (CSP).

    `sheets`: the languages of a campaign in which there are sheets to print.
    """

    policy: str
    sheets: Callable[[Pack], Sequence[str]] = lambda pack: pack.languages


def here() -> Copy | None:
    """The copy that this application renders; None for a site."""
    try:
        return service(Copy)
    except KeyError:
        return None


#: The pages of a copy that name its edition: where a reader looks for it, the first page, and the one file.
NAMING = frozenset({"copies.page", "material.index", "material.head"})


def names_edition() -> bool:
    """Whether this page names its edition. In a copy few do: a new one then changes only what it is about."""
    return here() is None or request.endpoint in NAMING


def edition_in_print() -> int:
    """The edition that small print on paper names; 0 in a copy, for the same reason."""
    return int(g.edition.number) if names_edition() else 0


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
