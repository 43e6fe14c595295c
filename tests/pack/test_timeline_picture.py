"""The timeline's picture: an event is where its date is, over any span of time, and nowhere else."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.pack.files import parse
from campaign.pack.model import Pack
from campaign.pack.timeline_picture import COLUMN, GAP, Timeline, day_of, timeline
from tests.minimal import FILES

#: The events of a campaign that was told that its oldest ones were of July 2023.
LONG = ["1957", "1961-11", "2012-08-31", *(f"2023-07-{day:02}" for day in (1, 4, 4, 9, 20, 31)), "2024-02-03"]


def pack_of(*days: str, statement: str = "2020-05-01") -> Pack:
    entries = "".join(f"- {{key: m{n}, date: {day}, source: plea, text: x}}\n" for n, day in enumerate(days))
    sources = FILES["sources.yaml"].replace("2020-05-01", statement)
    return parse({**FILES, "sources.yaml": sources, "timeline.yaml": "timeline:\n" + entries})


def drawn(*days: str, statement: str = "2020-05-01") -> Timeline:
    return timeline(pack_of(*days, statement=statement), "en")


def place(line: Timeline, day: str) -> float:
    return next(dot.x for dot in line.dots if str(dot.moment.date) == day)


def test_events_of_decades_ago_are_not_in_the_month_that_has_most() -> None:
    line = drawn(*LONG, statement="2024-01-15")
    before, dense, after = line.stretches
    assert (dense.first, dense.end) == (date(2023, 7, 1), date(2023, 8, 1))
    for day in LONG[:3]:
        assert before.x <= place(line, day) <= before.x + before.width
    assert place(line, "2024-02-03") >= after.x
    assert len(line.breaks) == 2 and all(x + GAP / 2 in {dense.x, after.x} for x in line.breaks)


def test_equal_times_have_equal_lengths() -> None:
    line = drawn("1900", "1925", "1950", "2000", statement="2000-01-01")
    (stretch,) = line.stretches
    a_year = stretch.width / stretch.days * 365.25
    first = place(line, "1900")
    for year in (1925, 1950, 2000):
        assert place(line, str(year)) - first == pytest.approx((year - 1900) * a_year, abs=COLUMN)


@pytest.mark.parametrize(
    ("statement", "first"),
    [("1950-05-01", True), ("2031-01-01", False)],
)
def test_the_statement_is_on_the_axis_although_nothing_else_is_there(statement: str, first: bool) -> None:
    line = drawn("2000-01-01", "2005-01-01", statement=statement)
    assert line.statement_x is not None
    others = [dot.x for dot in line.dots]
    assert line.statement_x < min(others) if first else line.statement_x > max(others)


@pytest.mark.parametrize(
    ("days", "labels", "headings"),
    [
        (["2022-01-03", "2022-01-20"], {"1", "3", "31"}, ["January 2022"]),
        (["2021-11-03", "2022-03-20"], {"Nov", "Jan", "Mar"}, ["2021", "2022"]),
        (["1957", "2023"], {"1960", "2020"}, []),
        (["0001", "9999"], {"1000", "5000", "9000"}, []),
    ],
)
def test_labels_fit_the_span(days: list[str], labels: set[str], headings: list[str]) -> None:
    line = drawn(*days, statement=days[-1] if len(days[-1]) == 10 else f"{days[-1]}-01-01")
    assert labels <= {tick.label for tick in line.ticks}
    assert [tick.label for tick in line.headings] == headings
    gaps = [b.x - a.x for a, b in itertools.pairwise(line.ticks)]
    assert min(gaps) >= 24


def test_labels_are_in_the_digits_and_months_of_the_language() -> None:
    pack = pack_of("2021-11-03", "2022-03-20", statement="2022-03-20")
    assert "нояб." in {tick.label for tick in timeline(pack, "ru").ticks}


def test_a_date_without_a_month_does_not_make_a_month_dense() -> None:
    line = drawn("1990", "2021", "2021", "2021", "2021", "2021", "2021", statement="2021-12-01")
    assert len(line.stretches) == 1


@pytest.mark.slow
@given(
    st.lists(st.dates(date(1, 1, 1), date(9999, 12, 31)), min_size=1, max_size=30),
    st.dates(date(1, 1, 1), date(9999, 12, 31)),
)
@settings(max_examples=150)
def test_every_event_is_on_the_stretch_that_has_its_day_and_in_order(days: list[date], stated: date) -> None:
    line = drawn(*(day.isoformat() for day in days), statement=stated.isoformat())
    for before, after in itertools.pairwise(line.stretches):
        assert before.end <= after.first and before.x + before.width + GAP == pytest.approx(after.x, abs=0.3)
    for dot in line.dots:
        (stretch,) = [
            one
            for one in line.stretches
            if one.first <= day_of(dot.moment.date) < one.end
            or (one.end == date.max and day_of(dot.moment.date) == date.max)
        ]
        assert stretch.x <= dot.x <= stretch.x + stretch.width + 0.2
        assert abs(dot.x - stretch.place(day_of(dot.moment.date))) <= COLUMN
    places = [dot.x for dot in sorted(line.dots, key=lambda dot: dot.moment.date)]
    assert places == sorted(places)


@pytest.mark.parametrize("count", [1, 5, 40])
def test_a_campaign_of_one_day_has_an_axis(count: int) -> None:
    day = (date(2024, 2, 29) + timedelta()).isoformat()
    line = drawn(*([day] * count), statement=day)
    assert len(line.stretches) == 1 and {dot.x for dot in line.dots} == {place(line, day)}
