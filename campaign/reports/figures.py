"""What a report counts, as plain data, and reading it.

A report leaves the desk, so the public rules hold for each of its numbers. It has no day that the public
page does not have yet. A country, an office or a channel has a number from five up, and what is left over is
the sum of at least two, so that nobody can find one by subtracting. A country has a number for the period
only if its sum is public, and never where signing is a risk: of such a country there is what the public page
says, and no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from campaign.answers import table
from campaign.answers.table import OfficeAnswers
from campaign.counts import answers, coarse, partners, visits
from campaign.counts.answers import AnswerRows
from campaign.counts.models import LetterTally
from campaign.counts.visits import FormKind, Step
from campaign.database import in_utc
from campaign.editions import store
from campaign.editions.models import Campaign
from campaign.editions.store import EditionSummary
from campaign.pack.model import Pack
from campaign.paper.models import Sheet, SheetBatch
from campaign.petition import public_counts
from campaign.petition.models import SignatureTally
from campaign.petition.public_counts import SignatureCount
from campaign.reports.period import Period

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Shares:
    """Numbers by key, largest first, and the sum of those that may only be shown together."""

    named: Mapping[str, int] = field(default_factory=dict)
    rest: int = 0

    @property
    def total(self) -> int:
        return sum(self.named.values()) + self.rest


@dataclass(frozen=True, slots=True)
class Signatures:
    """Signatures of the period, net of withdrawals, and what the public page says in all.

    `channels` is empty where one of them is too small to be shown.
    """

    days: Mapping[date, int]
    countries: Shares
    channels: Mapping[str, int]
    in_all: SignatureCount

    @property
    def total(self) -> int:
        return sum(self.days.values())


@dataclass(frozen=True, slots=True)
class Letters:
    """Letters of the period, as supporters reported them."""

    days: Mapping[date, int]
    offices: Shares
    countries: Shares

    @property
    def total(self) -> int:
        return sum(self.days.values())


@dataclass(frozen=True, slots=True)
class Sheets:
    """Sheets of paper: printed for groups and by visitors, come back, closed; `names` is None below five."""

    for_groups: int
    by_visitors: int
    returned: int
    closed: int
    names: int | None


@dataclass(frozen=True, slots=True)
class PartnerFigures:
    """What came by a partner's word since the campaign began; None below five."""

    name: str
    signatures: int | None
    letters: int | None


@dataclass(frozen=True, slots=True)
class Public:
    """What was counted for all: the public page's signatures, and partners' sums as the day began."""

    signatures: SignatureCount
    partners_at: datetime
    partners: partners.Sums


@dataclass(frozen=True, slots=True)
class Figures:
    """All that a report says, before any word of it.

    `visits` has the steps of each page that was counted; None below ten.
    """

    pack: Pack
    period: Period
    signatures: Signatures
    letters: Letters
    answers: tuple[OfficeAnswers, ...]
    sheets: Sheets
    editions: tuple[EditionSummary, ...]
    visits: Mapping[FormKind, Mapping[Step, int | None]]
    partners: tuple[PartnerFigures, ...]
    partners_at: datetime


def read(session: Session, pack: Pack, period: Period, public: Public) -> Figures:
    """The sums of a campaign. Nothing is changed."""
    campaign = session.scalars(select(Campaign.id).where(Campaign.slug == pack.slug)).one()
    letters = _letters(session, campaign, pack, period)
    return Figures(
        pack,
        period,
        _signatures(session, campaign, pack, period, public.signatures),
        letters,
        _answers(session, pack, period, _by(session, campaign, period, LetterTally.addressee)),
        _sheets(session, campaign, period),
        _editions(session, pack, period),
        _visits(session, campaign, period),
        _partners(pack, public.partners),
        public.partners_at,
    )


def _visits(session: Session, campaign: int, period: Period) -> dict[FormKind, dict[Step, int | None]]:
    """The steps of each page that was opened in the period, or begun, or finished."""
    found = {}
    for form in FormKind:
        days = visits.by_day(session, campaign, form, period.last)
        sums = {
            step: sum(count for day, count in counted.items() if period.has(day))
            for step, counted in days.items()
        }
        if any(sums.values()):
            found[form] = {step: number or None for step, number in sums.items()}
    return found


