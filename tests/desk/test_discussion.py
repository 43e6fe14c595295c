"""A draft is discussed in plain text, and somebody else asks for changes or approves it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from campaign.database import db
from campaign.editions import comments
from campaign.editions.comments import Comment
from campaign.people import members
from campaign.people.members import Action
from tests.conftest import published
from tests.desk.conftest import Desk, Seat, fields_of
from tests.desk.test_editing import DEMAND, save


@pytest.fixture
def small(tmp_path: Path, desk_on: Callable[[Flask], Desk]) -> Desk:
    """A desk on SQLite, with a draft that Ana has asked Berik to publish."""
    desk = desk_on(published(tmp_path))
    desk.join("Berik", "editor")
    ana = desk.sits("Ana")
    save(ana, DEMAND, **{"f.title": "Keep all"})
    page = ana.get("/publish")
    assert ana.post("/publish/ask", fields_of(page, "/publish") | {"note": "please"}).status_code == 303
    return desk


def say(seat: Seat, words: str, **more: str) -> TestResponse:
    """Send the form of the discussion."""
    return seat.post(
        "/publish/comment", fields_of(seat.get("/publish"), "/publish/comment") | {"text": words, **more}
    )


def rows(desk: Desk) -> int:
    with desk.app.app_context():
        return int(db.session.execute(text("SELECT count(*) FROM draft_comment")).scalar_one())


def test_a_draft_is_discussed_approved_and_the_discussion_goes_with_its_edition(small: Desk) -> None:
    ana, berik = small.sits("Ana"), small.sits("Berik")
    assert say(ana, "Is <b>this</b> right?\nI looked twice.").status_code == 303
    assert "Is &lt;b&gt;this&lt;/b&gt; right?\nI looked twice." in berik.get("/publish")
    assert "1 comment on the draft" in berik.get("/")
    assert say(berik, "The title is too long.", verdict="changes").status_code == 303
    assert "Berik asks for changes." in ana.get("/publish") and "Berik asks for changes." in ana.get("/")
    small.clock.pass_(minutes=1)
    assert say(berik, "", verdict="approved").status_code == 303
    assert "Berik approves it." in ana.get("/publish")
    small.clock.pass_(minutes=1)
    assert (
        berik.post("/publish", fields_of(berik.get("/publish"), "/publish") | {"seen": "yes"}).status_code
        == 303
    )
    small.clock.pass_(minutes=1)
    assert "The title is too long." in ana.get("/editions/2")
    assert "The title is too long." not in ana.get("/publish") and "The title" not in ana.get("/editions/1")


@pytest.mark.slow
def test_a_verdict_is_about_the_draft_that_was_looked_at(small: Desk) -> None:
    ana, berik = small.sits("Ana"), small.sits("Berik")
    assert say(berik, "", verdict="approved").status_code == 303
    seen = fields_of(berik.get("/publish"), "/publish/comment")
    save(ana, DEMAND, **{"f.title": "Keep none"})
    page = ana.get("/publish")
    assert "approves it." not in page and "about an earlier draft" in page
    late = berik.post("/publish/comment", seen | {"text": "fine by me", "verdict": "approved"})
    assert late.status_code == 409 and "Check it again" in late.text and "fine by me" in late.text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "verdict", "problem"),
    [
        ("", "", "Write a comment."),
        ("", "changes", "Write a comment."),
        ("x" * 2_001, "", "This is too long: 2,000 characters at most."),
        ("left\u202eright", "", "U+202E"),
        ("mine", "approved", "Nobody else has asked for this draft"),
    ],
)
def test_what_cannot_be_said_is_refused_in_words_and_kept(
    small: Desk, words: str, verdict: str, problem: str
) -> None:
    answer = say(small.sits("Ana"), words, verdict=verdict)
    assert answer.status_code in {409, 422} and problem in answer.text and rows(small) == 0
    assert words in answer.text


@pytest.mark.slow
@pytest.mark.security(15)
@pytest.mark.parametrize(
    ("role", "comment", "verdict"),
    [("editor", 303, 303), ("translator", 303, 403), ("clerk", 403, 403), ("reader", 403, 403)],
)
def test_who_may_comment_and_who_may_judge(small: Desk, role: str, comment: int, verdict: int) -> None:
    small.join("Chiara", role, languages=("fr",))
    chiara, form = small.sits("Chiara"), fields_of(small.sits("Ana").get("/publish"), "/publish/comment")
    form |= {"csrf": chiara.token("/en/desk/account"), "text": "a word"}
    assert chiara.post("/publish/comment", form).status_code == comment
    assert chiara.post("/publish/comment", form | {"verdict": "approved"}).status_code == verdict


@pytest.mark.slow
@pytest.mark.security(16)
def test_people_take_back_their_own_comments_and_no_others(small: Desk) -> None:
    ana, berik = small.sits("Ana"), small.sits("Berik")
    say(ana, "a mistake")
    form = fields_of(ana.get("/publish"), "/publish/comment/remove")
    own = berik.token("/en/desk/account")
    assert berik.post("/publish/comment/remove", form | {"csrf": own}).status_code == 404
    assert ana.post("/publish/comment/remove", form).status_code == 303 and rows(small) == 0
    assert ana.post("/publish/comment/remove", form).status_code == 404


@pytest.mark.slow
def test_comments_go_with_their_author_with_the_years_and_with_the_oldest(
    small: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comments, "MOST", 3)
    with small.app.app_context():
        people = {person.name: person for person, _ in members.members(db.session, "trees")}
        for number in range(5):
            who = people["Ana" if number % 2 else "Berik"]
            comments.add(db.session, "trees", (who.id, who.name), Comment(1, f"comment {number}"))
        assert [row.text[-1] for row in comments.of_edition(db.session, "trees", 2)] == ["2", "3", "4"]
        members.remove(db.session, "trees", people["Berik"], Action("ana@example.org", small.clock.now))
        assert [row.text[-1] for row in comments.of_edition(db.session, "trees", 2)] == ["3"]
        with db.engine.execution_options(writes=True).begin() as connection:
            comments.forget(connection, small.clock.now + timedelta(days=364))
        assert rows(small) == 1
        with db.engine.execution_options(writes=True).begin() as connection:
            comments.forget(connection, small.clock.now + timedelta(days=366))
        assert rows(small) == 0
