"""What a report counts: the public's numbers, five and more, and no country at risk by period."""

from __future__ import annotations

import csv
import io
import itertools
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from campaign import clock
from campaign.counts import answers, partners
from campaign.counts.answers import Answer
from campaign.counts.partners import PartnerCounts
from campaign.counts.store import Posting, count_letter
from campaign.counts.visits import FormKind, Step, VisitCounts
from campaign.database import db
from campaign.editions.edition_cache import EditionCache
from campaign.paper import batches
from campaign.paper.batches import Order
from campaign.paper.sheets import Layout
from campaign.petition.ledger import Ledger
from campaign.petition.models import IndexTally, SignatureTally
from campaign.reports import making
from campaign.reports.making import Report
from campaign.reports.period import Period
from campaign.services import service
from tests.conftest import published
from tests.minimal import FILES
from tests.petition.conftest import TODAY, Petition, opened
from tests.tools import pdf_text, words_of

AT_RISK = {
    "campaign.yaml": FILES["campaign.yaml"].replace("countries-at-risk: []", "countries-at-risk: [KZ]")
}

YESTERDAY = TODAY - timedelta(days=1)
WEEK = Period(TODAY - timedelta(days=7), YESTERDAY)


@pytest.fixture
def petition(storage: Flask) -> Petition:
    return opened(storage, AT_RISK)


def signs(petition: Petition, country: str, number: int, days_ago: int = 1) -> None:
    for _ in range(number):
        link = petition.link(country=country)
        service(Ledger, petition.app).confirm(
            petition.campaign, link, TODAY - timedelta(days=days_ago), link.record
        )


def writes(petition: Petition, office: str, country: str, number: int, days_ago: int = 1) -> None:
    with petition.app.app_context():
        for _ in range(number):
            count_letter(
                db.session, "trees", Posting(office, country, "post"), TODAY - timedelta(days=days_ago)
            )


def report(petition: Petition, period: Period = WEEK, language: str = "en") -> Report:
    with petition.app.app_context():
        pack = service(EditionCache)["trees"].pack
        return making.make(db.session, pack, period, language)


def table(made: Report, title: str) -> list[tuple[object, ...]]:
    return list(next(one for one in made.document.sections if one.title == title).table.rows)


@pytest.mark.security(60)
def test_countries_have_a_number_from_five_up_and_those_at_risk_none_for_the_period(
    petition: Petition,
) -> None:
    for country, number in {"FR": 9, "DE": 6, "UZ": 2, "KZ": 7, "GB": 1}.items():
        signs(petition, country, number)
    signs(petition, "GB", 5, days_ago=40)
    made = report(petition)
    assert table(made, "Signatures by country") == [
        ("France", 9, 9), ("Kazakhstan", None, 7), ("Germany", 6, 6), ("elsewhere or unknown", 10, 8),
    ]  # fmt: skip
    assert dict(made.document.totals)["Signatures"] == 25  # those forty days ago are not of this period


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Petition:
    """A week in which everything happened once."""
    petition = opened(published(tmp_path_factory.mktemp("busy")), AT_RISK)
    signs(petition, "FR", 6, days_ago=2)
    signs(petition, "FR", 1, days_ago=0)
    writes(petition, "mayor", "FR", 5)
    writes(petition, "mayor", "", 1)
    writes(petition, "gone-office", "DE", 2)
    writes(petition, "mayor", "FR", 3, days_ago=0)
    with petition.app.app_context():
        for _ in range(5):
            answers.count_answer(db.session, "trees", Answer("mayor", "en", "receipt", first=True), YESTERDAY)
        answers.count_answer(db.session, "trees", Answer("mayor", "en", "promise", first=True), YESTERDAY)
        batches.order(db.session, "trees", Order(Layout(("en",)), 20, 1, YESTERDAY, holder="Lyon group"))
        batches.order(db.session, "trees", Order(Layout(("en",)), 3, 1, YESTERDAY, public=True))
        batches.order(db.session, "trees", Order(Layout(("en",)), 7, 1, TODAY, holder="Of today"))
    return petition


