"""What the API says of a campaign, as plain data: what its public pages say, and nobody's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from campaign.counts.letter_counts import LetterCount
from campaign.editions.edition_cache import LoadedEdition
from campaign.editions.store import EditionSummary
from campaign.pack.model import Pack
from campaign.pack.model.record import Fact
from campaign.pack.model.texts import Demand
from campaign.petition.public_counts import SignatureCount
from campaign.petition.status import PetitionStatus
from campaign.web.offers import Offer

Document = dict[str, Any]


def campaign(edition: LoadedEdition, offer: Offer, status: PetitionStatus | None) -> Document:
    """A campaign: its texts, whether it goes on, and whether its petition can be signed."""
    pack = edition.pack
    return {
        **short(edition),
        "edition": edition.number,
        "published_at": _time(edition.at),
        "headline": _texts(pack, pack.headline),
        "state": _state(offer),
        "ended_on": str(offer.outcome.date) if offer.outcome and offer.outcome.date else None,
        "letters_can_be_written": offer.letters and not offer.outcome,
        "petition": _petition(pack, status),
    }


def short(edition: LoadedEdition) -> Document:
    """A campaign in a list."""
    pack = edition.pack
    return {
        "slug": pack.slug,
        "languages": list(pack.languages),
        "name": _texts(pack, pack.name),
        "path": {code: f"/{code}/{pack.slug}/" for code in pack.languages},
    }


def _state(offer: Offer) -> str:
    if offer.outcome:
        return "met" if offer.outcome.met else "closed"
    return "archived" if offer.archived else "running"


def _petition(pack: Pack, status: PetitionStatus | None) -> Document | None:
    if not pack.petition:
        return None
    terms = pack.terms
    return {
        "title": {code: pack.petition[code].title for code in pack.languages},
        "open": status is PetitionStatus.OPEN,
        "opens": _day(terms.opens),
        "closes": _day(terms.closes),
        "erased_on": _day(terms.erase_on),
    }


def demands(pack: Pack) -> list[Document]:
    """Every demand with its newest state."""
    return [_demand(pack, demand) for demand in pack.demands.values()]


def _demand(pack: Pack, demand: Demand) -> Document:
    newest = demand.state
    return {
        "key": demand.key,
        "title": {code: demand.texts[code].title for code in pack.languages},
        "summary": {code: demand.texts[code].summary for code in pack.languages},
        "state": None
        if newest is None
        else {
            "key": newest.state.key,
            "meaning": newest.state.meaning,
            "since": str(newest.date),
            "reason": _texts(pack, newest.reason),
        },
        "facts": list(demand.facts),
    }


def facts(pack: Pack) -> list[Document]:
    """Every claim, with its figure, who says so, and in which sources."""
    return [_fact(pack, fact) for fact in pack.facts.values()]


def _fact(pack: Pack, fact: Fact) -> Document:
    return {
        "key": fact.key,
        "label": _texts(pack, fact.label),
        "claim": {code: fact.sentence(code) for code in pack.languages},
        "said_by": _texts(pack, fact.said_by),
        "as_of": str(fact.as_of) if fact.as_of else None,
        "figure": _figure(fact),
        "sources": [_source(pack, key) for key in fact.sources],
    }


def _figure(fact: Fact) -> Document | None:
    if fact.value is None:
        return None
    return {
        "value": _number(fact.value),
        "upper": None if fact.upper is None else _number(fact.upper),
        "qualifier": fact.qualifier,
        "per_cent": fact.per_cent,
        "currency": fact.currency or None,
    }


def _source(pack: Pack, key: str) -> Document:
    source = pack.sources[key]
    return {
        "publisher": _texts(pack, source.publisher),
        "title": _texts(pack, source.title),
        "date": str(source.date) if source.date else None,
        "url": source.url or None,
    }


def counts(pack: Pack, letters: LetterCount, signatures: SignatureCount | None) -> Document:
    """The public counts: late on purpose, and no country with few signatures is named."""
    return {
        "letters": {
            "counted_at": _time(letters.at),
            "total": letters.sent.total,
            "by_addressee": {
                key: number for key, number in letters.sent.by_addressee.items() if key in pack.addressees
            },
        },
        "signatures": None if signatures is None else _signatures(signatures),
    }


def _signatures(counted: SignatureCount) -> Document:
    return {
        "counted_at": _time(counted.at),
        "total": counted.total,
        "estimated": counted.estimated,
        "countries_until": counted.today.isoformat(),
        "countries": dict(counted.countries),
        "elsewhere": counted.elsewhere,
        "channels": dict(counted.channels),
        "days": {day.isoformat(): new for day, new in counted.days.items()},
    }


def editions(summaries: Iterable[EditionSummary]) -> list[Document]:
    """Every edition, the newest first; not who published it."""
    return [{"number": one.number, "published_at": _time(one.at)} for one in summaries]


def _texts(pack: Pack, words: Mapping[str, str]) -> dict[str, str]:
    """A text in each public language that it is in."""
    return {code: words[code] for code in pack.languages if code in words}


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
