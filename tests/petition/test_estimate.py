"""The number of people is right at every size, though strangers share slots of the index."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from campaign.petition.estimate import SLOTS, IndexTotals, people
from campaign.petition.ledger import Entry, Ledger, PaperSignature
from campaign.petition.models import SignatureTally
from campaign.petition.public_counts import count
from campaign.services import service
from tests.petition.conftest import TODAY, Petition


def filled(number: int) -> int:
    """How many slots so many people fill on average."""
    return round(SLOTS * -math.expm1(-number / SLOTS))


@pytest.mark.parametrize("number", [0, 1, 10, 1_000, 100_000, 1_000_000, 6_000_000, 10_000_000, 50_000_000])
def test_the_filled_slots_give_the_number_of_people(number: int) -> None:
    assert abs(people(filled(number)) - number) <= 1 + number / 10_000


@pytest.mark.parametrize("number", [1_000, 100_000, 6_000_000, 10_000_000])
def test_the_total_is_within_a_thousandth_with_twins_and_a_flood_of_one_address(number: int) -> None:
    slots = filled(number)
    twins, flood = number // 100, 100_000
    waiting = number - slots + twins + flood
    totals = IndexTotals(counted=slots, waiting=waiting, sharing=waiting)
    assert abs(totals.total - number) <= max(1, number / 1_000)


@pytest.mark.parametrize(
    ("totals", "total"),
    [
        (IndexTotals(), 0),
        (IndexTotals(counted=7), 7),
        (IndexTotals(counted=7, waiting=3, sharing=3), 7),  # in a small petition a shared slot is one person
        (IndexTotals(counted=5_063_936, waiting=0, sharing=955_649), 5_063_936),  # trustees have decided all
        (IndexTotals(counted=-1), 0),
        (IndexTotals(counted=SLOTS * 2, waiting=5, sharing=5), SLOTS * 2 + 5),
    ],
)
def test_the_total_is_exact_where_no_slot_is_shared_and_after_the_trustees_have_decided(
    totals: IndexTotals, total: int
) -> None:
    assert totals.total == total


def test_once_trustees_have_decided_on_half_the_other_half_is_still_estimated() -> None:
    number = 6_000_000
    slots = filled(number)
    hidden = number - slots
    settled = hidden // 2
    totals = IndexTotals(counted=slots + settled, waiting=hidden - settled, sharing=hidden, beside=-settled)
    assert abs(totals.total - number) < number / 1_000


def test_the_public_countries_and_days_have_their_share_of_what_waits(petition: Petition) -> None:
    ledger: Ledger = service(Ledger, petition.app)
    yesterday = TODAY.replace(day=TODAY.day - 1)
    campaign, chance = petition.campaign, random.Random(3)
    for n in range(40):
        link = petition.link(country="FR" if n % 4 else "KZ", slot=chance.randrange(20))
        ledger.confirm(campaign, link, yesterday)
    with Session(service(Engine, petition.app)) as session:
        # As if the table were nearly full: then most of what waits is genuine.
        counted = petition.total
        session.add(
            SignatureTally(
                campaign_id=campaign, day=yesterday, country="DE", way="online", shard=3, count=SLOTS // 2
            )
        )
        session.flush()
        numbers = count(session, datetime(2026, 11, 24, 12, tzinfo=UTC))["trees"]
    waiting = 40 - counted
    assert numbers.total == counted + SLOTS // 2 + waiting
    assert numbers.countries["FR"] + numbers.countries["KZ"] == 40
    assert numbers.days[yesterday] == numbers.total


@pytest.mark.slow
def test_a_sheet_with_a_taken_slot_waits_in_its_country(petition: Petition) -> None:
    ledger: Ledger = service(Ledger, petition.app)
    rows = [PaperSignature(n, 5, "KZ", b"sealed") for n in (11, 12, 13)]
    with service(Engine, petition.app).execution_options(writes=True).begin() as connection:
        assert ledger.bring_in(connection, petition.campaign, rows, TODAY) == 2
        assert ledger.settle(connection, petition.campaign, 12, Entry(TODAY, "KZ"))
    assert petition.number("SELECT sum(waiting) FROM index_tally WHERE country = 'KZ'") == 1
    assert petition.number("SELECT sum(sharing) FROM index_tally") == 2
