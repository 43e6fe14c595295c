"""What the public sees of the count: late, coarse where it could name somebody, and provable."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from campaign import clock, maps
from campaign.counts.coarse import apart
from campaign.counts.quarterly import QUARTER
from campaign.database import db
from campaign.maps.__main__ import made
from campaign.petition.chart import curve
from campaign.petition.ledger import Ledger
from campaign.petition.models import SignatureTally
from campaign.petition.nightly import nightly
from campaign.petition.public_counts import PublicCounts, by_channel, count
from campaign.services import service
from tests.petition.conftest import BASE, TODAY, Petition, opened

YESTERDAY = TODAY - timedelta(days=1)


def confirmed(petition: Petition, number: int, country: str = "FR", day: date = YESTERDAY) -> None:
    for _ in range(number):
        service(Ledger, petition.app).confirm(petition.campaign, petition.link(country=country), day)


def counted(petition: Petition, day: date = TODAY):  # type: ignore[no-untyped-def]
    with petition.app.app_context():
        return count(db.session, datetime(day.year, day.month, day.day, 12, tzinfo=UTC))["trees"]


@pytest.mark.security(60)
@pytest.mark.parametrize(
    ("countries", "named", "elsewhere", "others"),
    [
        ({}, {}, 0, 0),
        ({"FR": 4, "KZ": 3}, {}, 7, 2),
        ({"FR": 9}, {"FR": 9}, 0, 0),
        ({"FR": 9, "KZ": 4}, {}, 13, 2),  # one alone in 'elsewhere' could be found by subtracting
        ({"FR": 9, "DE": 8, "KZ": 4}, {"FR": 9}, 12, 2),
        ({"FR": 9, "DE": 8, "KZ": 4, "KG": 1}, {"FR": 9, "DE": 8}, 5, 2),
    ],
)
def test_a_country_is_named_from_five_up_and_never_by_subtracting(
    countries: dict[str, int], named: dict[str, int], elsewhere: int, others: int
) -> None:
    assert apart(countries) == (named, elsewhere, others)


@pytest.mark.security(60)
@given(st.dictionaries(st.from_regex(r"[A-Z]{2}", fullmatch=True), st.integers(1, 50), max_size=12))
def test_no_country_below_five_is_ever_named_and_nothing_is_lost(countries: dict[str, int]) -> None:
    named, elsewhere, others = apart(countries)
    assert all(number >= 5 for number in named.values())
    assert others != 1 or len(countries) == 1
    assert sum(named.values()) + elsewhere == sum(countries.values())


@pytest.mark.security(60)
def test_today_s_countries_and_days_are_told_tomorrow(petition: Petition) -> None:
    confirmed(petition, 6, "FR", YESTERDAY)
    confirmed(petition, 6, "DE", TODAY)
    found = counted(petition)
    assert (found.total, dict(found.countries), dict(found.days)) == (12, {"FR": 6}, {YESTERDAY: 6})
    assert dict(counted(petition, TODAY + timedelta(days=1)).countries) == {"DE": 6, "FR": 6}


def on_paper(
    petition: Petition, number: int, way: str = "paper", day: date = YESTERDAY, country: str = "FR"
) -> None:
    """Signatures that came by another channel."""
    with petition.app.app_context():
        row = {"campaign_id": petition.campaign, "day": day, "country": country, "way": way, "shard": 0}
        db.session.add(SignatureTally(**row, count=number))
        db.session.commit()


@pytest.mark.security(60)
@pytest.mark.parametrize(
    ("countries", "stalls", "named", "elsewhere", "shown"),
    [
        ({"FR": 9, "DE": 8}, 0, {"FR": 9, "DE": 8}, 0, 0),
        ({"FR": 9, "DE": 8}, 5, {"FR": 9, "DE": 8}, 0, 5),
        ({"FR": 9, "DE": 8, "KZ": 2, "KG": 1}, 4, {"FR": 9, "DE": 8}, 7, None),
        ({"FR": 9, "DE": 8}, 1, {"FR": 9}, 9, None),  # alone in 'elsewhere' it could be found by subtracting
        ({}, 3, {}, 3, None),
    ],
)
def test_few_signatures_from_stalls_are_part_of_elsewhere(
    petition: Petition,
    countries: dict[str, int],
    stalls: int,
    named: dict[str, int],
    elsewhere: int,
    shown: int | None,
) -> None:
    for code, number in countries.items():
        on_paper(petition, number, country=code)
    if stalls:
        on_paper(petition, stalls, "stall", country="")
    found = counted(petition)
    assert (dict(found.countries), found.elsewhere, found.stalls) == (named, elsewhere, shown)
    assert sum(named.values()) + elsewhere + (shown or 0) == found.total
    assert found.others == len(countries) - len(named)
    with clock.use(lambda: datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)):
        page = petition.browser().get(f"{BASE}/signatures").text
    assert ("At stalls, sealed" in page) == bool(shown)
    assert ("Elsewhere or unknown" in page) == (shown is None and bool(named))


@pytest.mark.security(60)
@pytest.mark.parametrize(
    ("ways", "shown"),
    [
        ({}, {}),
        ({"online": 9}, {"online": 9}),
        ({"online": 9, "paper": 5}, {"online": 9, "paper": 5}),
        ({"stall": 6, "paper": 7, "online": 5}, {"online": 5, "paper": 7, "stall": 6}),
        ({"online": 9, "paper": 4}, {}),  # it would be found by subtracting
        ({"online": 9, "paper": 0}, {"online": 9}),
        ({"online": -1, "paper": 9}, {}),
    ],
)
def test_channels_are_told_apart_only_if_each_has_five(ways: dict[str, int], shown: dict[str, int]) -> None:
    assert by_channel(ways) == shown and list(by_channel(ways)) == list(shown)


@pytest.mark.security(60)
def test_online_and_paper_are_shown_apart_and_summed_up_to_yesterday(petition: Petition) -> None:
    confirmed(petition, 6, "FR", YESTERDAY)
    on_paper(petition, 8)
    confirmed(petition, 3, "FR", TODAY)
    found = counted(petition)
    assert (found.total, dict(found.channels), found.until_today) == (17, {"online": 6, "paper": 8}, 14)
    with petition.app.app_context():
        noon = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
        with clock.use(lambda: noon):
            page = petition.browser().get(f"{BASE}/signatures").text
            given = petition.browser().get(f"{BASE}/count.json").json
    assert given["channels"] == {"online": 6, "paper": 8} and sum(given["days"].values()) == 14
    section = page.split("Online and on paper</h2>")[1].split("</section>")[0]
    rows = re.findall(r"<dt>([^<]+)</dt><dd>(?:<strong>)?([^<]+)", section)
    assert rows == [("Online", "6"), ("On paper", "8"), ("Together, before today", "14")]


@pytest.mark.security(60)
def test_a_page_says_nothing_of_channels_while_one_is_small_or_there_is_only_one(petition: Petition) -> None:
    confirmed(petition, 6)
    noon = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
    with clock.use(lambda: noon):
        assert "Online and on paper" not in petition.browser().get(f"{BASE}/signatures").text
    on_paper(petition, 4)
    with clock.use(lambda: noon + timedelta(minutes=15)):
        assert "Online and on paper" not in petition.browser().get(f"{BASE}/signatures").text
        assert petition.browser().get(f"{BASE}/count.json").json["channels"] == {}


@pytest.mark.slow
@pytest.mark.security(60)
def test_the_total_changes_with_the_quarter_of_an_hour_and_not_with_a_signature(petition: Petition) -> None:
    now = [QUARTER * 1_000_000 + 5.0]
    board = PublicCounts(
        lambda: __import__("sqlalchemy.orm").orm.Session(service(Engine, petition.app)), lambda: now[0]
    )
    confirmed(petition, 3)
    assert board.of("trees").total == 3
    confirmed(petition, 2)
    assert board.of("trees").total == 3
    now[0] += QUARTER
    assert board.of("trees").total == 5
    assert board.of("trees").at.timestamp() % QUARTER == 0


def test_the_numbers_as_json_have_an_etag(petition: Petition) -> None:
    confirmed(petition, 7)
    browser = petition.browser()
    answer = browser.get(f"{BASE}/count.json")
    body = answer.json
    assert body is not None and (body["total"], body["countries"], body["elsewhere"]) == (7, {"FR": 7}, 0)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:(00|15|30|45):00Z", body["counted_at"])
    again = browser.get(f"{BASE}/count.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert "Set-Cookie" not in answer.headers


def test_the_page_shows_curve_map_list_and_manifest(petition: Petition) -> None:
    confirmed(petition, 5, "FR", YESTERDAY - timedelta(days=3))
    confirmed(petition, 6, "DE", YESTERDAY)
    nightly(petition.app, TODAY)
    page = petition.browser().get(f"{BASE}/signatures").text
    assert 'class="curve-line" d="M0.0' in page
    assert page.count('<path class="shade-') > 170 and 'class="shade-4"' in page
    assert "Germany" in page and "France" in page
    assert re.search(r'<code class="sum">[0-9a-f]{64}</code>', page)
    body = petition.browser().get(f"{BASE}/manifest.json").json
    assert body is not None and [one["day"] for one in body["manifests"]] == [YESTERDAY.isoformat()]
    from campaign.signatures import manifest

    assert manifest.genuine(json.dumps(body["manifests"][0]), bytes.fromhex(body["key"]))
    home = petition.browser().get(BASE).text
    assert "signatures from 2 countries" in home


def test_a_milestone_is_a_bar_and_the_next_one_follows(petition: Petition) -> None:
    confirmed(petition, 4)
    assert 'width="40.0"' in petition.browser().get(BASE).text
    board = service(PublicCounts, petition.app)
    board._clock = lambda: time.time() + QUARTER
    confirmed(petition, 8)
    page = petition.browser().get(BASE).text
    assert "milestone-there" not in page and "<strong>12</strong>" in page


def test_what_became_of_it_stands_on_the_page_with_its_source(storage) -> None:  # type: ignore[no-untyped-def]
    events = """closes: 2027-06-30
