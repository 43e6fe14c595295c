"""Visits are sums: added up in memory, written together, from ten up, and nothing of anyone."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError

from campaign.counts import visits
from campaign.counts.visits import SHOWN_FROM, FormKind, Step, VisitCounts, held_back
from campaign.database import Base, db
from campaign.services import service
from tests.counts.test_counts import trees
from tests.tools import DAY, ROOT, until

__all__ = ["trees"]

NEXT = DAY + timedelta(days=1)


def counts_of(app: Flask, day: date = DAY) -> VisitCounts:
    """The sums of a process on a day."""
    return VisitCounts(service(Engine, app), lambda _slug: day)


def add(counts: VisitCounts, number: int, step: Step = Step.OPENED) -> None:
    for _ in range(number):
        counts.add("trees", FormKind.PETITION, step)


def rows(app: Flask) -> list[tuple[Any, ...]]:
    with app.app_context():
        query = text("SELECT day, form, step, count FROM visit_tally ORDER BY day, form, step")
        return [(str(row[0]), *row[1:]) for row in db.session.execute(query)]


@contextmanager
def failing(engine: Engine, when: str) -> Iterator[None]:
    """Each time something like this happens on the engine, the database is away."""

    def fail(*_: object) -> None:
        raise OperationalError("", None, Exception("the database is away"))

    event.listen(engine, when, fail)
    try:
        yield
    finally:
        event.remove(engine, when, fail)


#: A process that counts five visits, writes them, counts two more, and is killed.
KILLED = """
import datetime, os, signal, sys
from sqlalchemy import create_engine
from campaign.counts.visits import FormKind, Step, VisitCounts
counts = VisitCounts(create_engine(sys.argv[1]), lambda slug: datetime.date(2026, 11, 24))
for number in range(7):
    counts.add("trees", FormKind.PETITION, Step.OPENED)
    if number == 4:
        counts.write()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_nothing_is_written_until_the_sums_are_added_together(trees: Flask) -> None:
    counts = counts_of(trees)
    add(counts, 3)
    counts.add("trees", FormKind.LETTERS, Step.FINISHED)
    assert rows(trees) == []
    assert counts.write() == 2 and counts.write() == 0
    assert rows(trees) == [(str(DAY), "letters", "finished", 1), (str(DAY), "petition", "opened", 3)]


@pytest.mark.reliability(1)
def test_a_process_that_is_killed_loses_what_it_had_not_written_and_nothing_else(trees: Flask) -> None:
    address = service(Engine, trees).url.render_as_string(hide_password=False)
    run = subprocess.run([sys.executable, "-c", KILLED, address], cwd=ROOT, check=False)
    assert run.returncode == -signal.SIGKILL
    after = counts_of(trees)  # the process that takes its place begins with nothing in memory
    add(after, 1)
    after.write()
    assert rows(trees) == [(str(DAY), "petition", "opened", 6)]


