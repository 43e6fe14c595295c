"""Which counts a person at the desk sees: those that the public sees, and for some the newest days.

A number that rises when somebody signs names that person to anyone who also sees who opened the page,
and the least of the roles is enough to read the desk. So countries follow the public rule for everybody:
from five up, once a day. Only who can pause signing sees the newest days, to notice a flood.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from flask import g

from campaign.counts import coarse
from campaign.counts import store as letter_counts
from campaign.database import db
from campaign.desk import charts
from campaign.desk.charts import Bar
from campaign.people.roles import Permission
from campaign.petition import counts
from campaign.petition.public_counts import PublicCounts
from campaign.services import service


def signatures_by_day(campaign: int, today: date) -> list[Bar]:
    """New signatures by day: up to today where signing can be paused, else up to the day before."""
    if g.desk.may(Permission.SIGNATURES):
        return charts.days(counts.by_day(db.session, campaign, today), today)
    return charts.days(service(PublicCounts).of(g.desk.slug).days, today)


def signatures_by_country() -> list[Bar]:
    """Signatures by country, as the public sees them."""
    counted = service(PublicCounts).of(g.desk.slug)
    return _country_bars(counted.countries, counted.elsewhere)


def letters_by_day(today: date) -> list[Bar]:
    """Letters by day: up to today where signing can be paused, else up to the day before."""
    days = letter_counts.by_day(db.session, g.desk.slug, today)
    if not g.desk.may(Permission.SIGNATURES):
        days.pop(today, None)
    return charts.days(days, today)


def letters_by_country(today: date) -> list[Bar]:
    """Letters by country up to the day before, by the same rule as signatures."""
    before = letter_counts.by_country(db.session, g.desk.slug, today - timedelta(days=1))
    named, elsewhere, _others = coarse.apart(before)
    return _country_bars(named, elsewhere)


def _country_bars(named: Mapping[str, int], elsewhere: int) -> list[Bar]:
    rest = {"": elsewhere} if elsewhere else {}
    return charts.countries({**named, **rest}, g.address["language"])
