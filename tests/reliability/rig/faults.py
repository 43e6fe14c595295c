"""What goes wrong on the machines, one fault after the other, each mended after some seconds."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.reliability.rig.cluster import Cluster
from tests.test_server import children


@dataclass
class Faults:
    """Faults by kind. `longest`: seconds that one lasts at most, the mending not included."""

    cluster: Cluster
    chance: random.Random
    longest: float = 15.0
    done: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    _stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def kinds(self) -> dict[str, Callable[[], None]]:
        return {
            "server killed": self._server,
            "web process killed": self._web_process,
            "worker killed": self._worker,
            "machine switched off": self._machine,
            "PostgreSQL restarted": self._postgres,
            "Redis killed": self._redis,
            "cut from database, Redis and relay": lambda: self._cut("back"),
            "cut from nginx": lambda: self._cut("front"),
        }

    def stop(self) -> None:
        """Begin no further fault."""
        self._stopped.set()

    def go_on(self, kinds: list[str], pause: float, seconds: float) -> None:
        """Each of these kinds, then any until `stop`, with about `pause` seconds between two, for so long."""
        end = time.monotonic() + seconds
        rest = list(kinds)
        while rest or not (self._stopped.is_set() or time.monotonic() > end):
            self.one(rest.pop(0) if rest else self.chance.choice(list(self.kinds)))
            self._stopped.wait(self.chance.uniform(0.5, 1.5) * pause)

    def one(self, kind: str) -> None:
        """A fault, from its beginning until everything answers again."""
        begun = time.monotonic()
        self.kinds[kind]()
        self.cluster.all_well()
        self.done[kind] += 1
        self.seconds[kind] += int(time.monotonic() - begun)

    def _last(self, least: float = 1.0) -> None:
        time.sleep(self.chance.uniform(least, self.longest))

    def _server(self) -> None:
        self.chance.choice(self.cluster.machines).kill("server")

    def _worker(self) -> None:
        self.chance.choice(self.cluster.machines).kill("worker")

    def _web_process(self) -> None:
        process = self.chance.choice(self.cluster.machines).units["server"].process
        if process is not None and (web := children(process.pid).get("web")):
            with suppress(ProcessLookupError):
                os.kill(web, signal.SIGKILL)

    def _machine(self) -> None:
        machine = self.chance.choice(self.cluster.machines)
        machine.switch_off()
        self._last()
        machine.switch_on()

    def _postgres(self) -> None:
        self.cluster.store.stop_postgres()
        self._last()
        self.cluster.store.start_postgres()

    def _redis(self) -> None:
        self.cluster.store.redis.end(signal.SIGKILL)
        self._last()
        self.cluster.store.redis.start()

    def _cut(self, bridge: str) -> None:
        machine = self.chance.choice(self.cluster.machines)
        self.cluster.network.cut(machine.name, bridge)
        self._last()
        self.cluster.network.mend(machine.name, bridge)
