"""The public pages that search engines may list and people may share, each in the languages that it is in.

Drafts, old editions, forms that were sent, error pages and all that has a token in its address are not
among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import g, request, url_for

from campaign.languages.data import above
from campaign.pack.model import Pack
from campaign.site import share_card
from campaign.web import copies, languages, offers
from campaign.web.domains import known_base
from campaign.web.offers import Offer
from campaign.web.open_edition import is_old
from campaign.web.runner import STATEMENTS


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page of a campaign: its endpoint and arguments, the languages of its text, and its picture's name."""

    endpoint: str
    languages: tuple[str, ...]
    arguments: dict[str, Any] = field(default_factory=dict)
    picture: str = share_card.HOME

    def path(self, slug: str, language: str) -> str:
        """Where it is in a language."""
        return url_for(self.endpoint, language=language, slug=slug, **self.arguments)


def listed(pack: Pack, offer: Offer) -> Iterator[ListedPage]:
    """Every page that a campaign has today."""
    everywhere = pack.languages
    yield ListedPage("site.home", everywhere)
    for endpoint, there, picture in (
        ("letters.write", offer.letters, share_card.HOME),
        ("answers_table.answers", offer.answers, share_card.ANSWERS),
        ("signing.petition", offer.petition, share_card.PETITION),
        ("petition.signatures", offer.petition, share_card.PETITION),
        ("site.outcome", offer.outcome, share_card.OUTCOME),
        ("site.demands", offer.demands, share_card.HOME),
        ("site.record", offer.record, share_card.HOME),
        ("site.organisations", offer.organisations, share_card.HOME),
        ("site.printing", offer.printing, share_card.HOME),
        ("events.events", offer.events, share_card.HOME),
        ("site.updates", True, share_card.HOME),
        ("copies.page", True, share_card.HOME),
    ):
        if there:
            yield ListedPage(endpoint, everywhere, picture=picture)
    for key in pack.demands:
        yield ListedPage("site.demand", everywhere, {"key": key}, f"{share_card.DEMANDS}/{key}")
    for key, update in pack.updates.items():
        own = tuple(code for code in everywhere if update.language_for(code) in above(code))
        yield ListedPage("site.update", own or everywhere, {"key": key}, f"{share_card.UPDATES}/{key}")
    for key in dict.fromkeys((*pack.pages, *STATEMENTS)):
        yield ListedPage("site.text", everywhere, {"key": key})


def current() -> ListedPage | None:
    """The page of this request; None for one that is not listed, or without a host in the settings."""
    if not is_public() or request.method not in {"GET", "HEAD"} or g.get("error_id"):
        return None
    values = {
        name: value for name, value in (request.view_args or {}).items() if name not in {"language", "slug"}
    }
    endpoint = request.endpoint
    if endpoint == "site.with_partner":  # the same page as the front page, which is the one to list
        endpoint, values = "site.home", {}
    pages = listed(g.edition.pack, offers.current())
    return next((page for page in pages if (page.endpoint, page.arguments) == (endpoint, values)), None)


def is_public() -> bool:
    """Whether this is a page of a newest edition whose address the settings name."""
    edition = g.get("edition")
    if copies.here():
        return False  # a copy has no address of its own, and sends nobody to the services of others
    return bool(edition and not g.get("draft") and not is_old() and known_base(edition.pack.slug))


def public_address(endpoint: str, **arguments: Any) -> str:
    """The whole address of a page of this campaign; '' in a draft or an old edition, or without a host."""
    if not is_public():
        return ""
    slug = g.edition.pack.slug
    return known_base(slug) + url_for(endpoint, language=languages.current(), slug=slug, **arguments)
