"""A process that serves: one event loop for the connections, and threads for the application."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import signal
import socket
import sys
import threading
from collections import deque
from collections.abc import Callable

from campaign.serving.bounds import Bounds, LargeBodies, Site
from campaign.serving.connection import Connection, State

log = logging.getLogger("campaign.serving")

#: Seconds between two looks at the deadlines.
_LOOK = 0.5

#: Connections that are accepted before the others have a turn. A process that takes many at once, while
#: another does nothing, has the work of both: visitors keep their connections. With one at a time, a visitor
#: would wait behind a thousand others who connect.
_ACCEPTED_AT_ONCE = 4

#: Connections that are looked at before the others have a turn.
_LOOKED_AT_AT_ONCE = 16

#: Connections that wait in the system until they are accepted.
QUEUE = 1024

#: Seconds after which Python lets another thread work. The event loop must not wait long for the
#: application's threads: with Python's 5 ms, a request waits twice for each busy thread.
_SWITCH = 0.001


class Server:
    """A process's connections and threads. Only `submit` and `call` may be used from any thread."""

    def __init__(self, site: Site, threads: int, bounds: Bounds) -> None:
        self.site, self.bounds = site, bounds
        self.large_bodies = LargeBodies(bounds.large_bodies)
        self.stopping = False
        self._loop = asyncio.get_running_loop()
        self.now = self._loop.time
        self._connections: set[Connection] = set()
        self._work: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._quick_work: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._calls: deque[Callable[[], None]] = deque()
        self._woken = False
        for number in range(threads):
            self._start(self._work, f"answer-{number}")
        self._start(self._quick_work, "answer-quick")

    def _start(self, work: queue.SimpleQueue[Callable[[], None]], name: str) -> None:
        threading.Thread(target=self._answer, args=(work,), name=name, daemon=True).start()

    # from any thread

    def submit(self, work: Callable[[], None], quick: bool = False) -> None:
        """Have a thread do this; the one for `quick` work if it is."""
        (self._quick_work if quick else self._work).put(work)

    def call(self, action: Callable[[], None]) -> None:
        """Have the event loop do this; many calls wake it once."""
        self._calls.append(action)
        if not self._woken:
            self._woken = True
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is there to hear
                self._loop.call_soon_threadsafe(self._do_calls)

    def _do_calls(self) -> None:
        self._woken = False
        while self._calls:
            self._calls.popleft()()

    def _answer(self, work: queue.SimpleQueue[Callable[[], None]]) -> None:
        while True:
            work.get()()

    # the connections

    def add(self, connection: Connection) -> None:
        """Take a new connection; for one too many, the one that has waited longest is closed."""
        self._connections.add(connection)
        if len(self._connections) > self.bounds.connections:
            waiting = [one for one in self._connections if one.state is not State.ANSWER]
            longest = min(waiting, key=lambda one: (one.state is State.BODY, one.since), default=connection)
            longest.abort()
            self.note("more connections than allowed: the one that has waited longest is closed")

    def remove(self, connection: Connection) -> None:
        """Forget a connection that has ended."""
        self._connections.discard(connection)

    def note_refusal(self, status: int) -> None:
        """Say in the log, once a minute, that requests do not arrive or are no requests."""
        self.note(f"requests are refused before the site sees them: {status}")

    def note(self, message: str) -> None:
        """Write a warning of the server; the log leaves out what it wrote less than a minute ago."""
        log.warning(message, extra={"cause": message})

    async def run(self, listener: socket.socket, stopped: asyncio.Event) -> None:
        """Serve until `stopped`, then take no more connections and let the requests in work end."""
        server = await self._loop.create_server(
            lambda: Connection(self), sock=listener, backlog=_ACCEPTED_AT_ONCE
        )
        listener.listen(QUEUE)  # asyncio uses one number for both
        looking = self._loop.create_task(self._look())
        await stopped.wait()
        self.stopping = True
        # asyncio loses what it has just accepted if its server closes before that has become a connection.
        self._loop.remove_reader(listener)
        if beginning := asyncio.all_tasks() - {asyncio.current_task(), looking}:
            await asyncio.wait(beginning, timeout=self.bounds.stop)
        waiting = listener.dup()
        server.close()
        await self._take(waiting)
        await self._let_end()
        looking.cancel()

    async def _take(self, listener: socket.socket) -> None:
        """Take the connections that wait in the system: they would be cut off with what they brought."""
        accepted: list[socket.socket] = []
        with listener, contextlib.suppress(OSError):  # until nobody waits
            while len(accepted) < QUEUE:
                accepted.append(listener.accept()[0])
        for one in accepted:
            await self._loop.connect_accepted_socket(lambda: Connection(self), one)

    async def _let_end(self) -> None:
        """Let the requests in work end, and answer those that a proxy has sent meanwhile.

        Nobody can know whether one is on its way over a kept connection. Each answer says that it is
        the connection's last one, and after `quiet` seconds those that bring nothing are closed.
        """
        closes_at = self.now() + self.bounds.quiet
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.bounds.stop):
                while any(one.works for one in self._connections):
                    if self.now() >= closes_at:
                        for connection in list(self._connections):
                            connection.stop()
                    await asyncio.sleep(0.05)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(min(_LOOK, self.bounds.head / 4))
            for number, connection in enumerate(list(self._connections)):
                connection.check_deadline(self.now())
                if number % _LOOKED_AT_AT_ONCE == 0:
                    await asyncio.sleep(0)


def serve(
    listener: socket.socket, site: Site, threads: int, bounds: Bounds, parent: int | None = None
) -> None:
    """Serve until a signal to stop, or until `parent`, a pipe from the process that started this, ends."""
    sys.setswitchinterval(_SWITCH)
    asyncio.run(_serve(listener, site, threads, bounds.within_files(), parent))


async def _serve(
    listener: socket.socket, site: Site, threads: int, bounds: Bounds, parent: int | None
) -> None:
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopped.set)
    if parent is not None:
        loop.add_reader(parent, stopped.set)  # nothing is written to it: it can only end
    await Server(site, threads, bounds).run(listener, stopped)
    # Here, where signals still have a handler: a server that is stopped gets several.
    await asyncio.to_thread(site.at_end)
