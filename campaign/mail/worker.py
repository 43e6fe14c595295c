"""The worker: a process that Huey wakes with the numbers of rows. It sends, then marks.

It may get the same number twice; a sweep finds the rows whose number it never got.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from flask import Flask

from campaign import clock
from campaign.database import GIVEN_UP
from campaign.email_address import Address, for_relay
from campaign.logs import frames
from campaign.mail.outbox import Outbox
from campaign.mail.sender import CatchBox, PermanentError, Relay, RelayAwayError, Sender, TemporaryError
from campaign.mail.templates import compose
from campaign.redis_access import Outage, connect
from campaign.services import service
from campaign.settings import Settings
from campaign.waiting import THERE, bind, waiting_at_most

if TYPE_CHECKING:
    from huey import Huey

log = logging.getLogger("campaign.mail")


class Queue:
    """Huey with one task, which carries a row's number: Redis or PostgreSQL where set, else a file."""

    def __init__(self, settings: Settings, deliver: Callable[[str], object] | None = None) -> None:
        self._settings, self._work = settings, deliver or _leave_to_worker
        self._outage = Outage()
        self._names: deque[str] = deque()
        self._lock = threading.Lock()
        self._waking: threading.Thread | None = None

    def load(self) -> None:
        """Import what the queue needs, without opening it: for all copies of this process."""
        _kind(self._settings)

    @cached_property
    def huey(self) -> Huey:
        """Opened when it is first needed: most processes send nothing."""
        return _huey(self._settings)

    @cached_property
    def _deliver(self) -> Any:
        return self.huey.task(name="deliver")(self._work)

    def wake(self, name: str) -> None:
        """Send the worker the number of a row, by a thread of its own: nobody waits for the queue.

        It never fails: the sweep would find the row.
        """
        if self._outage.lasts:
            return
        with self._lock:
            self._names.append(name)
            if self._waking is None:
                self._waking = threading.Thread(target=self._wake_all, name="waking", daemon=True)
                self._waking.start()

    def _wake_all(self) -> None:
        while True:
            with self._lock:
                if not self._names:
                    self._waking = None
                    return
                name = self._names.popleft()
            try:
                with waiting_at_most(THERE):
                    self._deliver(name)
            except Exception as error:
                self._outage.begin()
                with self._lock:
                    self._names.clear()
                log.warning("the queue took no row: %s", type(error).__name__)

    def settle(self) -> None:
        """Wait until the queue has what it was given."""
        with self._lock:
            waking = self._waking
        if waking is not None:
            waking.join()

    def start(self) -> Huey:
        """The queue, ready to be worked on: it knows the task."""
        return self._deliver.huey

    def close(self) -> None:
        """Close the queue's connection."""
        self.settle()
        if "huey" in self.__dict__:
            self.huey.storage.close()


def _huey(settings: Settings) -> Huey:
    kind = _kind(settings)
    if settings.redis_url:
        # The worker asks Redis to wait for a second until there is something.
        return kind("campaign", connection_pool=connect(settings.redis_url, 3).pool, results=False)
    if settings.database_url.startswith("postgresql"):
        return kind("campaign", connection=partial(_connected, settings.database_url), results=False)
    # Not synced to the disk at each entry: what a power cut takes, the sweep finds.
    return kind("campaign", filename=str(settings.data / "queue.sqlite"), fsync=False, results=False)


def _kind(settings: Settings) -> Any:
    """The class of the queue, imported without what only other kinds of it need."""
    in_database = settings.database_url.startswith("postgresql")
    with nullcontext() if settings.redis_url or in_database else _without("redis", "psycopg"):
        import huey  # most commands open no queue
    if settings.redis_url:
        return huey.RedisHuey
    return huey.PostgresHuey if in_database else huey.SqliteHuey


@contextmanager
def _without(*packages: str) -> Iterator[None]:
    """Let what is imported meanwhile find no such packages, unless they are in memory already.

    huey imports them if it finds them: 80 ms and 16 MB in each process, for what a site with SQLite never
    uses.
    """
    modules: dict[str, ModuleType | None] = sys.modules  # type: ignore[assignment]
    missing = [name for name in packages if name not in modules]
    modules.update(dict.fromkeys(missing))
    try:
        yield
    finally:
        for name in missing:
            del modules[name]


def _connected(url: str) -> Any:
    """A connection of the queue's own, which gives up a database that does not answer."""
    import psycopg  # only where PostgreSQL is the queue

    dsn = url.replace("+psycopg", "", 1)
    connection = psycopg.connect(
        dsn, connect_timeout=int(THERE), tcp_user_timeout=int(THERE * 750), options=GIVEN_UP
    )
    bind(connection)
    return connection


def _leave_to_worker(_name: str) -> None:
    """The work is done in the worker's process, not in this one."""


