"""What is new or worse goes to the owners once; what they have heard of does not come again."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest

from campaign import clock
from campaign.database import db
from campaign.mail.outbox import Outbox
from campaign.mail.templates import compose
from campaign.monitoring import alarms, record
from campaign.monitoring.checks import CHECKS
from campaign.people import members
from campaign.people.members import Action, Guest, Proofs
from campaign.petition.nightly import nightly
from campaign.services import service
from tests.monitoring.conftest import NOW, Site
from tests.tools import text_of


@pytest.fixture
def owned(site: Site) -> Site:
    with site.petition.app.app_context():
        guest = Guest("Ana", "ana@example.org", "owner")
        token = members.invite(db.session, "trees", guest, Action("me", NOW))
        members.accept(db.session, token, Proofs("шесть зелёных велосипедов", pyotp.random_base32()), NOW)
    nightly(site.petition.app)
    empty(site)
    return site


def empty(site: Site) -> list[tuple[str, str]]:
    """The e-mails that wait, taken out: to whom, and their text."""
    outbox = service(Outbox, site.petition.app)
    with site.petition.app.app_context():
        taken = [mail for name in outbox.due() if (mail := outbox.take(name))]
        found = [compose(mail.id, mail.content, "post@example.org") for mail in taken]
    for mail in taken:
        outbox.sent(mail.id)
    return [(str(message["To"]), text_of(message)) for message in found]


def look(site: Site, minutes: int) -> list[tuple[str, str]]:
    """A look at a later time, and the e-mails that it sends."""
    with clock.use(lambda: NOW + timedelta(minutes=minutes)):
        site.beat(ago=0 if "worker" not in site.around else 700)
        site.around.pop("worker", None)
        _findings, new = alarms.look(
            site.here, [check for check in CHECKS if check.key in {"worker", "backup", "disk"}]
        )
        alarms.tell(site.petition.app, new)
        return empty(site)


@pytest.mark.reliability(16)
def test_owners_hear_once_of_what_is_new_and_again_when_it_gets_worse(owned: Site) -> None:
    assert look(owned, 0) == []
    (owned.data / "backup.json").unlink()
    ((to, text),) = look(owned, 10)
    assert to == "ana@example.org" and "Backup: There is no backup yet." in text and "What to do" in text
    assert look(owned, 20) == []
    owned.backup(days=9)
    ((_to, text),) = look(owned, 30)
    assert "9 days old" in text
    owned.backup()
    assert look(owned, 40) == []


def test_an_alarm_that_comes_and_goes_is_told_once_in_six_hours(owned: Site) -> None:
    told = []
    for minutes in range(0, 800, 10):
        if minutes // 10 % 2:
            owned.around["worker"] = "still"
        told.append(len(look(owned, minutes)))
    assert sum(told) == 3


def test_a_check_that_was_not_run_keeps_what_it_found(owned: Site) -> None:
    owned.network.client = "connection"
    alarms.look(owned.here)
    assert record.load(owned.data).levels()["address"].key == "bad"  # type: ignore[union-attr]
    look(owned, 10)
    assert record.load(owned.data).levels()["address"].key == "bad"  # type: ignore[union-attr]


@pytest.mark.reliability(16)
def test_what_the_worker_cannot_send_is_sent_at_once(owned: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarms, "sender_of", lambda _settings: owned.petition.box)
    owned.beat(ago=700)
    _findings, new = alarms.look(owned.here)
    alarms.tell(owned.petition.app, new, at_once=True)
    assert "The mail worker has not been active" in text_of(owned.petition.box.messages[-1])
    assert empty(owned) == []


def test_a_broken_note_of_the_last_look_is_none(owned: Site) -> None:
    for broken in (
        "",
        "[]",
        "{}",
        '{"at": 1}',
        '{"at": "x", "findings": [1], "answers": [1, 2], "told": {}}',
    ):
        record.path_of(owned.data).write_text(broken)
        assert record.load(owned.data) is None
    alarms.look(owned.here)
    assert record.load(owned.data) is not None


@pytest.mark.reliability(16)
def test_the_worker_looks_every_ten_minutes_and_not_more_often(
    owned: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []
    monkeypatch.setattr(
        alarms,
        "look",
        lambda here, checks: (
            looks.append(clock.now()) or record.save(owned.data, record.Record(clock.now())) or ([], [])
        ),
    )
    for minutes in range(25):
        with clock.use(lambda minutes=minutes: NOW + timedelta(minutes=minutes)):
            alarms.watch(owned.petition.app)
    assert [(at - NOW).total_seconds() / 60 for at in looks] == [0, 10, 20]
