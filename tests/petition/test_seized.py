"""Whoever takes the machine finds no name and no mailbox; whoever has the key finds all of them. [58]"""

from __future__ import annotations

import logging
import secrets
import sqlite3
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import Engine

from campaign.mail.hourly_keys import HOUR, SEEN
from campaign.mail.outbox import Outbox
from campaign.mail.worker import Postman
from campaign.petition.nightly import nightly
from campaign.services import provide, service
from campaign.trustees import opening
from tests.conftest import published
from tests.mail.relay import Clock
from tests.petition.conftest import BASE, CHEAP, Petition, links_of, opened
from tests.test_privacy import traces

MANY = 1_000

#: A large provider's domain: many addresses of a small one would need a proof of work.
LARGE = "gmail.com"


class Kept:
    """A relay that keeps the messages as they were handed over."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []

    def send(self, message: EmailMessage, sender: str, to: str) -> None:
        self.taken.append(message)

    def close(self) -> None:
        pass


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Petition:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    petition = opened(published(tmp_path / "data"))
    provide(petition.app, CHEAP)
    return petition


@pytest.mark.slow
@pytest.mark.security(58)
def test_after_a_thousand_signatures_no_name_or_mailbox_is_on_the_machine_and_the_key_finds_all(
    house: Petition, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG, logger="campaign.requests")  # what CAMPAIGN_LOG=debug writes
    log = logging.FileHandler(tmp_path / "server.log")
    logging.getLogger().addHandler(log)
    name, box = f"Zq{secrets.token_hex(5)}", f"yx{secrets.token_hex(5)}"
    clock = Clock()
    service(Outbox, house.app)._clock = clock
    relay = Kept()
    postman = Postman(house.app, service(Outbox, house.app), relay)
    browser = house.browser()
    for n in range(MANY):
        typed = house.typed(name=f"{name} {_letters(n)}", email=f"{box}{n}@{LARGE}", place=f"{name}town")
        assert browser.post(BASE, data=typed).status_code == 200
        if n % 100 == 99:
            # What waits in the outbox is unreadable, too.
            assert traces([name, box], tmp_path) == []
            postman.sweep()
    assert len(relay.taken) == MANY
    for message in relay.taken:
        confirm, _withdraw = links_of(message)
        assert browser.post(confirm, data={"form_token": house.token("confirm/trees")}).status_code == 303
    # Two e-mail addresses may share a slot of the index; the second then waits for the trustees. Among 1,000
    # addresses in 2^24 slots this happens in one run of thirty. More than five pairs would be a fault
    # (probability 10^-12).
    slots = house.number("SELECT count(*) FROM seen")
    assert house.records == MANY and house.total == slots >= MANY - 5
    clock.now += 2 * HOUR
    postman.sweep()
    # Keys go once they were seen unneeded for some minutes, by a clock that nobody sets.
    later = time.monotonic() + SEEN
    monkeypatch.setattr(service(Outbox, house.app)._hours, "_monotonic", lambda: later)
    postman.sweep()
    nightly(house.app)
    database = tmp_path / "data" / "campaign.sqlite"
    with sqlite3.connect(database) as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "backup.sqlite"),))
    connection.close()
    logging.getLogger().removeHandler(log)
    log.close()

    assert (tmp_path / "server.log").read_text().count("POST mail_links.open_link") == MANY
    assert (tmp_path / "data" / "queue.sqlite").exists()
    assert not list((tmp_path / "data" / "mail-keys").iterdir())
    assert traces([name, box], tmp_path) == []
    # The search can fail: a copy of one mail is found.
    (tmp_path / "spool").write_bytes(relay.taken[0].as_bytes())
    assert traces([box], tmp_path)
    (tmp_path / "spool").unlink()

    from campaign.petition import export

    with house.app.app_context():
        export.write(service(Engine, house.app), "trees", house.campaign, tmp_path / "all.campaign", _day())
    assert traces([name, box], tmp_path) == []
    found = opening.examine(tmp_path / "all.campaign", {1: house.key})
    assert (found.records, found.people, found.unopened) == (MANY, MANY, 0)
    people = {
        one.person.email: one.person.name
        for one in opening.people(tmp_path / "all.campaign", {1: house.key}, found.kept)
    }
    assert people == {f"{box}{n}@{LARGE}": f"{name} {_letters(n)}" for n in range(MANY)}


def _letters(n: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(n))


def _day():  # type: ignore[no-untyped-def]
    from datetime import date

    return date(2026, 11, 24)
