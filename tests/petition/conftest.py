"""A petition that can be signed: a small campaign with a key, on each engine, and a cheap index."""

from __future__ import annotations

import html
import itertools
import json
import re
import secrets
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from campaign import clock
from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.mail.outbox import Outbox
from campaign.mail.worker import Postman
from campaign.petition import administration, proof_of_work
from campaign.petition.index import Cost
from campaign.petition.links import Confirmation
from campaign.petition.status import Petitions
from campaign.services import provide, service
from campaign.settings import Settings
from campaign.signatures import person
from campaign.signatures.person import Person
from campaign.signatures.sealing import PrivateKey, new_key
from campaign.web import tokens
from tests.minimal import FILES

BASE = "/en/trees/petition"
TERMS = {
    "petition.yaml": "closes: 2027-06-30\nerase-on: 2027-12-31\nlegal-basis: Consent.\n"
    "milestones:\n- {key: few, count: 10}\nevents: []\n"
}
CHEAP = Cost(memory=8, passes=1)

ANA = Person("Ana Example", "ana@example.org", "FR", "Lyon", "2026-11-24", "en", 1)


#: Slots of the index for links that tests make: all different, which random ones are not always.
_SLOTS = itertools.count(1)


class Box:
    """A relay that keeps what it gets."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    def send(self, message: EmailMessage, sender: str, to: str) -> None:
        found = message_from_bytes(message.as_bytes(), policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.messages.append(found)

    def close(self) -> None:
        pass


@dataclass
class Petition:
    """The application, the trustees' key, and the mail that was sent."""

    app: Flask
    key: PrivateKey
    box: Box = field(default_factory=Box)

    @property
    def campaign(self) -> int:
        return service(Petitions, self.app).held("trees", fresh=True).campaign

    def link(self, **changes: Any) -> Confirmation:
        """A link as a form makes it, for another record each time."""
        sealed = self.key.public.seal(person.to_bytes(ANA))
        made = Confirmation(
            int(clock.seconds() // 60) + 60, secrets.randbits(63), next(_SLOTS), "FR", "en", 1, sealed
        )
        return replace(made, **changes)

    def browser(self) -> FlaskClient:
        return self.app.test_client()

    def token(self, purpose: str = "sign/trees", age: float = 40) -> str:
        """A form's token of some age in seconds."""
        secret = service(Settings, self.app).secrets["form"]
        earlier = clock.now() - timedelta(seconds=age)
        with clock.use(lambda: earlier):
            return tokens.make(secret, purpose)

    def proof(self, purpose: str = "sign/trees", step: int = 0) -> str:
        """A solved task, as a browser's script makes it."""
        secret = service(Settings, self.app).secrets["form"]
        return solved(proof_of_work.challenge(secret, purpose, step), step)

    def typed(self, **changes: Any) -> dict[str, Any]:
        """What somebody types into the form, on a page that was open for a while."""
        typed = {
            "form_token": self.token(),
            "name": "Ana Example",
            "email": "ana@example.org",
            "country": "FR",
            "agree": "y",
        }
        return {name: value for name, value in {**typed, **changes}.items() if value is not None}

    def signs(self, **changes: Any) -> tuple[str, str]:
        """Somebody signs and gets a mail; the paths of its two links."""
        answer = self.browser().post(BASE, data=self.typed(**changes), follow_redirects=True)
        assert answer.status_code == 200, problems(answer.text)
        before = len(self.box.messages)
        self.deliver()
        assert len(self.box.messages) == before + 1
        return links_of(self.box.messages[-1])

    def deliver(self) -> int:
        return Postman(self.app, service(Outbox, self.app), self.box).sweep()

    def press(self, path: str, kind: str) -> str:
        """The headline after the button on a link's page was pressed."""
        button = {"form_token": self.token(f"{kind}/trees")}
        return headline(self.browser().post(path, data=button, follow_redirects=True).text)

    def confirm(self, path: str) -> str:
        return self.press(path, "confirm")

    def withdraw(self, path: str) -> str:
        return self.press(path, "withdraw")

    def number(self, query: str) -> int:
        with self.app.app_context():
            return int(db.session.execute(text(query)).scalar() or 0)

    @property
    def total(self) -> int:
        return self.number("SELECT sum(count) FROM signature_tally")

    @property
    def records(self) -> int:
        return self.number("SELECT count(*) FROM signature")


def solved(challenge: str, step: int = 0) -> str:
    """The answer to a task."""
    task = json.loads(challenge)["task"]
    number = next(number for number in itertools.count() if proof_of_work.solves(task, number, step))
    return f"{task}.{number}"


def problems(page: str) -> list[str]:
    """What the summary at the top of the page says is wrong."""
    page = re.sub(r"<template.*?</template>", "", page, flags=re.S)
    summary = re.search(r'<section class="problems".*?</section>', page, re.S)
    lines = re.findall(r"<li>(?:<a[^>]*>)?([^<]+)", summary[0]) if summary else []
    return [html.unescape(line) for line in lines]


def headline(page: str) -> str:
    found = re.search(r"<h1>([^<]+)</h1>", page)
    return found[1] if found else ""


def links_of(message: EmailMessage) -> tuple[str, str]:
    """The paths of a mail's two links."""
    part = message.get_body(("plain",))
    assert part is not None
    confirm, withdraw = re.findall(r"<https?://[^/]+(/[^>\s]+)>", part.get_content())
    return confirm, withdraw


@pytest.fixture
def petition(storage: Flask, monkeypatch: pytest.MonkeyPatch) -> Petition:
    """An open petition without budgets; a page's age stands in for the proof of work."""
    return opened(storage)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Petition:
    """A petition on SQLite under which nobody ever signs, so that many tests can try to."""
    from tests.conftest import published

    return opened(published(tmp_path_factory.mktemp("still")))


def opened(app: Flask, files: dict[str, str] | None = None) -> Petition:
    """Publish a small campaign with a key."""
    texts = {**FILES, **TERMS, **(files or {})}
    key = new_key("trees", 1)
    with app.app_context():
        store.publish(db.session, "trees", texts, store.Authorship("files"))
        administration.publish_key(db.session, key.public, "the tests")
        service(EditionCache, app).load()
    provide(app, CHEAP)
    service(Petitions, app).held("trees", fresh=True)
    assert proof_of_work.WAIT < 40
    return Petition(app, key)


TODAY = date(2026, 11, 24)
