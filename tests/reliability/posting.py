"""R4: SIGKILL of the mail worker, again and again, while it hands mails to a relay."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine

from campaign.mail.hourly_keys import HourlyKeys
from campaign.mail.outbox import Outbox
from campaign.services import service
from tests.mail.relay import Relay, running
from tests.reliability.house import House
from tests.tools import ROOT

#: The worker's sweep, over and over; a mail that a fallen worker had is free again after a second.
#: Loaded once; each line on its input makes a new process of it, whose number it prints.
_WORKERS = """
import os, sys, time
from sqlalchemy import Engine
from campaign.application import create_app
from campaign.mail.hourly_keys import HourlyKeys
from campaign.mail.outbox import Outbox
from campaign.mail.sender import Relay
from campaign.mail.worker import Postman
from campaign.services import service
from campaign.settings import Settings
app = create_app(load=False)
outbox = Outbox(service(Engine, app), HourlyKeys(service(Settings, app).queue_keys), lease=1)
postman = Postman(app, outbox, Relay(sys.argv[1]))
for _line in sys.stdin:
    child = os.fork()
    if child == 0:
        while True:
            postman.sweep()
            time.sleep(0.01)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


@dataclass
class Result:
    """What the kills came to."""

    kills: int = 0
    mails: int = 0
    missing: int = 0
    doubled: int = 0


def kills(house: House, many: int, chance: random.Random, mails: int = 15) -> Result:
    """Put so many mails in, let the worker send, kill it in the middle, so often; then let it end its work."""
    from campaign.application import create_app

    settings = house.settings()
    app = create_app(settings, load=False)
    outbox = Outbox(service(Engine, app), HourlyKeys(settings.queue_keys))
    result, names = Result(), set()
    with running(Relay()) as relay, _workers(house, relay) as start:
        for _ in range(many):
            names |= _put(app, outbox, mails)
            sent = len(relay.taken)
            kill = start()
            while len(relay.taken) < sent + 2:
                time.sleep(0.002)
            time.sleep(chance.uniform(0.0, 0.08))
            kill()
            result.kills += 1
        kill = start()
        _drained(outbox)
        kill()
    arrived = {name[1:33]: count for name, count in relay.ids.items()}
    service(Engine, app).dispose()
    result.mails = len(names)
    result.missing = len(names - arrived.keys())
    result.doubled = sum(count - 1 for count in arrived.values())
    return result


def _drained(outbox: Outbox) -> None:
    """Wait until no mail is left, or until none has left for half a minute."""
    left, since = outbox.waiting().count, time.monotonic()
    while left and time.monotonic() - since < 30:
        time.sleep(0.2)
        if (now := outbox.waiting().count) != left:
            left, since = now, time.monotonic()


def _put(app: object, outbox: object, many: int) -> set[str]:
    from tests.mail.test_outbox import CONTENT

    names = set()
    with service(Engine, app).execution_options(writes=True).begin() as connection:  # type: ignore[attr-defined]
        for n in range(many):
            names.add(outbox.put(connection, {**CONTENT, "to": f"a{n}@example.org"}))  # type: ignore[attr-defined]
    return names


@contextmanager
def _workers(house: House, relay: Relay) -> Iterator[Callable[[], Callable[[], None]]]:
    """Something that starts a worker, and gives what kills it."""
    parent = subprocess.Popen(
        [sys.executable, "-c", _WORKERS, relay.address], cwd=ROOT, env=house.environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert parent.stdin is not None and parent.stdout is not None

    def start() -> Callable[[], None]:
        print("start", file=parent.stdin, flush=True)
        child = int(parent.stdout.readline())

        def kill() -> None:
            os.kill(child, signal.SIGKILL)
            assert parent.stdout.readline() == "gone\n"

        return kill

    try:
        yield start
    finally:
        parent.stdin.close()
        parent.wait(timeout=10)
        parent.stdout.close()
