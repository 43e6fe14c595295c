"""The table of budgets: counted by a moved clock, told in the handbook, and the only place where a budget is."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign import clock
from campaign.web import budgets
from campaign.web.budgets import BUDGETS, Beyond, Budget, Key
from campaign.web.counters import MemoryCounter
from campaign.web.limits import Budgets
from tests.tools import ROOT

DAY = 11 * 86_400.0  # when a window of each length begins
HANDBOOK = ROOT / "campaign" / "handbook" / "en" / "operators.md"


class Time:
    """A clock in seconds since 1970."""

    def __init__(self, seconds: float = DAY) -> None:
        self.seconds = seconds

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


@pytest.fixture
def time() -> Iterator[Time]:
    moved = Time()
    with clock.use(moved):
        yield moved


def test_the_handbook_has_the_table_as_it_is_in_the_code() -> None:
    lines = HANDBOOK.read_text(encoding="utf-8").splitlines()
    table = budgets.as_markdown()
    assert table[0] in lines, "\n".join(table)
    start = lines.index(table[0])
    assert lines[start : start + len(table) + 1] == [*table, ""], "\n".join(table)


def test_every_budget_is_in_the_table_once_and_nowhere_else() -> None:
    assert len({budget.name for budget in BUDGETS}) == len(BUDGETS)
    declared = {value for value in vars(budgets).values() if isinstance(value, Budget)}
    assert declared == set(BUDGETS)
    for path in (ROOT / "campaign").rglob("*.py"):
        if path.name == "budgets.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "Budget", path
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not node.value.endswith((" per minute", " per hour", " per day")), path


def test_every_budget_says_who_meets_it() -> None:
    for budget in BUDGETS:
        assert budget.class_of_30 and budget.carrier and budget.attacker, budget.name


@pytest.mark.slow
@pytest.mark.parametrize("budget", BUDGETS, ids=lambda budget: budget.name)
def test_one_attacker_with_ten_thousand_requests_a_minute_is_held_to_the_table(
    budget: Budget, time: Time
) -> None:
    counted = Budgets()
    steps, taken = [0] * (budgets.STEPS + 1), 0
    for number in range(10_000):
        time.seconds = DAY + number * 60 / 10_000
        if budget.beyond in {Beyond.HARDER, Beyond.WAIT}:
            steps[counted.add(budget, "x").step] += 1
        else:
            taken += counted.spend(budget, "x").within
    if budget.beyond in {Beyond.HARDER, Beyond.WAIT}:
        # Each doubling is one step; all but the first 8 times the budget are at the last step.
        expected = [budget.most * factor for factor in (1, 1, 2, 4)]
        for step, most in enumerate(expected[: 2 if budget is budgets.CHALLENGE_OF_ALL else 4]):
            assert abs(steps[step] - most) <= 1 + most // 50, (budget.name, steps)
    else:
        # A minute can lie in two windows, so at most twice the rate of one.
        assert budget.most <= taken <= 2 * budget.most, budget.name


def test_the_first_step_is_for_everybody_again_after_the_flood(time: Time) -> None:
    counted = Budgets()
    for _ in range(10_000):
        counted.add(budgets.CHALLENGE, "x")
    assert counted.look(budgets.CHALLENGE, "x").step == budgets.STEPS
    assert counted.look(budgets.CHALLENGE, "y").step == 0
    time.seconds += 2 * budgets.CHALLENGE.seconds
    assert counted.look(budgets.CHALLENGE, "x").step == 0


@given(
    seed=st.integers(0, 10_000), most=st.integers(1, 50), seconds=st.sampled_from([60, 300, 3_600]),
)  # fmt: skip
def test_whoever_waits_as_long_as_told_is_let_in_and_no_sooner_than_the_rate_allows(
    seed: int, most: int, seconds: int
) -> None:
    chance, time = random.Random(seed), Time()
    budget = Budget("x", "", Key.NETWORK, most, seconds, Beyond.REFUSED, "", "", "")
    counted, taken = Budgets(), []
    with clock.use(time):
        for _ in range(200):
            usage = counted.spend(budget, "x")
            if usage.within:
                taken.append(time.seconds)
            elif chance.random() < 0.5:
                time.seconds += usage.wait
                assert counted.spend(budget, "x").within
                taken.append(time.seconds)
            time.seconds += chance.random() * seconds / most
    for start in taken:
        assert sum(start <= at < start + seconds for at in taken) <= 2 * most


def test_a_counter_keeps_two_windows_and_no_more(time: Time) -> None:
    counter = MemoryCounter()
    for number in range(100):
        counter.add(f"x{number}", 60, 1)
        time.seconds += 60
    assert sum(len(current) + len(previous) for _, current, previous in counter._windows.values()) <= 2
