"""Signatures in the database: once, all or nothing, and the tally is never another number than the records."""

from __future__ import annotations

import random
import threading
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from campaign.petition.comparison import compare
from campaign.petition.confirmation_queue import Job
from campaign.petition.estimate import IndexTotals
from campaign.petition.ledger import Entry, Ledger, Outcome, name_id
from campaign.petition.links import Confirmation, Withdrawal
from campaign.petition.public_counts import index_totals
from campaign.petition.statements import Statements
from campaign.services import service
from tests.petition.conftest import TODAY, Petition


def back_of(link: Confirmation) -> Withdrawal:
    return Withdrawal(link.record, link.slot, link.country, 20_000, bool(link.shown))


def difference(petition: Petition) -> int:
    with service(Engine, petition.app).connect() as connection:
        return compare(connection, petition.campaign).difference


@pytest.fixture
def ledger(petition: Petition) -> Ledger:
    found: Ledger = service(Ledger, petition.app)
    return found


@pytest.mark.reliability(10, 11)
def test_a_link_counts_once_however_often_its_button_is_pressed(petition: Petition, ledger: Ledger) -> None:
    link = petition.link()
    outcomes = [ledger.confirm(petition.campaign, link, TODAY) for _ in range(3)]
    assert outcomes == [Outcome.COUNTED, Outcome.AGAIN, Outcome.AGAIN]
    assert (petition.total, petition.records, difference(petition)) == (1, 1, 0)


@pytest.mark.security(63)
def test_a_withdrawn_signature_leaves_nothing_and_its_link_does_not_bring_it_back(
    petition: Petition, ledger: Ledger
) -> None:
    link = petition.link(shown="Ana Example")
    number = name_id(b"w" * 64, link.record)
    ledger.confirm(petition.campaign, link, TODAY, number)
    assert petition.number("SELECT count(*) FROM public_name") == 1
    outcomes = [ledger.withdraw(petition.campaign, back_of(link), TODAY, number) for _ in range(2)]
    assert outcomes == [Outcome.WITHDRAWN, Outcome.AGAIN]
    assert ledger.confirm(petition.campaign, link, TODAY) is Outcome.WITHDRAWN
    for table in ("signature", "seen", "public_name"):
        assert petition.number(f"SELECT count(*) FROM {table}") == 0
    assert (petition.total, difference(petition)) == (0, 0)
    # Signing anew works: it is another record.
    assert ledger.confirm(petition.campaign, petition.link(slot=link.slot), TODAY) is Outcome.COUNTED


def test_a_link_that_was_withdrawn_before_it_was_confirmed_never_counts(
    petition: Petition, ledger: Ledger
) -> None:
    link = petition.link()
    assert ledger.withdraw(petition.campaign, back_of(link), TODAY) is Outcome.NOTHING
    assert ledger.confirm(petition.campaign, link, TODAY) is Outcome.WITHDRAWN
    assert (petition.total, petition.records) == (0, 0)


def test_many_signatures_of_one_slot_are_all_kept_and_one_is_counted(
    petition: Petition, ledger: Ledger
) -> None:
    """One of them may be a stranger's, and nobody here can tell which."""
    for _ in range(50):
        assert ledger.confirm(petition.campaign, petition.link(slot=7), TODAY) is Outcome.COUNTED
    assert (petition.total, petition.records, difference(petition)) == (1, 50, 0)
    assert petition.number("SELECT count(*) FROM signature WHERE counted") == 1
    assert petition.number("SELECT sum(waiting) FROM index_tally") == 49


@pytest.mark.reliability(10)
def test_the_total_is_never_below_the_truth_when_the_first_of_two_is_withdrawn(
    petition: Petition, ledger: Ledger
) -> None:
    first, second = petition.link(slot=7), petition.link(slot=7)
    for link in (first, second):
        ledger.confirm(petition.campaign, link, TODAY)
    ledger.withdraw(petition.campaign, back_of(first), TODAY)
    assert (petition.total, petition.records, difference(petition)) == (1, 1, 0)
    ledger.withdraw(petition.campaign, back_of(second), TODAY)
    assert (petition.total, petition.records, difference(petition)) == (0, 0, 0)


def test_a_link_of_another_campaign_takes_nothing_from_this_one(petition: Petition, ledger: Ledger) -> None:
    link = petition.link()
    ledger.confirm(petition.campaign, link, TODAY)
    with service(Engine, petition.app).execution_options(writes=True).begin() as connection:
        other = connection.execute(
            text("INSERT INTO campaign (slug) VALUES ('stones') RETURNING id")
        ).scalar_one()
    assert ledger.withdraw(other, back_of(replace(link, record=link.record)), TODAY) is Outcome.NOTHING
    assert petition.records == 1


