"""One clock: tests can set it, and nothing else of ours asks the system for the time."""

from __future__ import annotations

import ast
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from campaign import clock
from tests.tools import ROOT

ALMATY = ZoneInfo("Asia/Almaty")
LATE = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)


def test_the_time_is_that_of_the_machine_in_utc() -> None:
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC) and clock.now().tzinfo is UTC
    assert abs(clock.seconds() - before.timestamp()) < 5


def test_a_day_is_that_of_the_time_zone_and_of_utc_without_one() -> None:
    with clock.use(lambda: LATE):
        assert clock.today() == clock.today(UTC) == date(2026, 11, 24)
        assert clock.today(ALMATY) == date(2026, 11, 25)
    with clock.use(lambda: datetime(2026, 11, 25, 3, 0, tzinfo=UTC)):
        assert clock.today(ZoneInfo("America/Los_Angeles")) == date(2026, 11, 24)


def test_a_source_in_another_time_zone_gives_the_same_instant_in_utc() -> None:
    with clock.use(lambda: LATE.astimezone(timezone(timedelta(hours=5)))):
        assert clock.now() == LATE and clock.now().tzinfo is UTC and clock.seconds() == LATE.timestamp()


def test_a_source_holds_in_every_thread_until_its_block_ends_whatever_happens_in_it() -> None:
    seen: list[datetime] = []
    with clock.use(lambda: LATE):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
        with pytest.raises(ZeroDivisionError), clock.use(lambda: LATE + timedelta(days=1)):
            assert clock.today() == date(2026, 11, 25)
            raise ZeroDivisionError
        assert clock.now() == LATE
    assert seen == [LATE]
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


# nothing else asks the system

#: Functions that read the machine's clock, by the class or module that has them.
BARRED = {
    "date": {"today"},
    "datetime": {"now", "today", "utcnow"},
    "time": {"ctime", "gmtime", "localtime", "strftime", "time", "time_ns"},
}


def asks(source: str) -> Iterator[str]:
    """What a source asks the system for the time with, as it is written there."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value).rpartition(".")[2]
            if node.attr in BARRED.get(owner, ()):
                yield ast.unparse(node)
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (alias.name for alias in node.names if alias.name in BARRED["time"])


@pytest.mark.parametrize(
    "path", sorted((ROOT / "campaign").rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_nothing_but_the_clock_asks_the_system_for_the_time(path: Path) -> None:
    found = list(asks(path.read_text(encoding="utf-8")))
    assert found == (["datetime.now"] if path == ROOT / "campaign" / "clock.py" else [])


@pytest.mark.parametrize(
    "source",
    [
        "date.today()",
        "datetime.date.today()",
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "f(default=time.time)",
        "time.localtime()",
        "time.gmtime()",
        "time.strftime('%Y')",
        "from time import time",
    ],
)
def test_the_search_finds_each_way_to_ask(source: str) -> None:
    assert list(asks(source))


@pytest.mark.parametrize("source", ["clock.today()", "clock.now()", "time.monotonic()", "at.strftime('%Y')"])
def test_the_search_lets_the_clock_and_measured_durations_pass(source: str) -> None:
    assert not list(asks(source))