def test_processes_and_threads_add_up(trees: Flask) -> None:
    both = [counts_of(trees), counts_of(trees)]

    def visit(counts: VisitCounts) -> None:
        for number in range(60):
            add(counts, 1, list(Step)[number % 3])
            if number % 10 == 9:
                counts.write()

    threads = [threading.Thread(target=visit, args=(counts,)) for counts in both for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for counts in both:
        counts.write()
    assert [row[-1] for row in rows(trees)] == [80, 80, 80]


@pytest.mark.reliability(17)
def test_what_could_not_be_written_is_kept_until_the_database_is_back(trees: Flask) -> None:
    counts, engine = counts_of(trees), service(Engine, trees)
    add(counts, 4)
    with failing(engine, "begin"), pytest.raises(OperationalError):
        counts.write()
    add(counts, 1)
    assert counts.write() == 1
    assert rows(trees) == [(str(DAY), "petition", "opened", 5)]


@pytest.mark.reliability(17)
def test_a_commit_of_which_nobody_knows_is_not_repeated(trees: Flask) -> None:
    counts, engine = counts_of(trees), service(Engine, trees)
    add(counts, 4)
    with failing(engine, "commit"), pytest.raises(OperationalError):
        counts.write()
    engine.dispose()  # its transaction is still open
    assert counts.write() == 0


def test_a_thread_writes_by_itself_and_an_error_does_not_end_it(trees: Flask) -> None:
    counts, engine = counts_of(trees), service(Engine, trees)
    add(counts, 2)
    with failing(engine, "begin"):
        stopped = visits.keep_writing(counts, every=0.01)
        until(counts.waiting)
    until(lambda: rows(trees))
    stopped.set()
    assert rows(trees) == [(str(DAY), "petition", "opened", 2)]


def test_the_last_sums_are_written_when_a_process_ends_and_the_database_keeps_it_from_nothing(
    trees: Flask,
) -> None:
    counts = counts_of(trees)
    add(counts, 2)
    with failing(service(Engine, trees), "begin"):
        visits.write_last(counts)
    visits.write_last(counts)
    assert rows(trees) == [(str(DAY), "petition", "opened", 2)]


def test_a_campaign_that_is_gone_is_passed_over(trees: Flask) -> None:
    counts = counts_of(trees)
    counts.add("nowhere", FormKind.LETTERS, Step.OPENED)
    add(counts, 1)
    counts.write()
    assert rows(trees) == [(str(DAY), "petition", "opened", 1)]
    assert counts.waiting() == {}


def test_a_sum_is_of_the_day_on_which_it_is_written_so_that_no_past_day_changes(trees: Flask) -> None:
    today = [DAY]
    counts = VisitCounts(service(Engine, trees), lambda _slug: today[0])
    add(counts, 1)
    counts.write()
    add(counts, 2)
    today[0] = NEXT
    counts.write()
    assert [(row[0], row[-1]) for row in rows(trees)] == [(str(DAY), 1), (str(NEXT), 2)]


STEPS = st.lists(
    st.tuples(st.sampled_from(list(FormKind)), st.sampled_from(list(Step)), st.integers(1, 30)), max_size=20
)


@pytest.mark.security(57, 59)
@given(STEPS)
def test_memory_and_rows_hold_a_campaign_a_form_a_step_and_a_number(
    made: list[tuple[FormKind, Step, int]],
) -> None:
    expected: Counter[tuple[str, FormKind, Step]] = Counter()
    counts = VisitCounts(create_engine("sqlite://"), lambda _slug: DAY)
    for form, step, number in made:
        for _ in range(number):
            counts.add("trees", form, step)
        expected["trees", form, step] += number
    assert counts.waiting() == expected
    held = {name: value for name, value in vars(counts).items() if name not in {"_engine", "_today", "_lock"}}
    assert held == {"_sums": expected}


@pytest.mark.security(57, 59)
def test_the_table_has_no_column_for_anything_else() -> None:
    columns = {column.name for column in Base.metadata.tables["visit_tally"].columns}
    assert columns == {"campaign_id", "day", "form", "step", "count"}


DAYS = st.dictionaries(
    st.integers(0, 40).map(lambda n: DAY + timedelta(days=n)), st.integers(1, 30), max_size=30
)


@pytest.mark.security(60)
@given(DAYS, st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_no_two_periods_differ_by_fewer_than_ten(
    days: dict[date, int], first: int, last: int, other: int
) -> None:
    shown = held_back(days)

    def total(begin: int, end: int) -> int:
        return sum(n for day, n in shown.items() if begin <= (day - DAY).days <= end)

    for one, two in ((total(first, last), total(first, other)), (total(first, last), total(other, last))):
        assert one == two or abs(one - two) >= SHOWN_FROM
    assert 0 <= sum(days.values()) - sum(shown.values()) < SHOWN_FROM


@pytest.mark.security(60)
def test_a_small_day_is_added_to_the_next(trees: Flask) -> None:
    for day, number in ((DAY, 12), (NEXT, 4), (NEXT + timedelta(days=1), 7), (NEXT + timedelta(days=2), 3)):
        counts = counts_of(trees, day)
        add(counts, number)
        counts.write()
    with trees.app_context():
        campaign = db.session.execute(text("SELECT id FROM campaign")).scalar_one()
        found = visits.by_day(db.session, campaign, FormKind.PETITION, NEXT + timedelta(days=5))
        assert found[Step.OPENED] == {DAY: 12, NEXT + timedelta(days=1): 11}
        assert found[Step.BEGUN] == {}
        # What is counted later changes nothing of the days before.
        assert visits.by_day(db.session, campaign, FormKind.PETITION, NEXT)[Step.OPENED] == {DAY: 12}
