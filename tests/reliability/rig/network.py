"""Network namespaces that stand for machines, on two bridges. Nothing of it reaches this machine's network.

`front` joins visitors, nginx and the machines of the site; `back` the machines of the site with the database,
Redis and the relay. A link is cut by taking its cable out of the bridge: packets vanish, and nobody is told.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

#: The commands that it needs, and Debian's packages of them.
NEEDED = {"ip": "iproute2"}

BRIDGES = {"front": "10.77.1", "back": "10.77.2"}

#: Visitors come from any address of this network: a /24 each, so that the budgets count them apart.
EVERYBODY = "10.128.0.0/10"

_CLONE_NEWNET = 0x40000000
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
_NAMES = Path("/etc/netns")


def missing() -> str:
    """Why there can be no namespaces on this machine; '' if there can."""
    if os.geteuid() != 0:
        return "root"
    if lacks := [package for name, package in NEEDED.items() if not shutil.which(name, path=_PATH)]:
        return ", ".join(lacks)
    probe = f"campaign-{os.getpid()}-probe"
    made = _ip("netns", "add", probe, check=False)
    bridge = made and _ip("-n", probe, "link", "add", "front", "type", "bridge", check=False)
    veth = bridge and _ip(
        "-n", probe, "link", "add", "one", "type", "veth", "peer", "name", "other", check=False
    )
    if made:
        _ip("netns", "delete", probe)
    return "" if veth else "network namespaces with bridges"


def _ip(*words: str, check: bool = True) -> bool:
    ran = subprocess.run(["ip", *words], env={"PATH": _PATH}, capture_output=True, text=True)
    if check and ran.returncode:
        raise RuntimeError(f"ip {' '.join(words)}: {ran.stderr}")
    return ran.returncode == 0


def _enter(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        if ctypes.CDLL(None, use_errno=True).setns(handle, _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
    finally:
        os.close(handle)


class Network:
    """Namespaces by name, each with an address on one bridge or both. `close` removes everything."""

    def __init__(self) -> None:
        self._prefix = f"campaign-{os.getpid()}"
        self._made: list[str] = []
        self._hosts = ["127.0.0.1 localhost"]
        self._cut: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._add("switch")
        for bridge in BRIDGES:
            self._run("switch", "link", "add", bridge, "type", "bridge")
            self._run("switch", "link", "set", bridge, "up")

    def _add(self, name: str) -> None:
        _ip("netns", "add", self.full(name))
        self._made.append(name)
        self._run(name, "link", "set", "lo", "up")

    def full(self, name: str) -> str:
        """The name of a namespace as `ip netns` lists it."""
        return f"{self._prefix}-{name}"

    def _run(self, name: str, *words: str) -> None:
        _ip("-n", self.full(name), *words)

    def add(self, name: str, links: Mapping[str, int], *hosts: str) -> None:
        """A namespace with these last numbers of its addresses by bridge. `hosts`: names of the first one."""
        self._add(name)
        for bridge, number in links.items():
            self._run("switch", "link", "add", f"{bridge[0]}-{name}", "type", "veth",
                      "peer", "name", bridge, "netns", self.full(name))  # fmt: skip
            self._run("switch", "link", "set", f"{bridge[0]}-{name}", "master", bridge, "up")
            self._run(name, "address", "add", f"{BRIDGES[bridge]}.{number}/24", "dev", bridge)
            self._run(name, "link", "set", bridge, "up")
        bridge, number = next(iter(links.items()))
        self._hosts += [f"{BRIDGES[bridge]}.{number} {host}" for host in hosts]

    def write_hosts(self) -> None:
        """Let every namespace know the names of all: `ip netns exec` puts the file over /etc/hosts."""
        for name in self._made:
            folder = _NAMES / self.full(name)
            folder.mkdir(parents=True)
            (folder / "hosts").write_text("\n".join([*self._hosts, ""]))

    def let_everybody_in(self, visitors: str, proxy: str, number: int) -> None:
        """Give `visitors`, whose last number that is, every address of EVERYBODY; `proxy` answers to there."""
        self._run(visitors, "route", "add", "local", EVERYBODY, "dev", "lo")
        self._run(proxy, "route", "add", EVERYBODY, "via", f"{BRIDGES['front']}.{number}")

    def command(self, name: str, *words: str) -> list[str]:
        """A command that runs in a namespace."""
        return [shutil.which("ip", path=_PATH) or "ip", "netns", "exec", self.full(name), *words]

    def cut(self, name: str, bridge: str) -> None:
        """Take a machine's cable out of a bridge."""
        with self._lock:
            self._cut.add((name, bridge))
            self._run("switch", "link", "set", f"{bridge[0]}-{name}", "nomaster")

    def mend(self, name: str, bridge: str) -> None:
        """Put it in again."""
        with self._lock:
            self._cut.discard((name, bridge))
            self._run("switch", "link", "set", f"{bridge[0]}-{name}", "master", bridge)

    def is_cut(self, name: str) -> bool:
        """Whether a machine is cut from either bridge."""
        with self._lock:
            return any(cut == name for cut, _bridge in self._cut)

    def enter(self, name: str) -> None:
        """Let the sockets that this thread opens from now on be in a namespace."""
        _enter(f"/run/netns/{self.full(name)}")

    @contextmanager
    def among(self, name: str) -> Iterator[None]:
        """The same until the end of the block."""
        own = f"/proc/self/task/{threading.get_native_id()}/ns/net"
        with open(own, "rb") as before:
            self.enter(name)
            try:
                yield
            finally:
                _enter(f"/proc/self/fd/{before.fileno()}")

    def close(self) -> None:
        """Remove every namespace, and with them bridges and links."""
        for name in reversed(self._made):
            _ip("netns", "delete", self.full(name), check=False)
            shutil.rmtree(_NAMES / self.full(name), ignore_errors=True)
        self._made.clear()
        if _NAMES.is_dir() and not any(_NAMES.iterdir()):
            _NAMES.rmdir()
