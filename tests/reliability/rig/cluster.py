"""All machines together, set up as the handbook says, and removed at the end."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from campaign.deploy.writing import Plan, write
from campaign.signatures import public_keys
from campaign.signatures.sealing import PrivateKey, new_key
from tests.deploy.test_proxies import HOST
from tests.mail.relay import Relay
from tests.minimal import FILES
from tests.petition.conftest import TERMS
from tests.reliability.rig import backing, machine, network
from tests.reliability.rig.machine import Machine
from tests.reliability.rig.network import BRIDGES, Network
from tests.tools import until

SLUG = "trees"

__all__ = ["HOST", "SLUG", "Cluster", "missing", "running"]

#: The last numbers of addresses: visitors and nginx in front, the database and the relay behind.
VISITORS, PROXY, STORE, RELAY = 1, 2, 2, 3


@dataclass
class Cluster:
    """The machines, what they share, and what stands before them."""

    folder: Path
    network: Network
    store: backing.Store
    relay: Relay
    machines: list[Machine]
    key: PrivateKey

    @property
    def proxy(self) -> str:
        return f"{BRIDGES['front']}.{PROXY}"

    @property
    def certificates(self) -> Path:
        return self.folder / "nginx"

    def all_well(self) -> None:
        """Wait until every machine answers."""
        for one in self.machines:
            one.becomes_well()


def missing() -> str:
    """What this machine lacks, in words; '' for nothing."""
    return network.missing() or ", ".join(backing.missing())


@contextmanager
def running(machines: int = 3, workers: int = 2) -> Iterator[Cluster]:
    """The site on so many machines with so many web processes each. The calling thread is among the visitors."""
    with ExitStack() as stack:
        # A run that is told to stop removes what it made, too.
        before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        stack.callback(signal.signal, signal.SIGTERM, before)
        folder = Path(tempfile.mkdtemp(prefix="campaign-machines-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o711)
        files = folder / "deploy"
        files.mkdir(mode=0o700)
        plan = Plan(HOST, postgres=True, machines=machines)
        write(files, plan)
        joined = _joined(machines, stack)
        store = backing.Store(joined, folder, f"{BRIDGES['back']}.{STORE}", plan.password)
        stack.callback(store.close)
        relay = backing.RelayMachine(joined, "relay", f"{BRIDGES['back']}.{RELAY}", Relay())
        stack.callback(relay.close)
        made = [
            machine.made(joined, number, folder / f"app-{number}", files, workers)
            for number in range(1, machines + 1)
        ]
        key = _set_up(made)
        proxy = backing.nginx(joined, folder / "nginx", (files / "nginx/campaign.conf").read_text())
        cluster = Cluster(folder, joined, store, relay.relay, made, key)
        _start(cluster, proxy, stack)
        yield cluster


def _joined(machines: int, stack: ExitStack) -> Network:
    joined = Network()
    stack.callback(joined.close)
    joined.add("visitors", {"front": VISITORS})
    joined.add("proxy", {"front": PROXY}, HOST)
    joined.add("store", {"back": STORE}, "db.internal")
    joined.add("relay", {"back": RELAY}, "relay.internal")
    for number in range(1, machines + 1):
        joined.add(f"app-{number}", {"front": 10 + number, "back": 10 + number}, f"app-{number}.internal")
    joined.write_hosts()
    joined.let_everybody_in("visitors", "proxy", VISITORS)
    return joined


def _set_up(machines: list[Machine]) -> PrivateKey:
    """Secrets on one machine, its key on all, the tables, a campaign and its key."""
    first, *others = machines
    first.campaign("secrets")
    for other in others:
        (other.data / "secrets").mkdir(mode=0o700)
        shutil.copy2(first.data / "secrets" / "machine", other.data / "secrets" / "machine")
    for one in machines:
        one.campaign("settings")  # fails if one is wrong
    first.campaign("migrate")
    first.campaign("load", str(_pack(first.folder / "pack")))
    key, public = new_key(SLUG, 1), first.folder / "trustees.pub"
    public.write_text(public_keys.public_line(key.public))
    first.campaign("keys", "publish", str(public))
    return key


def _pack(folder: Path) -> Path:
    """The small campaign with a petition, as a folder."""
    for path, text in {**FILES, **TERMS}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def _start(cluster: Cluster, proxy: backing.Program, stack: ExitStack) -> None:
    """Everything runs, and what ends is started again as systemd would."""
    # The certificate and /etc/hosts are there now, so nginx finds the names of its machines.
    proxy.start()
    stack.callback(proxy.end, signal.SIGTERM)
    stopped = threading.Event()

    def keep() -> None:
        while not stopped.wait(0.2):
            for one in cluster.machines:
                one.keep()

    keeper = threading.Thread(target=keep, name="systemd", daemon=True)
    for one in cluster.machines:
        stack.callback(one.kill)
        one.start()
    keeper.start()
    stack.callback(keeper.join)
    stack.callback(stopped.set)
    stack.enter_context(cluster.network.among("visitors"))
    cluster.all_well()
    until(lambda: proxy.runs)
