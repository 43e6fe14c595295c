"""A signature is erased on the day that its signer was promised, whatever a later edition says."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from campaign import clock
from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.petition.nightly import nightly
from campaign.services import service
from tests.minimal import FILES
from tests.petition.conftest import Petition

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
FIRST, LATER = date(2027, 12, 31), date(2029, 12, 31)


def publish(petition: Petition, erase_on: date, closes: str = "2027-06-30") -> None:
    terms = f"closes: {closes}\nerase-on: {erase_on}\nnames: yes\nevents: []\n"
    with petition.app.app_context():
        store.publish(db.session, "trees", {**FILES, "petition.yaml": terms}, store.Authorship("files"))
        service(EditionCache, petition.app).load()


def signs(petition: Petition, *emails: str) -> list[tuple[str, str]]:
    links = [petition.signs(email=email, show_name="y") for email in emails]
    for confirm, _ in links:
        assert petition.confirm(confirm) == "Your signature counts"
    return links


def left(petition: Petition) -> dict[str, int]:
    return {
        table: petition.number(f"SELECT count(*) FROM {table}")
        for table in ("signature", "seen", "public_name", "no_news")
    }


@pytest.mark.slow
def test_a_later_day_holds_only_for_those_who_sign_after_it(petition: Petition) -> None:
    with clock.use(lambda: NOW):
        publish(petition, FIRST)
        early, waiting = (
            petition.signs(email="ana@example.org", show_name="y"),
            petition.signs(email="bo@example.org"),
        )
        petition.confirm(early[0])
        publish(petition, LATER, "2028-06-30")
        petition.confirm(waiting[0])  # the form said the earlier day
        signs(petition, "chloe@example.org", "dana@example.org")
        with petition.app.app_context():
            db.session.execute(text("INSERT INTO no_news SELECT id, campaign_id FROM signature"))
            db.session.commit()
        for day, records in ((date(2027, 12, 30), 4), (FIRST, 2), (date(2028, 1, 1), 2)):
            (night,) = nightly(petition.app, day)
            assert (night.difference, night.erased, petition.records) == (0, False, records)
        assert left(petition) == {"signature": 2, "seen": 2, "public_name": 2, "no_news": 2}
        assert petition.total == 4  # what was counted stays counted
        assert petition.withdraw(early[1]) == "Your signature has been withdrawn" and petition.total == 4
        (night,) = nightly(petition.app, LATER)
        assert night.erased and left(petition) == dict.fromkeys(left(petition), 0)


def test_an_earlier_day_holds_for_everybody(petition: Petition) -> None:
    with clock.use(lambda: NOW):
        publish(petition, LATER)
        signs(petition, "ana@example.org")
        publish(petition, FIRST)
        assert not nightly(petition.app, date(2027, 12, 30))[0].erased
        assert nightly(petition.app, FIRST)[0].erased and petition.records == 0


def test_somebody_who_signed_twice_keeps_the_slot_until_the_later_day(petition: Petition) -> None:
    with clock.use(lambda: NOW):
        publish(petition, FIRST)
        signs(petition, "ana@example.org")
        publish(petition, LATER, "2028-06-30")
        petition.confirm(petition.signs(email="ana@example.org")[0])
        assert (petition.records, petition.total) == (2, 1)
        assert nightly(petition.app, FIRST)[0].difference == 0
        assert (petition.records, petition.total, left(petition)["seen"]) == (1, 1, 1)
        petition.confirm(petition.signs(email="ana@example.org")[0])
        assert petition.total == 1 and nightly(petition.app, FIRST)[0].difference == 0


def test_a_link_is_of_no_use_from_its_promised_day_on(petition: Petition) -> None:
    """Else whoever presses its button once more after that day would be counted and kept again."""
    with clock.use(lambda: datetime(2027, 12, 20, 12, 0, tzinfo=UTC)):
        publish(petition, FIRST, "2027-12-30")
    with clock.use(lambda: datetime(2027, 12, 29, 12, 0, tzinfo=UTC)):
        ((confirm, _),) = signs(petition, "ana@example.org")
        publish(petition, LATER, "2028-06-30")
    with clock.use(lambda: datetime(2027, 12, 31, 12, 0, tzinfo=UTC)):
        nightly(petition.app)
        assert petition.records == 0
        for method in ("GET", "POST"):
            form = {"form_token": petition.token("confirm/trees")}
            assert petition.browser().open(confirm, method=method, data=form).status_code == 410
        assert petition.records == 0


@pytest.mark.slow
@pytest.mark.parametrize("shown", ["2027-12-31", "", None])
def test_a_form_from_before_a_change_of_the_day_is_shown_again(petition: Petition, shown: str | None) -> None:
    with clock.use(lambda: NOW):
        publish(petition, FIRST)
        publish(petition, LATER)
        answer = petition.browser().post("/en/trees/petition", data=petition.typed(until=shown))
    if shown:
        assert answer.status_code == 422 and "31 December 2029" in answer.text
        assert "has changed" in answer.text and "Ana Example" in answer.text
    else:
        assert answer.status_code == 200


def test_signatures_from_before_keep_the_day_of_the_newest_edition(storage: Flask) -> None:
    """The migration fills the day in, so that a later edition can't extend what was promised."""
    terms = "closes: 2027-06-30\nerase-on: {}\nevents: []\n"
    with storage.app_context(), clock.use(lambda: NOW):
        for day in (LATER, FIRST):
            files = {**FILES, "petition.yaml": terms.format(day)}
            store.publish(db.session, "trees", files, store.Authorship("files"))
        db.session.close()
        db.migrations().downgrade("0008")
        with service(Engine, storage).execution_options(writes=True).begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO signature (id, campaign_id, sealed, counted) SELECT 7, id, :sealed, :yes FROM campaign"
                ),
                {"sealed": b"x", "yes": True},
            )
        db.upgrade()
        kept = db.session.execute(text("SELECT erase_on FROM signature")).scalar_one()
        assert str(kept) == str(FIRST)
        db.session.close()


def test_a_wrong_day_before_the_first_key_closes_nothing_for_ever(storage: Flask) -> None:
    """The first edition may have any dates; until there is a key, nobody can have signed."""
    files = {**FILES, "petition.yaml": "closes: 2026-11-01\nerase-on: 2026-11-20\nevents: []\n"}
    with storage.app_context(), clock.use(lambda: NOW):
        store.publish(db.session, "trees", files, store.Authorship("files"))
        service(EditionCache, storage).load()
        assert [night.erased for night in nightly(storage)] == [False]
