"""Messages to webhooks: written with what they announce, sent by the worker, tried again, and given up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re

import jsonschema
import pytest
from flask import Flask
from sqlalchemy import select

from campaign.database import db, transaction
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.mail.outbox import Outbox
from campaign.monitoring.webhooks import courier, secret_of
from campaign.people import audit
from campaign.services import service
from campaign.site import daily_counts
from campaign.webhooks import hooks, signing
from campaign.webhooks.delivering import FAILED, LEASE, LOGGED, PAUSES, SENT, WAITING
from campaign.webhooks.hooks import WebhookError
from campaign.webhooks.models import Webhook, WebhookDelivery
from campaign.webhooks.queue import OFFERED, Event
from tests.desk.conftest import Desk, desk_on  # noqa: F401
from tests.minimal import FILES
from tests.receiver import OK, Receiver, answers, receiving, resets
from tests.tools import ROOT, without_tokens

AUTHOR = store.Authorship("Ana", "a note")


@pytest.fixture
def desk(storage: Flask, desk_on) -> Desk:  # noqa: F811
    return desk_on(storage)


def added(desk: Desk, receiver: Receiver, events=OFFERED) -> int:
    """A webhook for the receiver; its number."""
    with desk.app.app_context(), store.writing(db.session, "trees") as campaign:
        return hooks.add(db.session, campaign.id, receiver.url, events).id


def publish(desk: Desk, words: str = "Other words.") -> None:
    with desk.app.app_context():
        files = {**FILES, "pages/about.en.md": FILES["pages/about.en.md"].replace("Words.", words)}
        store.publish(db.session, "trees", files, AUTHOR)


def log(desk: Desk) -> list[tuple[str, str, int, str]]:
    """What is in the log: event, state, tries, answer; the newest first."""
    with desk.app.app_context():
        rows = db.session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.made.desc()))
        return [(row.event, row.state, row.tries, row.answer) for row in rows]


def sweep(desk: Desk, receiver: Receiver, **network: float) -> int:
    return courier(desk.app, receiver.network(**network)).sweep()


def is_described(body: bytes) -> None:
    """A message is as the API's description says."""
    described = json.loads((ROOT / "campaign/site/api/openapi.json").read_text(encoding="utf-8"))
    schema = {"$ref": "#/components/schemas/Event", "components": described["components"]}
    jsonschema.Draft202012Validator(schema).validate(json.loads(body))


def head_and_body(request: bytes) -> tuple[dict[str, str], bytes]:
    head, _end, body = request.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /hook?key=1 HTTP/1.1"
    return {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}, body


def test_a_new_edition_is_announced_with_a_signature_and_says_nothing_of_who_published_it(desk: Desk) -> None:
    with receiving(answers(OK)) as receiver:
        number = added(desk, receiver)
        publish(desk)
        assert sweep(desk, receiver) == 1
        headers, body = head_and_body(receiver.received[0])
    content = json.loads(body)
    assert content == {
        "type": "edition.published",
        "timestamp": "2026-11-24T12:00:00Z",
        "data": {"campaign": "trees", "edition": 2},
    }
    is_described(body)
    assert "Ana" not in without_tokens(body.decode()) and "note" not in body.decode()
    with desk.app.app_context():
        key = signing.key_of(secret_of(desk.app), db.session.get_one(Webhook, number).salt)
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{digest}"
    assert re.fullmatch(r"msg_[0-9a-f]{32}", headers["webhook-id"])
    assert log(desk) == [("edition.published", SENT, 1, "200")]
    assert sweep(desk, receiver) == 0


def test_an_edition_that_is_not_committed_is_announced_to_nobody(desk: Desk) -> None:
    with receiving(answers(OK)) as receiver:
        added(desk, receiver)
        with desk.app.app_context(), pytest.raises(RuntimeError), transaction(db.session):
            files = {**FILES, "pages/about.en.md": FILES["pages/about.en.md"].replace("Words.", "Not these.")}
            store.publish(db.session, "trees", files, AUTHOR)
            raise RuntimeError
        assert sweep(desk, receiver) == 0
    assert log(desk) == []


def test_the_counts_are_announced_once_a_day_as_the_public_sees_them(desk: Desk) -> None:
    with receiving(answers(OK)) as receiver:
        added(desk, receiver, [Event.COUNTS])
        service(EditionCache, desk.app).load()
        publish(desk)  # this webhook does not want editions
        assert daily_counts.announce(desk.app) == 0  # today's are not complete
        desk.clock.pass_(hours=12, minutes=5)
        assert daily_counts.announce(desk.app) == 0  # not before twenty past midnight
        desk.clock.pass_(hours=1)
        assert daily_counts.announce(desk.app) == 1
        assert daily_counts.announce(desk.app) == 0
        assert sweep(desk, receiver) == 1
        _headers, body = head_and_body(receiver.received[0])
    is_described(body)
    data = json.loads(body)["data"]
    assert (data["campaign"], data["day"], data["letters"]["total"]) == ("trees", "2026-11-24", 0)
    assert set(data["signatures"]) == {
        "counted_at", "total", "estimated", "countries_until", "countries", "elsewhere", "channels",
        "days",
    }  # fmt: skip


