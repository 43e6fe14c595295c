"""A PostgreSQL of its own, made by `initdb`, whose processes can be killed without asking anybody. (R2)"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.test_server import free_port

_PATH = os.pathsep.join(
    [os.environ.get("PATH", ""), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))]
)


def missing() -> str:
    """What this machine lacks for it; '' if nothing."""
    lacks = [name for name in ("initdb", "postgres") if shutil.which(name, path=_PATH) is None]
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        lacks.append("setpriv")
    return ", ".join(lacks)


class Cluster:
    """A server in a folder, on a port of this machine. `unsafe`: commits do not wait for the disk."""

    def __init__(self, folder: Path, unsafe: bool = False) -> None:
        self._folder, self.port, self._unsafe = folder, free_port(), unsafe
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir()
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(folder, "postgres", "postgres")
            for above in folder.parents:
                above.chmod(above.stat().st_mode | 0o011) if above.stat().st_uid == 0 else None
        self._run("initdb", "-D", str(folder / "data"), "--auth=trust", "-U", "campaign", "-N")
        self.start()
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE site")

    @property
    def url(self) -> str:
        return self._address("site")

    def start(self) -> None:
        """Start it, and wait until it answers: after a kill, when it has read its log again."""
        options = ["-p", str(self.port), "-k", str(self._folder), "-c", "listen_addresses=127.0.0.1"]
        unsafe = ["-c", "synchronous_commit=off", "-c", "wal_writer_delay=10s"] if self._unsafe else []
        self._process = subprocess.Popen(
            self._as_its_user("postgres", "-D", str(self._folder / "data"), *options, *unsafe),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "PATH": _PATH},
        )  # fmt: skip
        end = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self._address("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                assert time.monotonic() < end and self._process.poll() is None, "PostgreSQL did not start"
                time.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL to all of its processes: first the one that would start the others again is stopped."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)
        for process in [*_children(self._process.pid), self._process.pid]:
            os.kill(process, signal.SIGKILL)
        self._process.wait()

    def _address(self, database: str) -> str:
        return f"postgresql://campaign@127.0.0.1:{self.port}/{database}"

    def _run(self, *words: str) -> None:
        subprocess.run(
            self._as_its_user(*words), check=True, capture_output=True, env={**os.environ, "PATH": _PATH}
        )

    @staticmethod
    def _as_its_user(*words: str) -> list[str]:
        if os.geteuid() != 0:
            return [*words]
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--", *words]


def _children(of: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[1]) == of:
                found.append(int(stat.parent.name))
        except OSError:
            continue
    return found


@contextmanager
def running(folder: Path, unsafe: bool = False) -> Iterator[Cluster]:
    """One that is gone at the end."""
    cluster = Cluster(folder, unsafe)
    try:
        yield cluster
    finally:
        cluster.kill()
