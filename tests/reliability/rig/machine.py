"""One machine of the site: the files of `campaign deploy init`, its server and its worker, as its units run them."""

from __future__ import annotations

import configparser
import http.client
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.deploy.test_proxies import HOST
from tests.reliability.rig.network import BRIDGES, Network
from tests.tools import ROOT, until

UNITS = {"server": "campaign.service", "worker": "campaign-worker.service"}


@dataclass
class Unit:
    """A service as systemd would keep it: it starts again `pause` seconds after it ended by itself."""

    words: list[str]
    stop_signal: signal.Signals
    pause: float
    process: subprocess.Popen[bytes] | None = None
    wanted: bool = False
    again_at: float = 0.0


@dataclass
class Machine:
    """A machine of the site in a namespace. `tree` is the program's source that it runs."""

    network: Network
    number: int
    folder: Path
    units: dict[str, Unit]
    tree: Path = ROOT
    down: bool = False
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def name(self) -> str:
        return f"app-{self.number}"

    @property
    def address(self) -> str:
        return f"{BRIDGES['front']}.{10 + self.number}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CAMPAIGN_")}
        return {
            **kept,
            "PYTHONPATH": str(self.tree),
            "CAMPAIGN_ENV_FILE": str(self.folder / "campaign.env"),
            "LANG": "C.UTF-8",
        }

    def campaign(self, *words: str, check: bool = True) -> str:
        """A command on this machine; what it printed."""
        command = self.network.command(self.name, sys.executable, "-m", "campaign", *words)
        ran = subprocess.run(
            command, env=self.environment(), cwd=self.data, capture_output=True, text=True, timeout=300
        )
        if check and ran.returncode:
            raise RuntimeError(f"campaign {' '.join(words)}: {ran.stdout}{ran.stderr}")
        return ran.stdout

    # its services

    def start(self, *names: str) -> None:
        """Start the server, the worker or, without names, both."""
        with self._lock:
            self.down = False
            for name in names or UNITS:
                self.units[name].wanted = True
                self._start(name)

    def _start(self, name: str) -> None:
        unit = self.units[name]
        with (self.folder / f"{name}.log").open("ab") as log:
            unit.process = subprocess.Popen(
                self.network.command(self.name, *unit.words), env=self.environment(), cwd=self.data,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def keep(self) -> None:
        """Start again what ended by itself, as systemd does; called again and again."""
        with self._lock:
            for name, unit in self.units.items():
                if not unit.wanted or self.down or unit.process is None or unit.process.poll() is None:
                    continue
                if not unit.again_at:
                    unit.again_at = time.monotonic() + unit.pause
                elif time.monotonic() >= unit.again_at:
                    unit.again_at = 0.0
                    self._start(name)

    def stop(self, *names: str) -> float:
        """`systemctl stop`: the unit's signal to its first process; how many seconds it took."""
        begun = time.monotonic()
        for name in names or UNITS:
            unit = self.units[name]
            with self._lock:
                unit.wanted = False
            if unit.process is not None:
                with suppress(ProcessLookupError):
                    unit.process.send_signal(unit.stop_signal)
                with suppress(subprocess.TimeoutExpired):
                    unit.process.wait(30)
                self._kill(unit)
        return time.monotonic() - begun

    def kill(self, *names: str) -> None:
        """SIGKILL to all processes of a service, or of both."""
        for name in names or UNITS:
            self._kill(self.units[name])

    @staticmethod
    def _kill(unit: Unit) -> None:
        if unit.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(unit.process.pid, signal.SIGKILL)
            unit.process.wait(30)

    def switch_off(self) -> None:
        """The machine is gone: its processes end, and nothing of it answers, not even to refuse."""
        with self._lock:
            self.down = True
        for bridge in BRIDGES:
            self.network.cut(self.name, bridge)
        self.kill()

    def switch_on(self) -> None:
        for bridge in BRIDGES:
            self.network.mend(self.name, bridge)
        self.start()

    # what it answers; the calling thread is in a namespace of the front bridge

    def answers(self) -> bool:
        """Whether its site says that it is well."""
        try:
            return self.get("/health")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def get(self, path: str, patience: float = 10) -> tuple[int, str]:
        """A page of this machine itself, past nginx."""
        connection = http.client.HTTPConnection(self.address, 8000, timeout=patience)
        try:
            connection.request("GET", path, headers={"Host": HOST, "X-Forwarded-For": "10.128.0.1"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        finally:
            connection.close()

    def becomes_well(self) -> None:
        until(self.answers, 120)


def made(network: Network, number: int, folder: Path, files: Path, workers: int) -> Machine:
    """A machine with its folder and settings; `files` is what `campaign deploy init` wrote."""
    (folder / "data").mkdir(parents=True, mode=0o700)
    volatile = folder / "volatile"
    volatile.mkdir(mode=0o700)
    text = (files / "campaign.env").read_text()
    for before, after in (
        (r"^CAMPAIGN_DATA=.*$", f"CAMPAIGN_DATA={folder / 'data'}"),
        (r"^CAMPAIGN_VOLATILE=.*$", f"CAMPAIGN_VOLATILE={volatile}"),
        (r"^#CAMPAIGN_SMTP_URL=.*$", "CAMPAIGN_SMTP_URL=smtp://relay.internal:25"),
        (r"^#(CAMPAIGN_(MAIL_FROM|SECURITY_CONTACT)=)", r"\1"),
    ):
        text, changed = re.subn(before, after, text, flags=re.M)
        assert changed, before
    (folder / "campaign.env").write_text(text)
    (folder / "campaign.env").chmod(0o600)
    units = {name: _unit(files / "systemd" / file, workers) for name, file in UNITS.items()}
    return Machine(network, number, folder, units)


def _unit(path: Path, workers: int) -> Unit:
    parser = configparser.RawConfigParser(strict=False, comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path)
    service = parser["Service"]
    line = re.sub(r"--workers \d+", f"--workers {workers}", service["ExecStart"])
    words = [sys.executable, "-m", "campaign", *shlex.split(line)[1:]]
    stop = signal.Signals[service.get("KillSignal", "SIGTERM")]
    return Unit(words, stop, float(service["RestartSec"]))
