"""The timeline as a picture: where each event is on an axis that is true over any span of time.

On a stretch of the axis, equal lengths are equal times. A month with many events gets a stretch of its
own, day by day; between stretches the axis is broken, and the break is drawn. Every day has one place:
none is moved to the edge of a stretch that does not contain it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

from babel.dates import format_date

from campaign.languages.data import locale
from campaign.languages.dates import Day
from campaign.languages.numbers import in_own_digits
from campaign.pack.model import Moment, Pack

#: Units of the picture: its width, that on a phone, its margins, the gap of a break, the radius of a dot.
WIDTH, NARROW, EDGE, GAP, RADIUS = 1000, 340, 20, 34, 6
COLUMN, ROW = RADIUS * 2 + 3, RADIUS * 2 + 4

#: Most dots above each other.
MOST_ROWS = 24

#: A month is drawn day by day if it has so many events, and such a share of all.
DENSE, DENSE_SHARE = 5, 0.25

#: The least space between two labels, for days, months and years, and the steps between labels. In a narrow
#: picture, labels are closer.
SPACE = {"day": 40, "month": 60, "year": 66}
CLOSER = 0.65
STEPS = {"day": (1, 2, 5, 10), "month": (1, 2, 3, 6), "year": (1, 2, 5, 10, 20, 25, 50)}


@dataclass(frozen=True, slots=True)
class Dot:
    """One event of the timeline, or as many as the picture's scale says that lie side by side."""

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
class Stretch:
    """A part of the axis with a scale of its own: from its first day to the day after its last."""

    x: float
    width: float
    first: date
    end: date

    def place(self, day: date) -> float:
        """Where a day is."""
        return round(self.x + (day - self.first).days / max(self.days, 1) * self.width, 1)

    @property
    def days(self) -> int:
        return (self.end - self.first).days

    @property
    def unit(self) -> str:
        """What its labels count."""
        return "day" if self.days <= 62 else "month" if self.days <= 1100 else "year"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Dots above an axis of one or more stretches. A dot stands for up to `scale` events.

    `headings` name the month or the year above the labels of days or months. `breaks` are the middles of
    the gaps between stretches. `statement_x` is None if there is no statement.
    """

    dots: tuple[Dot, ...]
    scale: int
    stretches: tuple[Stretch, ...]
    ticks: tuple[Tick, ...]
    headings: tuple[Tick, ...]
    breaks: tuple[float, ...]
    statement_x: float | None
    width: int
    height: int
    axis_y: int

    def dots_of(self, kind: str) -> tuple[Dot, ...]:
        """The dots of one kind: stated, other or later."""
        return tuple(dot for dot in self.dots if _kind_of(dot) == kind)


def _kind_of(dot: Dot) -> str:
    return "later" if dot.later else "stated" if dot.moment.stated else "other"


def timeline(pack: Pack, language: str, width: int = WIDTH) -> Timeline:
    """The picture of the pack's timeline, which has at least one event."""
    stated = pack.statement_date
    days = [day_of(moment.date) for moment in pack.timeline]
    dated = [day for day, moment in zip(days, pack.timeline, strict=True) if moment.date.month]
    stretches = _stretches(days, _dense_month(dated, len(days)), stated.first() if stated else None, width)
    stacks: dict[float, list[Moment]] = {}
    for day, moment in zip(days, pack.timeline, strict=True):
        stacks.setdefault(_column(_stretch_of(day, stretches), day), []).append(moment)
    scale = -(-max(map(len, stacks.values())) // MOST_ROWS)
    shown = {x: moments[::scale] for x, moments in stacks.items()}
    axis_y = 24 + max(map(len, shown.values())) * ROW
    dots = tuple(
        Dot(x, axis_y - 4 - (n + 1) * ROW + RADIUS, moment, pack.is_later(moment.date))
        for x, moments in shown.items()
        for n, moment in enumerate(moments)
    )
    headings = tuple(_headings(stretches, language))
    return Timeline(
        dots,
        scale,
        stretches,
        tuple(tick for stretch in stretches for tick in _ticks(stretch, language, width)),
        headings,
        tuple(stretch.x - GAP / 2 for stretch in stretches[1:]),
        _stretch_of(stated.first(), stretches).place(stated.first()) if stated else None,
        width,
        axis_y + (58 if headings else 34),
        axis_y,
    )


def day_of(day: Day) -> date:
    """Where a date is drawn: a year or a month that is all a source says, in its middle."""
    return date(day.year, day.month or 7, day.day or (15 if day.month else 1))


# stretches


def _stretches(
    days: Sequence[date], dense: tuple[date, date] | None, statement: date | None, width: int
) -> tuple[Stretch, ...]:
    """The stretches of the axis, in the order of time; together they have every day."""
    every = [*days, *([statement] if statement else [])]
    first, end = _bounds(min(every), max(every))
    parts = [(first, end)]
    if dense and (end - first).days > 400:
        parts = [(first, dense[0]), dense, (dense[1], end)]
        parts = [part for part in parts if part == dense or any(part[0] <= day < part[1] for day in every)]
        parts = [_trimmed(part, every) if part != dense else part for part in parts]
    return tuple(_placed(parts, days, width))


def _bounds(first: date, last: date) -> tuple[date, date]:
    """Whole months around a short time, whole years around a long one."""
    if (last - first).days > 1100:
        return date(first.year, 1, 1), _year_after(last)
    return first.replace(day=1), _month_after(last)


def _trimmed(part: tuple[date, date], days: Sequence[date]) -> tuple[date, date]:
    """A stretch beside the dense month, without the years or months that have nothing at its other end."""
    inside = [day for day in days if part[0] <= day < part[1]]
    first, end = _bounds(min(inside), max(inside))
    return max(part[0], first), min(part[1], end)


def _dense_month(days: Sequence[date], total: int) -> tuple[date, date] | None:
    """The month with most events, the latest of equals, if it has enough of all."""
    months = Counter(day.replace(day=1) for day in days)
    month, count = max(months.items(), key=lambda item: (item[1], item[0]), default=(date.min, 0))
    if count < DENSE or count < DENSE_SHARE * total:
        return None
    return month, _month_after(month)


def _month_after(day: date) -> date:
    """The first of the next month; the calendar ends with the year 9999."""
    if (day.year, day.month) == (MAXYEAR, 12):
        return date.max
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _year_after(day: date) -> date:
    return date(day.year + 1, 1, 1) if day.year < MAXYEAR else date.max


def _placed(parts: Sequence[tuple[date, date]], days: Sequence[date], width: int) -> Iterator[Stretch]:
    """The stretches side by side; each has a fifth of the width or more, by its share of the events."""
    room = width - 2 * EDGE - GAP * (len(parts) - 1)
    shares = [sum(first <= day < end for day in days) / len(days) for first, end in parts]
    least = 0.2 if len(parts) > 1 else 0
    x: float = EDGE
    for (first, end), share in zip(parts, shares, strict=True):
        own = room * (least + share * (1 - least * len(parts)))
        yield Stretch(round(x, 1), round(own, 1), first, end)
        x += own + GAP


def _stretch_of(day: date, stretches: Sequence[Stretch]) -> Stretch:
    return next((one for one in stretches if one.first <= day < one.end), stretches[-1])


def _column(stretch: Stretch, day: date) -> float:
    """Where the dot of a day is: in columns, so that dots of neighbouring days do not overlap."""
    most = int(stretch.width // COLUMN)
    column = min(round((stretch.place(day) - stretch.x) / COLUMN), most)
    return round(stretch.x + column * COLUMN, 1)


# labels


def _ticks(stretch: Stretch, language: str, width: int) -> Iterator[Tick]:
    """Labels of days, months or years, as many as there is room for."""
    unit = stretch.unit
    starts = list({"day": _days, "month": _months, "year": _years}[unit](stretch))
    space = SPACE[unit] * (CLOSER if width < WIDTH else 1)
    room = max(int(stretch.width // space), 1)
    step = _step(unit, len(starts), room)
    wanted = [day for day in starts if _number(unit, day) % step == 0] or starts[:1]
    for day in wanted:
        yield Tick(stretch.place(day), _label(unit, day, language))


def _step(unit: str, count: int, room: int) -> int:
    """The least round step with which the labels have room."""
    power, steps = 1, STEPS[unit]
    while True:
        for step in steps:
            if count / (step * power) <= room:
                return step * power
        power *= 100 if unit == "year" else 10


def _number(unit: str, day: date) -> int:
    """What a step counts: days and months from the first, years as they are."""
    return {"day": day.day - 1, "month": day.month - 1, "year": day.year}[unit]


def _days(stretch: Stretch) -> Iterator[date]:
    return (stretch.first + timedelta(days=n) for n in range(stretch.days))


def _months(stretch: Stretch) -> Iterator[date]:
    day = stretch.first if stretch.first.day == 1 else _month_after(stretch.first)
    while day < stretch.end:
        yield day
        day = _month_after(day)


def _years(stretch: Stretch) -> Iterator[date]:
    years = (date(year, 1, 1) for year in range(stretch.first.year, stretch.end.year + 1))
    return (day for day in years if stretch.first <= day < stretch.end)


def _label(unit: str, day: date, language: str) -> str:
    if unit == "month":
        return in_own_digits(str(format_date(day, "LLL", locale=locale(language))), language)
    return in_own_digits(str(day.day if unit == "day" else day.year), language)


def _headings(stretches: Sequence[Stretch], language: str) -> Iterator[Tick]:
    """The month above labels of days, the year above labels of months."""
    starts: dict[str, Callable[[Stretch], Iterator[date]]] = {"day": _months, "month": _years}
    for stretch in stretches:
        if stretch.unit == "year":
            continue
        inner = list(starts[stretch.unit](stretch))
        if not inner or stretch.place(inner[0]) - stretch.x > SPACE["month"]:
            inner.insert(0, stretch.first)
        for day in inner:
            shown = Day(day.year, day.month if stretch.unit == "day" else 0)
            yield Tick(stretch.place(day), shown.show(language))