def test_the_sums_are_those_of_the_period_and_never_of_today(busy: Petition) -> None:
    made = report(busy)
    assert dict(made.document.totals) == {
        "Signatures": 6,
        "Letters sent": 8,
        "Sheets returned": 0,
        "Editions": 0,
    }
    assert table(made, "Letters by office") == [
        ("other offices", 8)
    ]  # below five another office would be found
    assert table(made, "Letters by country") == [("France", 5), ("elsewhere or unknown", 3)]
    assert table(made, "Signatures by channel") == [("online", 6), ("total", 6)]
    assert table(made, "Answers") == [("Mayor", None, 5, None, None, None)]
    assert table(made, "On paper")[:3] == [
        ("Sheets printed for groups", 20), ("Sheets printed by visitors", 3), ("Sheets returned", 0)
    ]  # fmt: skip


COUNTING = {
    "campaign.yaml": FILES["campaign.yaml"].replace("  hosting: IE", "  hosting: IE\n  counts-visits: yes"),
    "organisations.yaml": FILES["organisations.yaml"]
    + "partners:\n- {key: rivers, name: Rivers}\n- {key: hills, name: Hills}\n",
}


@pytest.fixture
def visited(tmp_path: Path) -> Petition:
    return opened(published(tmp_path), COUNTING)


def visits(petition: Petition, form: FormKind, steps: tuple[int, ...], day: date = YESTERDAY) -> None:
    """So many opened a form on a day, began and finished."""
    counts = VisitCounts(service(Engine, petition.app), lambda _slug: day)
    for step, number in zip(Step, steps, strict=False):
        for _ in range(number):
            counts.add("trees", form, step)
    counts.write()


LETTERS, SIGNATURES = "From the page to the letter", "From the page to the signature"

#: What was counted, and what the report says of it.
SAID: dict[tuple[int, ...], list[tuple[object, ...]]] = {
    (400, 90, 40): [("Page views", 400, 100), ("Letters begun", 90, 22), ("Letters finished", 40, 10)],
    (400, 12, 9): [("Page views", 400, 100), ("Letters begun", 12, 3), ("Letters finished", "fewer than ten", None)],
    (4000, 12, 12): [
        ("Page views", 4000, 100), ("Letters begun", 12, "fewer than one"), ("Letters finished", 12, "fewer than one"),
    ],
    (99, 12): [("Page views", 99), ("Letters begun", 12), ("Letters finished", "fewer than ten")],
    (9, 9, 9): [(name, "fewer than ten") for name in ("Page views", "Letters begun", "Letters finished")],
}  # fmt: skip


@pytest.mark.security(60)
@pytest.mark.parametrize("steps", SAID)
def test_visits_have_shares_from_a_hundred_up_and_no_number_below_ten(
    steps: tuple[int, ...], visited: Petition
) -> None:
    visits(visited, FormKind.LETTERS, steps)
    visits(visited, FormKind.LETTERS, (500, 500, 500), TODAY)  # of today nothing is said
    assert table(report(visited), LETTERS) == SAID[steps]


@pytest.mark.security(60)
def test_nobody_finds_a_small_day_by_comparing_two_periods(visited: Petition) -> None:
    for days_ago, number in ((4, 30), (3, 1), (2, 2), (1, 40)):
        visits(visited, FormKind.PETITION, (number,), TODAY - timedelta(days=days_ago))
    found = {}
    for begin, end in itertools.combinations_with_replacement(range(1, 8), 2):
        period = Period(TODAY - timedelta(days=end), TODAY - timedelta(days=begin))
        found[begin, end] = table(report(visited, period), SIGNATURES)[0][1]
    assert set(found.values()) == {"fewer than ten", 30, 43, 73}


def test_where_visits_are_not_counted_the_report_says_nothing_of_them(busy: Petition) -> None:
    made = report(busy)
    assert not {LETTERS, SIGNATURES} & {section.title for section in made.document.sections}
    assert not any("Page views" in note for note in made.document.notes)


def test_print_and_csv_say_how_visits_are_counted(visited: Petition) -> None:
    visits(visited, FormKind.LETTERS, (120, 30, 12))
    made = report(visited)
    printed = words_of(pdf_text(made.file("pdf"), "-layout"))
    written = made.file("csv").decode("utf-8-sig")
    for said in (LETTERS, "Fewer than ten in this period.", "Per 100 page views", "a cache or a copy of the site",
                 "Numbers below ten are not shown"):  # fmt: skip
        assert said in printed and (said in written or said.startswith("Fewer")), said
    assert '"Letters finished","12","10"' in written


