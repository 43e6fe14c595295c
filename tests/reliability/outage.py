"""R6: the relay is away for a day. What waits goes out by itself when it is back, the oldest first."""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter
from dataclasses import dataclass

from aiosmtpd.controller import Controller
from sqlalchemy import Engine

from campaign.application import create_app
from campaign.mail import sender
from campaign.mail.hourly_keys import HOUR, HourlyKeys
from campaign.mail.outbox import Outbox
from campaign.mail.worker import Postman
from campaign.services import service
from tests.mail.relay import Clock, Relay
from tests.mail.test_outbox import CONTENT
from tests.reliability.house import House
from tests.test_server import free_port


@dataclass
class Outage:
    """What it came to. `tries`: sweeps that found nobody; `early`: mails that went before one of an older hour."""

    mails: int = 0
    tries: int = 0
    was_late: bool = False
    given_up: int = 0
    arrived: int = 0
    doubled: int = 0
    early: int = 0
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        return self.was_late and (self.arrived, self.doubled, self.given_up, self.early) == (
            self.mails,
            0,
            0,
            0,
        )


def weathered(house: House, mails: int, chance: random.Random) -> Outage:
    """So many mails, put in over a day during which nobody answers at the relay's address."""
    app, clock, found = create_app(house.settings(), load=False), Clock(), Outage(mails=mails)
    outbox = Outbox(service(Engine, app), HourlyKeys(house.settings().queue_keys), clock)
    port = free_port()
    relayed = sender.Relay(f"smtp://127.0.0.1:{port}")
    postman = Postman(app, outbox, relayed, clock=clock)
    hours = sorted(chance.randrange(24) for _ in range(mails))
    put = Counter(hours)
    for hour in range(24):
        with service(Engine, app).execution_options(writes=True).begin() as connection:
            for number in range(put[hour]):
                outbox.put(connection, {**CONTENT, "to": f"h{hour:02}n{number}@example.org"})
        for _ in range(20):
            found.tries += postman.sweep() == 0
            clock.now += HOUR / 20
    found.was_late = outbox.is_late()
    relay = Relay()
    controller = Controller(relay, hostname="127.0.0.1", port=port)
    controller.start()
    begun = time.monotonic()
    while outbox.waiting().count and time.monotonic() < begun + 600:
        postman.sweep()
        clock.now += Postman.PAUSE + 1
    found.seconds = time.monotonic() - begun
    relayed.close()
    controller.stop()
    arrived = [int(to[1:3]) for to, _message in relay.taken]
    found.arrived, found.doubled = len(relay.ids), len(arrived) - len(relay.ids)
    found.given_up = sum(outbox.waiting().refused.values())
    # Several go at a time, so neighbours may change places; nobody overtakes a whole hour.
    found.early = sum(later < earlier - 1 for earlier, later in itertools.pairwise(arrived))
    service(Engine, app).dispose()
    return found
