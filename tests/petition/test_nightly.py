"""Once a night: the comparison, the manifest by mail, and on its day everything is erased."""

from __future__ import annotations

import json
import logging
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.mail.outbox import Outbox
from campaign.mail.templates import compose
from campaign.people import audit, members
from campaign.people.members import Action, Guest, Proofs
from campaign.petition import administration
from campaign.petition.nightly import nightly
from campaign.petition.status import Petitions
from campaign.services import service
from tests.minimal import FILES
from tests.petition.conftest import BASE, TODAY, Petition, headline, opened
from tests.tools import text_of


def test_a_night_finds_no_difference_and_says_so_when_there_is_one(
    petition: Petition, caplog: pytest.LogCaptureFixture
) -> None:
    confirm, _ = petition.signs()
    petition.confirm(confirm)
    (night,) = nightly(petition.app, TODAY)
    assert (night.difference, night.erased) == (0, False)
    with service(Engine, petition.app).execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE signature_tally SET count = 9"))
    with caplog.at_level(logging.ERROR, "campaign.petition"):
        (night,) = nightly(petition.app, TODAY)
    assert night.difference == 8 and "differs from its records by 8" in caplog.text


@pytest.mark.security(19)
def test_the_manifest_is_mailed_once_to_owners_and_trustees_with_the_head_of_the_audit(
    petition: Petition,
) -> None:
    from datetime import UTC, datetime

    import pyotp

    now = datetime.now(UTC)
    with petition.app.app_context():
        token = members.invite(
            db.session, "trees", Guest("Ana", "ana@example.org", "owner"), Action("me", now)
        )
        members.accept(db.session, token, Proofs("шесть зелёных велосипедов", pyotp.random_base32()), now)
        administration.set_trustees(db.session, "trees", "me", "eve@example.org")
        head = audit.head(db.session, petition.campaign).hex()
    for _ in range(2):  # twice is once
        nightly(petition.app, TODAY)
    petition.deliver()
    assert sorted(str(message["To"]) for message in petition.box.messages) == [
        "ana@example.org",
        "eve@example.org",
    ]
    body = petition.box.messages[0].get_body(("plain",))
    assert body is not None and head in body.get_content() and '"records": 0' in body.get_content()


@pytest.mark.security(19)
def test_without_a_key_owners_get_the_head_of_the_audit_after_days_with_something_new(storage: Flask) -> None:
    """Security 19, also where nobody can sign yet."""
    from datetime import UTC, datetime, timedelta

    import pyotp

    now = datetime.now(UTC)
    with storage.app_context():
        store.publish(db.session, "trees", FILES, store.Authorship("files"))
        token = members.invite(
            db.session, "trees", Guest("Ana", "ana@example.org", "owner"), Action("me", now)
        )
        members.accept(db.session, token, Proofs("шесть зелёных велосипедов", pyotp.random_base32()), now)
        head = audit.head(db.session, audit.campaign_of(db.session, "trees")).hex()
        db.session.commit()
        service(EditionCache, storage).load()
    outbox = service(Outbox, storage)
    for days in (1, 1, 9):  # the night after, once more, and after a week without anything
        nightly(storage, now.date() + timedelta(days=days))
    (mail,) = [outbox.take(name) for name in outbox.due()]
    with storage.app_context():
        message = compose(mail.id, mail.content, "desk@example.org")
    assert message["To"] == "ana@example.org" and head in text_of(message)


@pytest.mark.slow
@pytest.mark.security(64)
def test_on_its_day_everything_is_erased_links_die_and_one_line_is_written(petition: Petition) -> None:
    confirm, withdraw = petition.signs(show_name="y")
    other, _ = petition.signs(email="eve@example.org")
    petition.confirm(confirm)
    ring = service(Petitions, petition.app).server_keys("trees")
    (night,) = nightly(petition.app, date(2027, 7, 2))  # after the end nothing tells whether a mailbox signed
    assert not night.erased and not (ring.folder / "index").exists() and petition.records == 1
    assert petition.number("SELECT count(*) FROM seen") == 0
    (night,) = nightly(petition.app, date(2027, 12, 31))
    assert night.erased
    for table in ("signature", "seen", "public_name", "gone", "no_news", "void_list"):
        assert petition.number(f"SELECT count(*) FROM {table}") == 0
    assert [path.name for path in ring.folder.iterdir()] == ["erased"]
    service(Petitions, petition.app).held("trees", fresh=True)
    for path in (confirm, withdraw, other):
        answer = petition.browser().get(path)
        assert (answer.status_code, headline(answer.text)) == (410, "This petition has closed")
    page = petition.browser().get(BASE).text
    assert "Every signature has been erased, as promised." in page
    assert petition.browser().post(BASE, data=petition.typed()).status_code == 410
    with petition.app.app_context():
        lines = [row for row in audit.rows(db.session, petition.campaign) if row.what == "erase signatures"]
        assert len(lines) == 1 and lines[0].note == "1 records"
    assert petition.total == 1  # what was counted stays counted
    assert nightly(petition.app, date(2028, 1, 1))[0].erased is False


def test_a_night_forgets_proofs_that_can_t_be_used_any_more(petition: Petition) -> None:
    petition.browser().post(BASE, data=petition.typed())
    assert petition.number("SELECT count(*) FROM spent") == 1
    nightly(petition.app, TODAY)
    assert petition.number("SELECT count(*) FROM spent") == 1
    with service(Engine, petition.app).execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE spent SET until = '2020-01-01 00:00:00'"))
    nightly(petition.app, TODAY)
    assert petition.number("SELECT count(*) FROM spent") == 0


def test_a_petition_without_a_day_of_erasure_never_opens(storage: Any) -> None:
    petition = opened(storage, {"petition.yaml": "events: []\n"})
    answer = petition.browser().post(BASE, data=petition.typed())
    assert answer.status_code == 503
    assert json.loads(petition.browser().get(f"{BASE}/count.json").text)["total"] == 0