erase-on: 2027-12-31
events:
- {key: over, what: handed-over, date: 2026-11-20, words: {en: Given to the mayor, fr: Remise au maire}, where: {en: Town hall, fr: Mairie}, to: {en: Office of the mayor, fr: Cabinet du maire}, answer: {en: They will look into it, fr: Ils examineront}, source: plea}
- {key: said, what: answered, date: 2026-11-22, words: {en: The mayor agrees, fr: Le maire accepte}}
"""
    page = opened(storage, {"petition.yaml": events}).browser().get(BASE).text
    assert (
        "<strong>Handed over</strong>: Given to the mayor" in page
        and "<strong>Answered</strong>: The mayor agrees" in page
    )
    assert "Town hall · Office of the mayor" in page and "Their answer: They will look into it" in page


def test_the_curve_is_drawn_from_sums_and_stays_small() -> None:
    assert curve({}) is None and curve({TODAY: 5}) is None
    found = curve({TODAY: 4, TODAY + timedelta(days=2): 6})
    assert found is not None and found.line == "M0.0 120.0L360.0 120.0L720.0 0.0" and found.most == 10
    years = curve({TODAY + timedelta(days=n): 1 for n in range(3_000)})
    assert years is not None and len(years.line) < 8_000


def test_the_map_has_every_country_and_darkens_with_the_number() -> None:
    shapes = {
        one.country: one.shade for one in maps.shaded({"FR": 100, "KZ": 41, "DE": 11, "PL": 5, "IT": 1})
    }
    assert len(shapes) > 170 and "AQ" not in shapes
    assert [shapes[code] for code in ("FR", "KZ", "DE", "PL", "IT", "ES")] == [4, 4, 3, 2, 1, 0]
    assert sum(len(one.path) for one in maps.shapes()) < 50_000


def test_the_shapes_are_what_their_maker_makes() -> None:
    assert maps.SHAPES.read_text(encoding="utf-8") == made()


@pytest.mark.security(72)
def test_pages_stay_under_120_kilobytes(petition: Petition) -> None:
    confirmed(petition, 6)
    for path in ("", "/signatures", "/link"):
        assert len(petition.browser().get(f"{BASE}{path}").data) < 120_000
