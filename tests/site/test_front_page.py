"""The front page: a headline that keeps up with the years, what to do, and how many have done it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from campaign import clock
from campaign.counts.store import Posting, count_letter
from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.editions.models import Campaign
from campaign.petition.models import SignatureTally
from campaign.services import service
from tests.conftest import published
from tests.small_packs import SMALL_PACKS
from tests.tools import LANGUAGES, SEED, words_of

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


@pytest.fixture
def fresh(tmp_path: Path) -> Flask:
    return published(tmp_path, SEED)


def at(app: Flask, when: datetime, path: str) -> str:
    """A page at a time."""
    with clock.use(lambda: when):
        return words_of(app.test_client().get(path).text)


def main_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/demands/"])
def test_a_cached_page_says_the_new_number_of_years_on_the_day(path: str, fresh: Flask) -> None:
    eve, day = datetime(2027, 1, 4, 23, 50, tzinfo=UTC), datetime(2027, 1, 5, 0, 1, tzinfo=UTC)
    for when, words in ((eve, "Four years on"), (eve, "Four years on"), (day, "Five years on")):
        assert f"{words}: demand a real investigation." in at(fresh, when, f"/en/january-2022{path}")
    assert "Пять лет спустя" in at(fresh, day, f"/ru/january-2022{path}")


def add(app: Flask, letters: int, signatures: int) -> None:
    """So many letters and signatures, all of one day."""
    day = date(2026, 11, 25)
    with app.app_context():
        for _ in range(letters):
            count_letter(db.session, "january-2022", Posting("president", "FR", "post"), day)
        campaign = db.session.scalars(select(Campaign.id).where(Campaign.slug == "january-2022")).one()
        row = SignatureTally(
            campaign_id=campaign, day=day, country="FR", way="web", shard=0, count=signatures
        )
        db.session.add(row)
        db.session.commit()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("letters", "signatures", "beside"),
    [
        (0, 0, []),
        (4, 4, []),
        (5, 0, ["5 letters sent"]),
        (4, 12_345, ["12,345 signatures"]),
        (17, 5, ["17 letters sent", "5 signatures"]),
    ],
)
def test_counts_stand_beside_the_buttons_from_five_on(
    letters: int, signatures: int, beside: list[str], fresh: Flask
) -> None:
    add(fresh, letters, signatures)
    page = at(fresh, NOON, "/en/january-2022/")
    hero = page.partition('class="calls"')[2].partition("</div>")[0]
    assert re.findall(r'class="call-count">([^<]*)<', hero) == beside


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_to_do_is_there_at_the_top_after_the_demands_and_at_the_end(language: str, fresh: Flask) -> None:
    page = main_of(at(fresh, NOON, f"/{language}/january-2022/"))
    base = f"/{language}/january-2022"
    for target in (f'href="{base}/write"', f'href="{base}/petition"'):
        places = [found.start() for found in re.finditer(f'class="button[^"]*" {target}', page)]
        assert len(places) == 3
        assert (
            places[0]
            < page.index('id="demands-title"')
            < places[1]
            < page.index('id="askers-title"')
            < places[2]
        )


def test_the_page_says_whose_demands_these_are_before_anything_else(fresh: Flask) -> None:
    hero = main_of(at(fresh, NOON, "/en/january-2022/")).partition("</section>")[0]
    assert "Demands of FIDH, KIBHR, ILI Foundation. Not run or endorsed by the organisations" in hero


def test_a_campaign_that_is_over_asks_for_nothing(tmp_path: Path) -> None:
    app = published(tmp_path)
    with app.app_context():
        store.publish(db.session, "finished", SMALL_PACKS["finished"], store.Authorship("files"))
        service(EditionCache, app).load()
    page = at(app, NOON, "/en/finished/")
    assert 'class="calls"' not in page and "The demand has been met" in page