def _partners(pack: Pack, sums: partners.Sums) -> tuple[PartnerFigures, ...]:
    return tuple(
        PartnerFigures(
            one.name, sums.get((one.key, partners.SIGNATURE)), sums.get((one.key, partners.LETTER))
        )
        for one in pack.partners.values()
    )


def _signatures(
    session: Session, campaign: int, pack: Pack, period: Period, public: SignatureCount
) -> Signatures:
    days = {day: new for day, new in public.days.items() if period.has(day)}
    by_country = public_counts.countries_between(session, pack.slug, period.first, period.last)
    hidden = {code for code in by_country if code not in public.countries} | set(pack.countries_at_risk)
    query = select(SignatureTally.way, func.sum(SignatureTally.count)).where(
        SignatureTally.campaign_id == campaign, SignatureTally.day.between(period.first, period.last)
    )
    ways = {way: int(count) for way, count in session.execute(query.group_by(SignatureTally.way))}
    return Signatures(days, _apart(by_country, hidden), public_counts.by_channel(ways), public)


def _letters(session: Session, campaign: int, pack: Pack, period: Period) -> Letters:
    offices = _by(session, campaign, period, LetterTally.addressee)
    countries = _by(session, campaign, period, LetterTally.country)
    return Letters(
        _by(session, campaign, period, LetterTally.day),
        _apart({key: count for key, count in offices.items() if key in pack.addressees},
               beside={key: count for key, count in offices.items() if key not in pack.addressees}),
        _apart(countries, set(pack.countries_at_risk)),
    )  # fmt: skip


def _apart(
    counts: Mapping[str, int], hidden: set[str] | None = None, beside: Mapping[str, int] | None = None
) -> Shares:
    """Numbers that may be shown one by one; `hidden` ones and all of `beside` are in the rest."""
    everything = {key: count for key, count in {**counts, **(beside or {})}.items() if count}
    named, rest, _others = coarse.apart(everything, {*(hidden or ()), *(beside or ())})
    return Shares(named, rest)


def _by(session: Session, campaign: int, period: Period, column: InstrumentedAttribute[K]) -> dict[K, int]:
    """Letters of the period by a column of their tally."""
    query = select(column, func.sum(LetterTally.count)).where(
        LetterTally.campaign_id == campaign, LetterTally.day.between(period.first, period.last)
    )
    return {key: int(count) for key, count in session.execute(query.group_by(column).order_by(column))}


def _answers(
    session: Session, pack: Pack, period: Period, sent: Mapping[str, int]
) -> tuple[OfficeAnswers, ...]:
    every = answers.all_answers(session).get(pack.slug, AnswerRows())
    within = AnswerRows(
        [row for row in every.answers if period.has(row.day)],
        [row for row in every.waits if period.has(row.day)],
    )
    rows = table.offices(pack, table.counted(pack, within), sent)
    return tuple(row for row in rows if any(row.answers.values()))


def _sheets(session: Session, campaign: int, period: Period) -> Sheets:
    printed: Counter[bool] = Counter()
    batches = select(SheetBatch.public, func.sum(SheetBatch.sheets)).where(
        SheetBatch.campaign_id == campaign, SheetBatch.day.between(period.first, period.last)
    )
    for public, count in session.execute(batches.group_by(SheetBatch.public)):
        printed[bool(public)] = int(count)
    own = Sheet.campaign_id == campaign
    returned = select(func.count()).where(own, Sheet.returned.between(period.first, period.last))
    closed = select(func.count(), func.sum(Sheet.names)).where(
        own, Sheet.closed.between(period.first, period.last)
    )
    many, names = session.execute(closed).one()
    return Sheets(
        printed[False],
        printed[True],
        int(session.scalar(returned) or 0),
        int(many),
        table.shown(int(names or 0)),
    )


def _editions(session: Session, pack: Pack, period: Period) -> tuple[EditionSummary, ...]:
    """The editions of the period's days, by the campaign's clock; the oldest first."""
    zone = pack.time_zone
    begin = datetime.combine(period.first, time(), zone)
    end = datetime.combine(period.last + timedelta(days=1), time(), zone)
    every = store.editions(session, pack.slug)
    return tuple(one for one in reversed(every) if begin <= in_utc(one.at) < end)
