"""Counting letters: every one, on both engines, by nobody's name, shown a quarter of an hour late."""

from __future__ import annotations

import threading
from datetime import UTC, date

import pytest
from flask import Flask
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.orm import Session

from campaign.counts.letter_counts import LetterCounts
from campaign.counts.models import LetterTally
from campaign.counts.quarterly import QUARTER
from campaign.counts.store import LetterSums, Posting, count_letter, letters_sent
from campaign.database import Base, db
from campaign.editions import store as editions
from campaign.services import service
from tests.minimal import FILES
from tests.tools import DAY


@pytest.fixture
def trees(storage: Flask) -> Flask:
    """A small campaign, published."""
    with storage.app_context():
        editions.publish(db.session, "trees", FILES, editions.Authorship("files"))
    return storage


def count(addressee: str = "mayor", country: str = "IE", way: str = "post", day: date = DAY) -> None:
    count_letter(db.session, "trees", Posting(addressee, country, way), day)


def test_letters_are_summed_by_addressee_most_first(trees: Flask) -> None:
    with trees.app_context():
        assert letters_sent(db.session) == {}
        for addressee, way in (("council", "post"), ("mayor", "email"), ("mayor", "post"), ("mayor", "post")):
            count(addressee, way=way)
        assert letters_sent(db.session) == {"trees": LetterSums(4, {"mayor": 3, "council": 1})}


@pytest.mark.slow
def test_a_row_is_a_number_for_a_day_and_holds_nothing_else(trees: Flask) -> None:
    with trees.app_context():
        for _ in range(3):
            count()
        count(day=date(2026, 11, 25))
        rows = db.session.execute(select(LetterTally.day, LetterTally.count).order_by(LetterTally.day)).all()
        assert [tuple(row) for row in rows] == [(DAY, 3), (date(2026, 11, 25), 1)]
    columns = {column.name for column in Base.metadata.tables["letter_tally"].columns}
    assert columns == {"campaign_id", "day", "addressee", "country", "way", "count"}


def test_an_unknown_way_is_not_counted(trees: Flask) -> None:
    with trees.app_context():
        with pytest.raises(ValueError):
            count(way="pigeon")
        assert letters_sent(db.session) == {}


@pytest.mark.slow
def test_two_who_press_at_once_are_both_counted(trees: Flask) -> None:
    engine = service(Engine, trees)

    def press() -> None:
        with Session(engine) as session:
            for _ in range(20):
                count_letter(session, "trees", Posting("mayor", "", "post"), DAY)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with trees.app_context():
        assert letters_sent(db.session)["trees"].total == 80


def test_the_board_changes_only_with_the_quarter_of_an_hour(trees: Flask) -> None:
    now = [QUARTER * 1_000_000 + 10.0]
    board = LetterCounts(lambda: Session(service(Engine, trees)), clock=lambda: now[0])
    with trees.app_context():
        count()
        assert board.of("trees").sent.total == 1
        count()
        now[0] += QUARTER - 20
        assert board.of("trees").sent.total == 1
        now[0] += 20
        counted = board.of("trees")
        assert counted.sent.total == 2
        assert counted.at.tzinfo is UTC and counted.at.timestamp() % QUARTER == 0
        assert board.of("nothing").sent == LetterSums()


@pytest.mark.slow
def test_the_table_comes_and_goes_with_its_migration(trees: Flask) -> None:
    with trees.app_context():
        count()
        db.session.close()
        migrations = db.migrations()
        migrations.downgrade("0001")
        assert "letter_tally" not in inspect(db.engine).get_table_names()
        assert db.session.scalar(text("SELECT max(number) FROM edition")) == 1
        db.session.close()
        migrations.upgrade()
        assert letters_sent(db.session) == {}