@pytest.mark.slow
def test_the_tally_is_by_day_and_country_and_a_withdrawal_is_of_its_own_day(
    petition: Petition, ledger: Ledger
) -> None:
    link = petition.link(country="KZ")
    ledger.confirm(petition.campaign, link, TODAY)
    ledger.withdraw(petition.campaign, back_of(link), TODAY.replace(day=25))
    with service(Engine, petition.app).connect() as connection:
        rows = connection.execute(
            text(
                "SELECT day, country, way, sum(count) FROM signature_tally GROUP BY day, country, way ORDER BY day"
            )
        ).all()
    assert [(str(day), country, way, int(count)) for day, country, way, count in rows] == [
        ("2026-11-24", "KZ", "online", 1), ("2026-11-25", "KZ", "online", -1),
    ]  # fmt: skip


def test_nothing_in_the_tables_tells_the_order_or_the_hour(petition: Petition, ledger: Ledger) -> None:
    links = [petition.link() for _ in range(20)]
    for link in links:
        ledger.confirm(petition.campaign, link, TODAY)
    with service(Engine, petition.app).connect() as connection:
        stored = [row[0] for row in connection.execute(text("SELECT id FROM signature ORDER BY id"))]
        columns = {
            key for row in connection.execute(text("SELECT * FROM signature")).mappings() for key in row
        }
        if connection.dialect.name == "sqlite":  # the table itself is kept in the order of the ids
            assert [row[0] for row in connection.execute(text("SELECT rowid FROM signature"))] == stored
    assert stored == sorted(link.record for link in links)
    # The day of erasure is the same for everybody who signs under an edition.
    assert columns == {"id", "campaign_id", "sealed", "counted", "erase_on"}


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("ccccwwvsp"), st.integers(0, 11)), max_size=40), st.randoms())
def test_whatever_happens_in_whatever_order_the_tally_equals_the_records(
    petition: Petition, ledger: Ledger, acts: list[tuple[str, int]], chance: random.Random
) -> None:
    links = [petition.link(slot=chance.randrange(5), country=chance.choice(["FR", "KZ"])) for _ in range(12)]
    for act, which in acts:
        link = links[which]
        if act == "c":
            ledger.confirm(petition.campaign, link, TODAY)
        elif act == "w":
            ledger.withdraw(petition.campaign, back_of(link), TODAY)
        else:
            entry = Entry(TODAY, link.country)
            with service(Engine, petition.app).execution_options(writes=True).begin() as connection:
                if act == "v":
                    ledger.void(connection, petition.campaign, link.record, entry)
                elif act == "s":
                    ledger.settle(connection, petition.campaign, link.record, entry)
                else:
                    ledger.pay(connection, petition.campaign, TODAY)
    assert difference(petition) == 0
    with Session(service(Engine, petition.app)) as session:
        totals = index_totals(session).get("trees", IndexTotals())
    assert totals.slots == petition.number("SELECT count(*) FROM seen")


def test_many_at_once_are_counted_each_once(petition: Petition, ledger: Ledger) -> None:
    links = [petition.link(slot=n // 2) for n in range(40)]
    campaign, outcomes = petition.campaign, []

    def press() -> None:
        for link in random.sample(links, len(links)):
            outcomes.append(ledger.confirm(campaign, link, TODAY))

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(Outcome.COUNTED) == 40
    assert (petition.total, petition.records, difference(petition)) == (20, 40, 0)


@pytest.mark.reliability(10, 11)
def test_links_that_share_a_transaction_are_told_apart(petition: Petition, ledger: Ledger) -> None:
    campaign, twice, withdrawn = petition.campaign, petition.link(), petition.link()
    ledger.withdraw(campaign, back_of(withdrawn), TODAY)
    same_slot = [petition.link(slot=twice.slot) for _ in range(3)]
    jobs = [Job(campaign, link, TODAY, 0) for link in (twice, petition.link(), twice, withdrawn, *same_slot)]
    with service(Engine, petition.app).execution_options(writes=True).begin() as connection:
        ledger._write(Statements(connection), jobs)
    assert [job.outcome for job in jobs] == [
        Outcome.COUNTED, Outcome.COUNTED, Outcome.AGAIN, Outcome.WITHDRAWN, *[Outcome.COUNTED] * 3,
    ]  # fmt: skip
    assert (petition.records, petition.number("SELECT count(*) FROM signature WHERE counted")) == (5, 2)
    assert (
        petition.number("SELECT records FROM seen ORDER BY records DESC LIMIT 1"),
        difference(petition),
    ) == (4, 0)


def test_the_nights_comparison_finds_a_tally_that_somebody_changed(
    petition: Petition, ledger: Ledger
) -> None:
    ledger.confirm(petition.campaign, petition.link(), TODAY)
    with service(Engine, petition.app).execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE signature_tally SET count = count + 5"))
    assert difference(petition) == 5
