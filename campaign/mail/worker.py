"""The worker: a process that Huey wakes with the numbers of rows. It sends, then marks.

It may get the same number twice; a sweep finds the rows whose number it never got.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask

from campaign import clock
from campaign.email_address import Address, for_relay
from campaign.mail.outbox import Outbox
from campaign.mail.sender import CatchBox, PermanentError, Relay, Sender, TemporaryError
from campaign.mail.templates import compose
from campaign.services import service
from campaign.settings import Settings

if TYPE_CHECKING:
    from huey import Huey

log = logging.getLogger("campaign.mail")


class Queue:
    """Huey with one task, which carries a row's number: Redis or PostgreSQL where set, else a file."""

    def __init__(self, settings: Settings, deliver: Callable[[str], object] | None = None) -> None:
        self._settings, self._work = settings, deliver or _leave_to_worker

    @cached_property
    def huey(self) -> Huey:
        """Opened when it is first needed: most processes send nothing."""
        return _huey(self._settings)

    @cached_property
    def _deliver(self) -> Any:
        return self.huey.task(name="deliver")(self._work)

    def wake(self, name: str) -> None:
        """Send the worker the number of a row. It never fails: the sweep would find the row."""
        try:
            self._deliver(name)
        except Exception as error:
            log.warning("the queue took no row: %s", type(error).__name__)

    def start(self) -> Huey:
        """The queue, ready to be worked on: it knows the task."""
        return self._deliver.huey

    def close(self) -> None:
        """Close the queue's connection."""
        if "huey" in self.__dict__:
            self.huey.storage.close()


def _huey(settings: Settings) -> Huey:
    # Most processes open no queue: it adds 250 ms to each start.
    from huey import PostgresHuey, RedisHuey, SqliteHuey

    if settings.redis_url:
        return RedisHuey("campaign", url=settings.redis_url, results=False)
    if settings.database_url.startswith("postgresql"):
        dsn = settings.database_url.replace("+psycopg", "", 1)
        return PostgresHuey("campaign", dsn=dsn, results=False)
    # Not synced to the disk at each entry: what a power cut takes, the sweep finds.
    return SqliteHuey("campaign", filename=str(settings.data / "queue.sqlite"), fsync=False, results=False)


def _leave_to_worker(_name: str) -> None:
    """The work is done in the worker's process, not in this one."""


class Postman:
    """Takes e-mails out of the outbox and hands them over, one by one."""

    def __init__(self, app: Flask, outbox: Outbox, sender: Sender) -> None:
        self._app, self._outbox, self._sender = app, outbox, sender

    def deliver(self, name: str) -> bool:
        """Send one e-mail, then mark it; whether it was sent."""
        mail = self._outbox.take(name)
        if mail is None:
            return False
        sender = service(Settings, self._app).mail_from
        with self._app.test_request_context():
            to = for_relay(mail.content["to"])
            message = compose(mail.id, {**mail.content, "to": to}, sender)
        try:
            self._sender.send(message, sender, to)
        except TemporaryError:
            self._outbox.later(mail)
            return False
        except PermanentError as error:
            self._outbox.refused(mail.id, error.code)
            return False
        self._outbox.sent(mail.id)
        return True

    def sweep(self) -> int:
        """Deliver everything that is due; how many were sent. The keys of finished hours are destroyed."""
        count = 0
        while names := self._outbox.due():
            count += sum(self.deliver(name) for name in names)
        self._sender.close()
        self._outbox.tidy()
        return count


def sends_to(settings: Settings, address: Address) -> bool:
    """Whether the relay can send there: not all take letters beyond ASCII before the @."""
    return address.ascii.isascii() or not _ascii_mark(settings).exists()


def _ascii_mark(settings: Settings) -> Path:
    """The file that says to other processes that the relay takes ASCII addresses only."""
    return settings.data / "relay-ascii-only"


def note_offer(settings: Settings, utf8: bool) -> None:
    """Note what the relay said when a connection was made."""
    if utf8:
        _ascii_mark(settings).unlink(missing_ok=True)
    else:
        _ascii_mark(settings).touch(mode=0o600)


def sender_of(settings: Settings) -> Sender:
    """The relay that is set, or the folder that catches e-mail on this machine."""
    offers = partial(note_offer, settings)
    return (
        Relay(settings.smtp_url, offers=offers) if settings.smtp_url else CatchBox(settings.data / "caught")
    )


@dataclass(frozen=True, slots=True)
class Tasks:
    """What the worker does besides e-mail: at 0:07 UTC, every hour and at its start, every minute."""

    nightly: Callable[[], object]
    hourly: Callable[[], object]
    minutely: Callable[[], object]


def work(app: Flask, tasks: Tasks) -> None:
    """Run the worker until it is stopped: e-mails as they come, a sweep a minute, and the other tasks."""
    from huey import crontab  # as in _huey

    settings = service(Settings, app)
    postman = Postman(app, service(Outbox, app), sender_of(settings))
    queue = Queue(settings, postman.deliver)
    huey = queue.start()
    heartbeat = settings.data / "worker-alive"

    def sweep() -> None:
        heartbeat.touch(mode=0o600)
        postman.sweep()
        tasks.minutely()

    huey.periodic_task(crontab(), name="sweep")(sweep)
    # A task's result would be put into the queue, so none has one.
    huey.periodic_task(crontab(minute="7", hour="0"), name="nightly")(lambda: _run(tasks.nightly))
    huey.periodic_task(crontab(minute="22"), name="hourly")(lambda: _run(tasks.hourly))
    tasks.hourly()
    sweep()
    huey.create_consumer(workers=2, max_delay=1.0, worker_type="thread").run()


def _run(task: Callable[[], object]) -> None:
    task()


def alive(settings: Settings, now: float | None = None) -> bool:
    """Whether the worker was active in the last ten minutes."""
    now = clock.seconds() if now is None else now
    try:
        return now - (settings.data / "worker-alive").stat().st_mtime < 600
    except FileNotFoundError:
        return False