class Postman:
    """Takes e-mails out of the outbox and hands them over, `at_once` at a time.

    While the relay can't be reached, one e-mail is tried now and then, and the others wait untouched.
    """

    #: Seconds after which a relay that could not be reached is tried again.
    PAUSE = 30.0

    def __init__(
        self,
        app: Flask,
        outbox: Outbox,
        sender: Sender,
        at_once: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app, self._outbox, self._sender, self._at_once = app, outbox, sender, at_once
        self._outage = Outage(self.PAUSE, clock)
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Begin no further e-mail."""
        self._stopped.set()

    def deliver(self, name: str) -> bool:
        """Send one e-mail, then mark it; whether it was sent."""
        if self._outage.lasts or self._stopped.is_set():
            return False
        mail = self._outbox.take(name)
        if mail is None:
            return False
        sender = service(Settings, self._app).mail_from
        with self._app.test_request_context():
            to = for_relay(mail.content["to"])
            message = compose(mail.id, {**mail.content, "to": to}, sender)
        try:
            self._sender.send(message, sender, to)
        except RelayAwayError:
            self._outage.begin()
            self._outbox.put_back(mail)
            return False
        except TemporaryError:
            self._outbox.later(mail)
            return False
        except PermanentError as error:
            self._outbox.refused(mail.id, error.code)
            return False
        self._outbox.sent(mail.id)
        return True

    def sweep(self) -> int:
        """Deliver everything that is due, the oldest first; how many were sent.

        The keys of finished hours are destroyed.
        """
        count = 0
        while not (self._outage.lasts or self._stopped.is_set()) and (names := self._outbox.due()):
            count += self._deliver_all(names)
        self._outbox.tidy()
        return count

    def _deliver_all(self, names: list[str]) -> int:
        if self._at_once == 1:
            return self._deliver_some(iter(names))
        queue = _Shared(names)
        with ThreadPoolExecutor(self._at_once, "postman") as pool_of_threads:
            return sum(pool_of_threads.map(self._deliver_some, [queue] * self._at_once))

    def _deliver_some(self, names: Iterator[str]) -> int:
        """Deliver in this thread, by its own connection, until no name is left."""
        try:
            return sum(self.deliver(name) for name in names)
        finally:
            self._sender.close()


class _Shared(Iterator[str]):
    """Names that several threads take, each name once and in their order."""

    def __init__(self, names: list[str]) -> None:
        self._names, self._lock = iter(names), threading.Lock()

    def __next__(self) -> str:
        with self._lock:
            return next(self._names)


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
    """What the worker does besides e-mail: the nightly work when it is due, every hour, and every minute.

    `webhooks`: messages to other programs, every few seconds.
    """

    nightly: Callable[[], object]
    hourly: Callable[[], object]
    minutely: Callable[[], object]
    webhooks: Callable[[], object]


#: E-mails that are handed over at a time, and seconds between two signs of life.
AT_ONCE, BEAT = 4, 20


def work(app: Flask, tasks: Tasks) -> None:
    """Run the worker until it is stopped: e-mails as they come, a sweep a minute, and the other tasks.

    Each has a thread of its own, so that a relay, a queue or a database that hangs keeps no other waiting.
    """
    settings = service(Settings, app)
    postman = Postman(app, service(Outbox, app), sender_of(settings), AT_ONCE)
    stopped = threading.Event()
    chores = (
        Chore("beat", BEAT, partial(_beat, settings)),
        Chore("sweep", 60, postman.sweep),
        Chore("looking", 60, tasks.minutely),
        Chore("nightly", 60, tasks.nightly),
        Chore("hourly", 3600, tasks.hourly),
        Chore("webhooks", 5, tasks.webhooks),
    )
    threads = [chore.start(stopped) for chore in chores]
    queue = Queue(settings, postman.deliver)
    try:
        _consume(queue)
    finally:
        stopped.set()
        postman.stop()
        for thread in threads:
            thread.join(5)


def _beat(settings: Settings) -> None:
    (settings.data / "worker-alive").touch(mode=0o600)


def _consume(queue: Queue) -> None:
    """Take what the queue has until a signal to stop."""
    queue.start().create_consumer(workers=2, max_delay=1.0, worker_type="thread", periodic=False).run()


@dataclass(frozen=True, slots=True)
class Chore:
    """Something that is done at once and then every `every` seconds, in a thread; a failure ends nothing."""

    name: str
    every: float
    work: Callable[[], object]

    def start(self, stopped: threading.Event) -> threading.Thread:
        """Do it until `stopped`."""
        thread = threading.Thread(target=self._run, args=(stopped,), name=self.name, daemon=True)
        thread.start()
        return thread

    def _run(self, stopped: threading.Event) -> None:
        while not stopped.is_set():
            begun = time.monotonic()
            try:
                self.work()
            except Exception as error:  # whatever it is, the next time may go well
                cause = f"{self.name}: {type(error).__name__} at {frames(error)}"
                log.error("the worker failed at %s", cause, extra={"cause": cause})
            stopped.wait(max(1.0, self.every - (time.monotonic() - begun)))


def alive(settings: Settings, now: float | None = None) -> bool:
    """Whether the worker was active in the last ten minutes."""
    now, beat = clock.seconds() if now is None else now, last_beat(settings)
    return beat is not None and now - beat < 600


def last_beat(settings: Settings) -> float | None:
    """When the worker was last active, in seconds since 1970; None if it never was."""
    try:
        return (settings.data / "worker-alive").stat().st_mtime
    except FileNotFoundError:
        return None
