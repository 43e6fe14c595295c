"""Owners see whether the server is well, in their language, and nobody else does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaign import clock
from campaign.messages import Message, Plural
from campaign.monitoring import record
from campaign.monitoring.findings import Finding, Level
from campaign.monitoring.record import Record
from campaign.services import service
from campaign.settings import Settings
from tests.desk.conftest import NOW, Desk

FOUND = [
    Finding("disk", Level.GOOD, Message("%(share)s%% of the disk is free: %(size)s MB.", share=40, size=12_000)),
    Finding("backup", Level.BAD, Plural("The last backup is %(num)s day old.", "The last backup is %(num)s days old.", 9), Message("Make one, and look at its timer: systemctl status campaign-backup.timer")),
    Finding("relay", Level.NOTE, Message("No relay is set: no e-mail leaves this machine."), Message("Set CAMPAIGN_SMTP_URL and CAMPAIGN_MAIL_FROM.")),
]  # fmt: skip


def test_owners_see_what_was_found_the_worst_first_with_what_to_do(desk: Desk) -> None:
    data = service(Settings, desk.app).data
    ana = desk.sits("Ana")
    assert "Nobody has looked yet." in ana.get("/server") and "is not active" in ana.get("/server")
    record.save(data, Record(clock.now(), FOUND))
    (data / "worker-alive").touch()
    with clock.use(lambda: desk.clock.now):
        page = ana.get("/server")
    order = [
        page.index(words)
        for words in ("The last backup is 9 days old.", "No relay is set", "40% of the disk is free")
    ]
    assert order == sorted(order) and "systemctl status campaign-backup.timer" in page
    assert "Set CAMPAIGN_SMTP_URL" not in page  # a note is no task
    assert "Act now" in page and 'class="mark mark-missing"' in page


def test_a_look_of_long_ago_says_so(desk: Desk) -> None:
    record.save(service(Settings, desk.app).data, Record(NOW - timedelta(hours=4), FOUND))
    assert "That is long ago." in desk.sits("Ana").get("/server")


@pytest.mark.parametrize("role", ["editor", "translator", "clerk", "reader"])
def test_nobody_else_sees_it(role: str, desk: Desk) -> None:
    desk.join("Berik", role, languages=("fr",) if role == "translator" else ())
    berik = desk.sits("Berik")
    berik.get("/server", status=403)