@pytest.mark.security(60)
def test_partners_have_a_sum_from_five_up_as_it_was_when_the_day_began(visited: Petition) -> None:
    def led(number: int) -> None:
        with visited.app.app_context():
            for _ in range(number):
                partners.count_letter(db.session, "trees", "rivers")
            partners.count_letter(db.session, "trees", "hills")
            db.session.commit()

    title = "Through partners, since the campaign began"
    led(4)
    counts = service(PartnerCounts, visited.app)
    assert counts.publish() and not counts.publish()  # by the worker, once a day
    led(3)
    assert table(report(visited), title) == [("Rivers", None, None), ("Hills", None, None)]
    tomorrow = clock.now() + timedelta(days=1)
    with clock.use(lambda: tomorrow):
        assert counts.publish()
        made = report(visited)
    assert table(made, title) == [("Rivers", None, 7), ("Hills", None, None)]
    assert any("up to the beginning of" in note for note in made.document.notes)


def test_a_channel_below_five_is_only_in_the_sum(busy: Petition) -> None:
    with busy.app.app_context():
        row = {"campaign_id": busy.campaign, "day": YESTERDAY, "country": "FR", "way": "paper", "shard": 0}
        db.session.add(SignatureTally(**row, count=2))
        db.session.commit()
    assert [row[0] for row in table(report(busy), "Signatures by channel")] == ["total"]


def test_channels_and_what_is_estimated_add_up_to_the_total(petition: Petition) -> None:
    signs(petition, "FR", 6, days_ago=2)
    with petition.app.app_context():
        common = {"campaign_id": petition.campaign, "day": YESTERDAY, "country": "FR", "shard": 0}
        db.session.add(SignatureTally(**common, way="paper", count=7))
        db.session.add(SignatureTally(**common, way="stall", count=5))
        db.session.add(IndexTally(**common, waiting=4, sharing=4, beside=0))
        db.session.commit()
    rows = table(report(petition), "Signatures by channel")
    assert rows[:3] == [("online", 6), ("on paper", 7), ("on devices at stalls", 5)]
    numbers = dict(rows)  # type: ignore[arg-type]
    assert (
        18 + numbers.get("estimated", 0)
        == numbers["total"]
        == dict(report(petition).document.totals)["Signatures"]
    )


def test_print_and_csv_say_the_same_in_each_language(busy: Petition) -> None:
    for code in ("en", "fr"):
        made = report(busy, language=code)
        printed = words_of(pdf_text(made.file("pdf"), "-layout"))
        rows = list(csv.reader(io.StringIO(made.file("csv").decode("utf-8-sig"))))
        for section in made.document.sections:
            assert section.title in printed and [section.title] in rows
            assert section.empty in printed
            for row in () if section.empty else section.table.rows:
                assert str(row[0]) in printed
        assert made.document.period in printed and rows[0][2] == made.document.period


def test_a_period_without_anything_says_so(busy: Petition) -> None:
    made = report(busy, Period(date(2020, 1, 1), date(2020, 12, 31)))
    said = {section.empty for section in made.document.sections if section.title != "Signatures by country"}
    assert said == {"Nothing was counted in this period.", "No edition was published in this period."}
    assert pdf_text(made.file("pdf")).count("Nothing was counted in this period.") >= 4


LENGTHS = {30: "Day", 62: "Day", 63: "Week from", 434: "Week from", 435: "Month"}


@pytest.mark.parametrize("days", LENGTHS)
def test_a_chart_has_bars_of_days_then_of_weeks_then_of_months(days: int, busy: Petition) -> None:
    made = report(busy, Period(YESTERDAY - timedelta(days=days - 1), YESTERDAY))
    section = made.document.sections[0]
    assert section.table.columns[0] == LENGTHS[days]
    assert section.chart is not None and len(section.chart.bars) <= 63
    assert section.whole is not None and section.whole.rows == (((TODAY - timedelta(days=2)).isoformat(), 6),)
