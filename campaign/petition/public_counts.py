"""What the public sees of the counts: late on purpose, and coarse where a number could identify a person.

The total is taken every quarter of an hour, countries once a day, up to the day before. A country
is named from five signatures up, and 'elsewhere' always has at least two countries, so that nobody
can find one by subtracting. A live “+1” in a small country next to an operator's record of who
opened the page would identify the signer.

How many came online, on paper and from stalls is public once each of these that has any has five. People
who share a slot of the index with a stranger are estimated (see estimate.py), and are of no channel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign import clock
from campaign.clock import steady
from campaign.counts.coarse import NAMED_FROM, apart
from campaign.counts.quarterly import QuarterHourly
from campaign.database import AWAY
from campaign.editions.models import Campaign
from campaign.petition.estimate import IndexTotals
from campaign.petition.ledger_rows import ONLINE, PAPER, STALL
from campaign.petition.models import IndexTally, PublicName, SignatureTally
from campaign.refreshing import Refresher

#: Seconds after which shown names are read again, and for which they are shown at most.
NAMES_EVERY, NAMES_LAST = 30, 60

#: The most names that a page shows at once.
MOST_NAMES = 200


@dataclass(frozen=True, slots=True)
class SignatureCount:
    """What had been counted `at` a time (UTC). Countries and days are those before `today`.

    `today` was the day then, in the campaign's time zone.

    `countries` are the named ones, largest first; `elsewhere` is the sum of the others; `stalls` came on
    devices at stalls, sealed, so that nobody here knows their country, and None says that they are too few
    to be shown and part of `elsewhere`; `days` are the new signatures of each
    day that has any. `estimated`: how many of the total are, see estimate.py. `channels` are the counted
    signatures by how they came; none while one channel has too few.
    """

    at: datetime
    today: date
    total: int = 0
    countries: Mapping[str, int] = field(default_factory=dict)
    elsewhere: int = 0
    others: int = 0
    days: Mapping[date, int] = field(default_factory=dict)
    estimated: int = 0
    stalls: int | None = 0
    channels: Mapping[str, int] = field(default_factory=dict)

    @property
    def until_today(self) -> int:
        """The signatures of the days before today: the channels and what is estimated."""
        return sum(self.days.values())

    @property
    def many(self) -> int:
        """The number of countries, as far as it is public."""
        return len(self.countries) + self.others


class PublicCounts(QuarterHourly[SignatureCount]):
    """The newest numbers of every campaign, in memory."""

    def __init__(
        self,
        session: Callable[[], Session],
        clock: Callable[[], float] = clock.seconds,
        zones: Callable[[], Mapping[str, tzinfo]] = dict,
    ) -> None:
        super().__init__(session, lambda opened, at: count(opened, at, zones()), clock)
        self._zones = zones
        self._names: tuple[float, dict[str, list[tuple[str, str]]]] = (float("-inf"), {})
        self._names_refresher = Refresher(self._read_names, NAMES_EVERY, steady)

    #: Another one with each new field: machines of the version before keep to their own while there are both.
    kind = "signatures-2"

    def encode(self, number: SignatureCount) -> Any:
        days = {day.isoformat(): new for day, new in number.days.items()}
        dated = {"at": number.at.isoformat(), "today": number.today.isoformat(), "days": days}
        plain = {"countries": dict(number.countries), "channels": dict(number.channels)}
        return asdict(number) | plain | dated

    def decode(self, value: Any) -> SignatureCount:
        dated = {"at": datetime.fromisoformat(value["at"]), "today": date.fromisoformat(value["today"])}
        days = {date.fromisoformat(day): new for day, new in value["days"].items()}
        return SignatureCount(**value | dated | {"days": days})

    def of(self, slug: str) -> SignatureCount:
        """What had been counted for a campaign at the start of the last quarter of an hour."""
        at, counted = self.newest(slug)
        return counted or SignatureCount(at, _day(at, slug, self._zones()))

    def names(self, slug: str) -> list[tuple[str, str]]:
        """Names that may be shown, with their countries, sorted by name; at most half a minute old.

        None while the database has not answered for a minute: somebody may have withdrawn meanwhile.
        """
        try:
            self._names_refresher.look(needed=self._names[0] == float("-inf"))
        except AWAY:
            return []
        read_at, names = self._names
        return names.get(slug, []) if steady() - read_at <= NAMES_LAST else []

    def _read_names(self) -> None:
        with self._session() as session:
            self._names = (steady(), shown_names(session))

    def forget_names(self) -> None:
        """Drop the names that were read: a process that is asked nothing would keep them."""
        self._names = (float("-inf"), {})


def count(
    session: Session, at: datetime, zones: Mapping[str, tzinfo] | None = None
) -> dict[str, SignatureCount]:
    """The sums of the ledger, for each campaign that has any.

    The ledger counts by the days of each campaign's time zone, so the days before today are those
    before that day: with the day in UTC, an hour's signatures could be linked to a country.
    """
    models = (SignatureTally, IndexTally)
    totals = index_totals(session)
    days, waiting_days = (_sums(session, model, model.day) for model in models)
    todays = {slug: _day(at, slug, zones or {}) for slug in totals}
    before = {
        today: [
            *(_sums(session, model, model.country, model.day < today) for model in models),
            _sums(session, SignatureTally, SignatureTally.way, SignatureTally.day < today),
        ]
        for today in set(todays.values())
    }
    counts = {}
    for slug, total in totals.items():
        today = todays[slug]
        by_country, waiting, by_way = (sums.get(slug, {}) for sums in before[today])
        there = _with(by_country, waiting, total.share).items()
        stalls = max(by_way.get(STALL, 0), 0)
        few = 0 < stalls < NAMED_FROM
        countries = {code: number for code, number in there if number > 0 and code}
        # The empty code is never named: few signatures from stalls count as one more small country.
        named, elsewhere, others = apart({**countries, "": stalls} if few else countries)
        by_day = _with(days.get(slug, {}), waiting_days.get(slug, {}), total.share)
        new = {day: number for day, number in sorted(by_day.items()) if day < today}
        counts[slug] = SignatureCount(
            at, today, total.total, named, elsewhere, others - few, new,
            total.total - max(total.counted, 0), None if few else stalls, by_channel(by_way),
        )  # fmt: skip
    return counts


def by_channel(counts: Mapping[str, int]) -> dict[str, int]:
    """Signatures by channel, if each that has any has enough to be shown; else none of them."""
    there = {way: counts[way] for way in (ONLINE, PAPER, STALL) if counts.get(way)}
    return there if all(count >= NAMED_FROM for count in there.values()) else {}


def countries_between(session: Session, slug: str, first: date, last: date) -> dict[str, int]:
    """Signatures of some days by country, less withdrawals. Not public: see `coarse.apart`."""
    models = (SignatureTally, IndexTally)
    counted, waiting = (
        _sums(session, model, model.country, model.day >= first, model.day <= last).get(slug, {})
        for model in models
    )
    totals = index_totals(session).get(slug, IndexTotals())
    return _with(counted, waiting, totals.share)


def index_totals(session: Session) -> dict[str, IndexTotals]:
    """The sums from which the number of people follows, for each campaign that has any."""
    index = IndexTally
    sums = (func.sum(index.waiting), func.sum(index.sharing), func.sum(index.beside))
    query = select(Campaign.slug, *sums).join(Campaign, Campaign.id == index.campaign_id)
    changes = {
        slug: [int(number) for number in row] for slug, *row in session.execute(query.group_by(Campaign.slug))
    }
    counted = _sums(session, SignatureTally)
    return {
        slug: IndexTotals(counted.get(slug, {}).get("", 0), *changes.get(slug, (0, 0, 0)))
        for slug in counted.keys() | changes.keys()
    }


def _with(counted: Mapping[Any, int], waiting: Mapping[Any, int], share: float) -> dict[Any, int]:
    """Counts with the share of what waits that is probably genuine."""
    return {
        key: counted.get(key, 0) + round(share * waiting.get(key, 0))
        for key in counted.keys() | waiting.keys()
    }


def _day(at: datetime, slug: str, zones: Mapping[str, tzinfo]) -> date:
    return at.astimezone(zones.get(slug, UTC)).date()


def shown_names(session: Session) -> dict[str, list[tuple[str, str]]]:
    """Names that an organiser approved, by campaign."""
    rows = session.execute(
        select(Campaign.slug, PublicName.name, PublicName.country)
        .join(PublicName, PublicName.campaign_id == Campaign.id)
        .where(PublicName.shown)
        .order_by(PublicName.name)
    )
    names: dict[str, list[tuple[str, str]]] = {}
    for slug, name, country in rows:
        names.setdefault(slug, []).append((name, country))
    return names


def _sums(session: Session, model: Any, *by: Any) -> dict[str, dict[Any, int]]:
    """Sums of a tally by campaign, optionally by a column and under conditions."""
    column, conditions = (by[0], by[1:]) if by else (None, ())
    total = func.sum(model.count if model is SignatureTally else model.waiting)
    columns: list[Any] = [Campaign.slug, total] if column is None else [Campaign.slug, total, column]
    query = select(*columns).join(Campaign, Campaign.id == model.campaign_id)
    query = query.where(*conditions).group_by(Campaign.slug, *([] if column is None else [column]))
    sums: dict[str, dict[Any, int]] = {}
    for slug, number, *key in session.execute(query):
        sums.setdefault(slug, {})[key[0] if key else ""] = int(number)
    return sums
