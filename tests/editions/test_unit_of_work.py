"""One save is one transaction: everything that is written in the block, or nothing."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event

from campaign.database import db
from campaign.editions import drafts, reviews, store
from campaign.editions.drafts import Change, ConflictError
from campaign.editions.reviews import ReviewState, TextPair
from campaign.editions.store import Authorship
from campaign.people import audit
from tests.minimal import FILES


@pytest.fixture
def trees(storage: Flask) -> Flask:
    with storage.app_context():
        store.publish(db.session, "trees", FILES, Authorship("files"))
    return storage


def test_steps_of_one_save_are_committed_once(trees: Flask) -> None:
    with trees.app_context():
        commits: list[object] = []
        event.listen(db.engine, "commit", commits.append)
        with store.writing(db.session, "trees") as campaign:
            drafts.save_all(db.session, "trees", [Change("pages/new.en.md", "One.", 0)], Authorship("Ana"))
            state = ReviewState("draft", "Ana", date(2026, 11, 24))
            reviews.set_state(db.session, "trees", ("pages/new", "en"), TextPair("One.", "One.", "en"), state)
            assert campaign.slug == "trees"
            assert commits == []
        assert len(commits) == 1
        assert drafts.draft(db.session, "trees").files["pages/new.en.md"] == "One."


@pytest.mark.parametrize("error", [ValueError("typed"), KeyboardInterrupt()])
def test_an_error_in_the_block_undoes_every_step(trees: Flask, error: BaseException) -> None:
    with trees.app_context():
        before = drafts.draft(db.session, "trees").mark
        with pytest.raises(type(error)), store.writing(db.session, "trees"):
            drafts.save_all(db.session, "trees", [Change("pages/new.en.md", "One.", 0)], Authorship("Ana"))
            raise error
        assert drafts.draft(db.session, "trees").mark == before


def test_a_conflict_leaves_nothing_of_the_steps_before_it(trees: Flask) -> None:
    with trees.app_context():
        before = drafts.draft(db.session, "trees").mark
        with pytest.raises(ConflictError), store.writing(db.session, "trees"):
            drafts.save_all(db.session, "trees", [Change("pages/new.en.md", "One.", 0)], Authorship("Ana"))
            drafts.save_all(db.session, "trees", [Change("campaign.yaml", "slug: x", 0)], Authorship("Ana"))
        assert drafts.draft(db.session, "trees").mark == before


def test_the_next_save_after_a_failed_one_is_a_transaction_of_its_own(trees: Flask) -> None:
    with trees.app_context():
        with pytest.raises(LookupError), store.writing(db.session, "nobody"):
            pass
        assert drafts.save_all(db.session, "trees", [Change("pages/new.en.md", "One.", 0)], Authorship("Ana"))
        db.session.rollback()
        assert "pages/new.en.md" in drafts.draft(db.session, "trees").files


def test_a_campaign_that_is_not_there_is_made_only_on_purpose(trees: Flask) -> None:
    with trees.app_context():
        with store.writing(db.session, "stones", make=True) as campaign:
            number = campaign.id
        assert audit.campaign_of(db.session, "stones") == number
