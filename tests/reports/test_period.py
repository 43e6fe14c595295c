"""The days of a report: usual ones, nonsense in words, and never today."""

from __future__ import annotations

from datetime import date

import pytest

from campaign.reports import period
from campaign.reports.period import Period, PeriodError

TODAY = date(2026, 11, 27)

GOOD = {
    ("", ""): Period(date(2026, 10, 28), date(2026, 11, 26)),
    ("2026-11-01", ""): Period(date(2026, 11, 1), date(2026, 11, 26)),
    ("", "2026-03-01"): Period(date(2026, 1, 31), date(2026, 3, 1)),
    (" 2026-11-26 ", "2026-11-26"): Period(date(2026, 11, 26), date(2026, 11, 26)),
    ("", "0001-01-05"): Period(date(1, 1, 1), date(1, 1, 5)),
}

BAD = {
    ("2026-11-02", "2026-11-01"): ("first", "The first day is after the last one"),
    ("2026-11-31", ""): ("first", "year-month-day"),
    ("", "yesterday"): ("last", "year-month-day"),
    ("", "2026-11-27"): ("last", "choose 2026-11-26 or an earlier day"),
    ("2027-01-01", ""): ("first", "after the last one"),
    ("1999-01-01", ""): ("first", "ten years at most"),
}


@pytest.mark.parametrize("typed", GOOD)
def test_a_period_is_thirty_days_to_yesterday_or_what_was_typed(typed: tuple[str, str]) -> None:
    assert period.read(*typed, TODAY) == GOOD[typed]


@pytest.mark.parametrize("typed", BAD)
def test_a_period_that_makes_no_sense_is_said_beside_its_field(typed: tuple[str, str]) -> None:
    with pytest.raises(PeriodError) as refused:
        period.read(*typed, TODAY)
    assert (refused.value.field, BAD[typed][1] in str(refused.value)) == (BAD[typed][0], True)
