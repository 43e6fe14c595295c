"""Adding a letter to the count: once for each page and office, and not too many from one network."""

from __future__ import annotations

from enum import Enum
from typing import Any

from flask import g

from campaign import clock
from campaign.counts import partners as counted
from campaign.counts import store
from campaign.database import AWAY, db, transaction
from campaign.letters.forms import ChoicesForm
from campaign.web import budgets, limits, partners, single_use, tokens

#: Seconds for which a page must have been open before it counts a letter, by step. Writing takes minutes.
POSTED_WAITS = (0, 2 * 60, 8 * 60)


#: Seconds after which to try again if the database can't count.
BUSY = 60


class CountResult(Enum):
    """What became of a wish to be counted."""

    YES = "yes"
    TOO_MANY = "too many"
    TOO_SOON = "too soon"


def count(form: ChoicesForm, key: str, channel: str, country: str) -> tuple[CountResult, int]:
    """Count a letter to an office; with TOO_MANY, the seconds until more are counted."""
    most = limits.look(budgets.POSTED_MOST)
    if not most.within:
        return CountResult.TOO_MANY, most.wait
    token: Any = form["form_token"]
    if token.age < POSTED_WAITS[min(limits.look(budgets.POSTED).step, len(POSTED_WAITS) - 1)]:
        return CountResult.TOO_SOON, 0
    limits.add(budgets.POSTED)
    limits.add(budgets.POSTED_MOST)
    try:
        _count_once(token.nonce, key, channel, country)
    except AWAY:
        return CountResult.TOO_MANY, BUSY
    return CountResult.YES, 0


def _count_once(nonce: bytes, key: str, channel: str, country: str) -> None:
    """A page counts a letter to an office once, however often its form is sent."""
    pack = g.edition.pack
    used = single_use.once(tokens.secret(), nonce + key.encode())
    posting = store.Posting(key, "" if country in pack.countries_at_risk else country, channel)
    with transaction(db.session) as connection:
        if single_use.spend(connection, used):
            store.count_letter(db.session, pack.slug, posting, clock.today(pack.time_zone))
            if (partner := partners.word()) and country not in pack.countries_at_risk:
                counted.count_letter(db.session, pack.slug, partner)