def test_a_failure_is_tried_again_ever_more_rarely_and_then_the_webhook_is_switched_off(desk: Desk) -> None:
    with receiving(answers(b"HTTP/1.1 500 Oh\r\n\r\n")) as receiver:
        added(desk, receiver)
        publish(desk)
        for tries, pause in enumerate(PAUSES, 1):
            assert sweep(desk, receiver) == 0
            assert log(desk)[0] == ("edition.published", WAITING, tries, "500")
            assert sweep(desk, receiver) == 0 and len(receiver.received) == tries  # not before its time
            desk.clock.pass_(seconds=pause * 1.1 + 1)
        publish(desk, "And others.")
        sweep(desk, receiver)
    assert {row[1] for row in log(desk)} == {FAILED}
    ids = {head_and_body(request)[0]["webhook-id"] for request in receiver.received}
    assert len(ids) == 1  # the same in every try
    with desk.app.app_context():
        assert db.session.scalars(select(Webhook.stopped)).one() == "unanswered"
        campaign = audit.campaign_of(db.session, "trees")
        row = audit.rows(db.session, campaign)[-1]
        assert (row.who, row.what, row.on, row.note) == (
            "the server", "change webhook", "hooks.example.org", "switched off"
        )  # fmt: skip
        assert audit.broken_at(db.session, campaign) is None
        assert service(Outbox).waiting().count == 1  # to the owner
    publish(desk, "Third words.")
    assert len(log(desk)) == 2  # it is announced to it no more


@pytest.mark.slow
def test_a_receiver_that_says_that_it_is_gone_is_switched_off_at_once(desk: Desk) -> None:
    with receiving(answers(b"HTTP/1.1 410 Gone\r\n\r\n")) as receiver:
        added(desk, receiver)
        publish(desk)
        sweep(desk, receiver)
    with desk.app.app_context():
        assert db.session.scalars(select(Webhook.stopped)).one() == "gone"


@pytest.mark.slow
def test_a_test_is_tried_once_and_switches_nothing_off(desk: Desk) -> None:
    with receiving(resets) as receiver:
        number = added(desk, receiver)
        with desk.app.app_context(), store.writing(db.session, "trees"):
            hooks.test(db.session, db.session.get_one(Webhook, number), "trees")
        sweep(desk, receiver)
    (entry,) = log(desk)
    assert entry[:3] == ("webhook.test", FAILED, 1)


@pytest.mark.slow
def test_the_log_keeps_the_newest_messages(desk: Desk) -> None:
    with receiving(answers(OK)) as receiver:
        number = added(desk, receiver)
        for _turn in range(LOGGED + 3):
            desk.clock.pass_(seconds=10)
            with desk.app.app_context(), store.writing(db.session, "trees"):
                hooks.test(db.session, db.session.get_one(Webhook, number), "trees")
            assert sweep(desk, receiver) == 1
    assert len(log(desk)) == LOGGED


@pytest.mark.slow
def test_two_workers_send_a_message_once(desk: Desk) -> None:
    with receiving(answers(OK)) as receiver:
        added(desk, receiver)
        publish(desk)
        first, second = (courier(desk.app, receiver.network()) for _ in range(2))
        with desk.app.app_context():
            name = db.session.scalars(select(WebhookDelivery.id)).one()
        assert first._take(name) is not None
        assert second._take(name) is None
        desk.clock.pass_(seconds=LEASE + 1)  # the first one died
        assert second.deliver(name)


@pytest.mark.slow
def test_a_campaign_has_five_webhooks_at_most_and_none_after_its_removal(desk: Desk) -> None:
    with desk.app.app_context(), store.writing(db.session, "trees") as campaign:
        for number in range(hooks.MOST):
            hooks.add(db.session, campaign.id, f"https://hooks.example.org/{number}", OFFERED)
        with pytest.raises(WebhookError, match="many"):
            hooks.add(db.session, campaign.id, "https://hooks.example.org/more", OFFERED)
        with pytest.raises(WebhookError, match="https"):
            hooks.add(db.session, campaign.id, "http://hooks.example.org/", OFFERED)
        hooks.forget(db.session, campaign.id)
        assert hooks.of_campaign(db.session, campaign.id) == []
