"""A device at a stall, slowed down and killed at random: how many acknowledged signatures are lost, what is left of
names on its disk, and how many a trustee opens after the hand-over by codes and by file.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from campaign import clock
from campaign.database import db
from campaign.petition import export
from campaign.petition.ledger import Ledger
from campaign.services import service
from campaign.signatures import stall_file
from campaign.stalls import batches
from campaign.stalls.codes import Giver
from campaign.stalls.views import stall
from campaign.trustees import opening
from tests.browser.stall_device import (
    Device,
    begin,
    closed,
    file_of,
    saved,
    scanned,
    site_with_key,
)
from tests.tools import PATIENCE

#: How much slower than this machine the device is.
THROTTLE = 4


@dataclass
class Stall:
    """`unheard` were pressed when the device died, and may be there or not; `lost` were acknowledged and are not."""

    acknowledged: int = 0
    unheard: int = 0
    kills: int = 0
    lost: int = 0
    stored: int = 0
    traces: int = 0
    codes_are_the_file: bool = False
    accepted: int = 0
    opened: int = 0

    @property
    def holds(self) -> bool:
        there = (
            self.acknowledged
            <= self.opened
            == self.accepted
            == self.stored
            <= self.acknowledged + self.unheard
        )
        return there and (self.lost, self.traces) == (0, 0) and self.codes_are_the_file

    def __str__(self) -> str:
        return (
            f"{self.acknowledged} acknowledged at a CPU {THROTTLE} times slower, {self.kills} kills, {self.unheard} "
            f"unanswered, {self.stored} stored, {self.lost} acknowledged lost; {self.traces} traces of names in the profile; "
            f"codes read by zxing {'are' if self.codes_are_the_file else 'ARE NOT'} the file; "
            f"{self.accepted} accepted by a second person, {self.opened} opened by a trustee"
        )


def collected(folder: Path, chromium: str, many: int, kills: int, chance: random.Random) -> Stall:
    """So many sign on a device that is killed so often."""
    app, key = site_with_key(folder / "data")
    file = file_of(app, folder / "campaign.html")
    found = Stall(kills=kills)
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE * 1000)
        device = Device(playwright.chromium, chromium, folder / "profile", file, THROTTLE)
        begin(device.start())
        device.stop()
        found.unheard = device.collects(many, kills, chance)
        found.traces = len(device.traces())
        page = device.start()
        row = closed(page)
        body = saved(page, row)
        found.codes_are_the_file = scanned(page, row, folder / "code.png") == body
        device.stop()
        found.traces += len(device.traces())
    found.acknowledged, found.stored = len(device.acknowledged), len(stall_file.read(body).records)
    list_ = folder / "list.campaign"
    with app.test_request_context():
        at = stall("river")
        handed = batches.hand_over(db.session, at, body, Giver(1, "Ada"))
        found.accepted = batches.accept(
            db.session, at, service(Ledger), handed.batch.id, Giver(2, "Grace")
        ).counted
        export.write(db.engine, "river", handed.batch.campaign_id, list_, clock.today())
    people = {
        one.person.name for one in opening.opened(list_, {1: key}) if isinstance(one, opening.OpenedRecord)
    }
    found.opened, found.lost = len(people), len(set(device.acknowledged) - people)
    return found
