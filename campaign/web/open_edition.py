"""The campaign in the address, in its newest edition or in an old one."""

from __future__ import annotations

from datetime import UTC, date, tzinfo
from typing import Any

from flask import abort, g

from campaign.editions.edition_cache import EditionCache, LoadedEdition
from campaign.services import service
from campaign.web.domains import refuse_other_campaign, slug_of_host


def read_address(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the language and the campaign out of the address, for every page alike."""
    values = values if values is not None else {}
    g.address = {name: values.pop(name) for name in ("language", "slug") if name in values}


def edition_cache() -> EditionCache:
    """The published packs."""
    cache: EditionCache = service(EditionCache)
    return cache


def editions_of_host() -> dict[str, LoadedEdition]:
    """The newest editions of the campaigns on this host: all, or the one that has it for itself."""
    editions, own = edition_cache().newest(), slug_of_host()
    return {slug: edition for slug, edition in editions.items() if own in {"", slug}}


def campaign_day(slug: str) -> date:
    """The day in a campaign's time zone; in UTC before its first edition."""
    return edition_cache().today(slug)


def campaign_zone(slug: str) -> tzinfo:
    """The campaign's time zone; UTC before its first edition."""
    return edition_cache().time_zones().get(slug, UTC)


def is_old() -> bool:
    """Whether the current edition is not the newest; False for a draft."""
    return bool(g.edition.number != g.get("newest", g.edition.number))


def open_edition(language: str, slug: str, number: int | None = None) -> None:
    """Put the campaign in the address into `g.edition`, in its newest edition or that with the number.

    404 for an unknown language, campaign or edition; 410 for a campaign that was removed.
    """
    refuse_other_campaign(slug)
    cache = edition_cache()
    loaded_edition = cache.newest().get(slug)
    ended = cache.ended()
    if slug in ended.removed:
        abort(410)
    g.archived = ended.archived.get(slug)
    if loaded_edition is not None and number is not None:
        try:
            g.newest, loaded_edition = loaded_edition.number, cache.edition(slug, number)
        except LookupError:
            abort(404)
    if loaded_edition is None or language not in loaded_edition.pack.languages:
        abort(404)
    g.edition = loaded_edition
