"""Pictures of data as numbers for SVG: where each mark goes. The templates draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from campaign.pack import pictures
from campaign.pack.languages import Day
from campaign.pack.model import Fact, Moment, Pack


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of the unit chart, by its top left corner; `part` is drawn lighter."""

    x: int
    y: int
    part: bool


@dataclass(frozen=True, slots=True)
class UnitChart:
    """One mark for each `scale` units of a figure. Lengths are SVG units."""

    marks: tuple[Mark, ...]
    scale: int
    width: int
    height: int


COLUMNS, STEP_X, STEP_Y, MARK_HEIGHT = 34, 12, 27, 20


def unit_chart(pack: Pack) -> UnitChart:
    """The pack's picture: marks for the whole, the last ones lighter for the part."""
    drawn = pictures.marks(pack, pictures.MOST_ON_PAGE)
    first_light = drawn.whole - drawn.part
    marks = tuple(
        Mark(n % COLUMNS * STEP_X, n // COLUMNS * STEP_Y, n >= first_light) for n in range(drawn.whole)
    )
    rows = max(-(-drawn.whole // COLUMNS), 1)
    height = rows * STEP_Y - (STEP_Y - MARK_HEIGHT)
    return UnitChart(marks, drawn.scale, COLUMNS * STEP_X - 7, height)


def one_mark(pack: Pack, scale: int, language: str) -> str:
    """What one mark of the unit chart stands for, such as '1,000 people'."""
    return pictures.one_mark(pack, scale, language)


def compared(pack: Pack, comparison: str) -> list[tuple[Fact, float]]:
    """The facts of a comparison, the oldest first and those without a date last, each with its bar's length.

    A length is a share of the largest value, from 0 to 100.
    """
    facts = [fact for fact in pack.facts.values() if fact.compare == comparison and fact.value is not None]
    facts.sort(key=lambda fact: (fact.as_of is None, fact.as_of or Day(1)))
    most = max((fact.value or 0 for fact in facts), default=0)
    return [
        (fact, round(float(max(fact.value or 0, 0) / most * 100), 1) if most > 0 else 0.0) for fact in facts
    ]


@dataclass(frozen=True, slots=True)
class Dot:
    """One moment on the timeline's picture, or as many as its scale says that lie side by side."""

    x: float
    y: float
    moment: Moment
    later: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A label under the axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the axis with a scale of its own, and what it covers in words."""

    x: float
    width: float
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Timeline:
    """Dots above an axis in two scales: the dense days first, then the years after them.

    A dot stands for up to `scale` moments.
    """

    dots: tuple[Dot, ...]
    scale: int
    ticks: tuple[Tick, ...]
    break_x: float
    statement_x: float
    width: int
    height: int
    axis_y: int


#: Most dots above each other, and most years that have a label.
MOST_ROWS, MOST_YEARS = 24, 12

WIDTH, RADIUS = 1000, 6
COLUMN, ROW = RADIUS * 2 + 3, RADIUS * 2 + 4


def timeline(pack: Pack) -> Timeline:
    """Where the moments go. The month with the most moments gets half of the width."""
    dense, sparse = _spans(pack.timeline)
    stacks: dict[int, list[Moment]] = {}
    for moment in pack.timeline:
        stacks.setdefault(round(_place(_day(moment), dense, sparse) / COLUMN), []).append(moment)
    scale = -(-max(map(len, stacks.values())) // MOST_ROWS)
    shown = {column: moments[::scale] for column, moments in stacks.items()}
    axis_y = 24 + max(map(len, shown.values())) * ROW
    statement_date = pack.statement_date
    dots = tuple(
        Dot(column * COLUMN, axis_y - 4 - (n + 1) * ROW + RADIUS, moment, moment.date.after(statement_date))
        for column, moments in shown.items()
        for n, moment in enumerate(moments)
    )
    statement_x = _place(statement_date.first(), dense, sparse)
    ticks = (*_day_ticks(dense), *_year_ticks(dense, sparse))
    return Timeline(dots, scale, ticks, sparse.x, statement_x, WIDTH, axis_y + 34, axis_y)


def _day(moment: Moment) -> date:
    return date(moment.date.year, moment.date.month or 7, moment.date.day or 15)


def _spans(moments: Sequence[Moment]) -> tuple[Span, Span]:
    """The month with most moments, and all that comes after it."""
    months = [(moment.date.year, moment.date.month or 1) for moment in moments]
    year, month = max(set(months), key=lambda candidate: (months.count(candidate), candidate))
    # The calendar ends with the year 9999.
    after = date(year + month // 12, month % 12 + 1, 1) if (year, month) != (9999, 12) else date.max
    last = max(_day(moment) for moment in moments)
    dense = Span(20, WIDTH * 0.48, date(year, month, 1), after)
    start = dense.x + dense.width + 30
    return dense, Span(start, WIDTH - start - 30, after, max(last, date(min(after.year + 1, 9999), 1, 1)))


def _place(day: date, dense: Span, sparse: Span) -> float:
    span = dense if day < dense.last else sparse
    share = (day - span.first).days / max((span.last - span.first).days, 1)
    return round(span.x + min(max(share, 0), 1) * span.width, 1)


def _day_ticks(span: Span) -> list[Tick]:
    days = range(1, 29, 5)
    return [Tick(_place(span.first.replace(day=n), span, span), str(n)) for n in days]


def _year_ticks(dense: Span, sparse: Span) -> list[Tick]:
    years = range(sparse.first.year + 1, sparse.last.year + 1)
    years = years[:: -(-len(years) // MOST_YEARS) or 1]
    return [Tick(_place(date(year, 1, 1), dense, sparse), str(year)) for year in years]


def dense_month(pack: Pack) -> date:
    """The month that the left half of the timeline shows day by day."""
    return _spans(pack.timeline)[0].first
