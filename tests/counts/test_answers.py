"""Answers are numbers by day, office and language; what is stored links no two of them."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session

from campaign.counts import answers
from campaign.counts.answers import ANSWERED, KINDS, LETTER, Answer, AnswerCounts, count_answer
from campaign.counts.quarterly import QUARTER
from campaign.database import Base, db
from campaign.services import service
from tests.counts.test_counts import trees

__all__ = ["trees"]

DAY = date(2026, 12, 30)


def count(
    kind: str, first: bool = False, weeks: int | None = None, day: date = DAY, to: str = "mayor"
) -> None:
    count_answer(db.session, "trees", Answer(to, "en", kind, first, weeks), day)


def told() -> dict[str, int]:
    return {row.answer: row.count for row in answers.all_answers(db.session)["trees"].answers}


def test_each_answer_is_one_more_for_its_day_office_and_language(trees: Flask) -> None:
    with trees.app_context():
        assert answers.all_answers(db.session) == {}
        count("none", first=True)
        count("receipt", weeks=6)
        count("receipt", first=True, weeks=2)
        assert told() == {"none": 1, "receipt": 2, LETTER: 2}
        waited = answers.all_answers(db.session)["trees"].waits
        assert sorted((row.weeks, row.count) for row in waited) == [(2, 1), (6, 1)]


@pytest.mark.parametrize("kind", ["letter", "thanks", ""])
def test_another_kind_is_not_counted(trees: Flask, kind: str) -> None:
    with trees.app_context():
        with pytest.raises(ValueError):
            count(kind)
        assert answers.all_answers(db.session) == {}


def test_the_tables_hold_numbers_by_day_and_nothing_else() -> None:
    columns = {
        name: {column.name for column in Base.metadata.tables[name].columns}
        for name in ("answer_tally", "answer_wait")
    }
    assert columns == {
        "answer_tally": {"campaign_id", "day", "addressee", "language", "answer", "count"},
        "answer_wait": {"campaign_id", "day", "addressee", "weeks", "count"},
    }


def test_no_two_rows_of_one_letter_have_in_common_when_it_was_written(trees: Flask) -> None:
    """For a few letters, each told of several times: their days can't be found in more than one row of each."""
    draw = random.Random(7)
    with trees.app_context():
        letters = [DAY - timedelta(days=draw.randrange(60, 400)) for _ in range(40)]
        for number, written in enumerate(letters):
            first_answer = True
            for order, kind in enumerate(draw.sample(KINDS, 3)):
                day = DAY + timedelta(days=number + 40 * order)
                weeks = None
                if kind in ANSWERED and first_answer:
                    weeks, first_answer = (day - written).days // 7, False
                count(kind, first=order == 0, weeks=weeks, day=day)
        rows = answers.all_answers(db.session)["trees"]
        assert sum(row.count for row in rows.waits) <= len(letters), "the time is known once for a letter"
        stored = Counter(row.answer for row in rows.answers)
        assert stored[LETTER] == len(letters) and sum(stored.values()) == 4 * len(letters)


def test_what_is_shown_changes_only_with_the_quarter_of_an_hour(trees: Flask) -> None:
    now = [QUARTER * 1_000_000 + 10.0]
    board = AnswerCounts(lambda: Session(service(Engine, trees)), clock=lambda: now[0])
    with trees.app_context():
        count("none")
        _at, rows = board.newest("trees")
        assert rows is not None and len(rows.answers) == 1
        count("receipt")
        _at, rows = board.newest("trees")
        assert rows is not None and len(rows.answers) == 1
        now[0] += QUARTER
        _at, rows = board.newest("trees")
        assert rows is not None and len(rows.answers) == 2
        assert board.newest("nothing")[1] is None


def test_the_tables_come_and_go_with_their_migration(trees: Flask) -> None:
    with trees.app_context():
        count("none")
        db.session.close()
        db.migrations().downgrade("0014")
        assert "answer_tally" not in inspect(db.engine).get_table_names()
        assert db.session.scalar(text("SELECT max(number) FROM edition")) == 1
        db.session.close()
        db.migrations().upgrade()
        assert answers.all_answers(db.session) == {}
