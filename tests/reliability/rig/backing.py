"""What the machines of the site share: PostgreSQL and Redis as Debian has them, a relay, and nginx in front."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import pwd
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from multiprocessing.connection import Connection
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.deploy.test_proxies import HOST, certificate
from tests.mail.relay import Relay
from tests.reliability.rig.network import Network
from tests.tools import until

#: Programs that are needed, with Debian's packages of them.
NEEDED = {"redis-server": "redis-server", "nginx": "nginx", "setpriv": "util-linux"}
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def postgres_programs() -> Path | None:
    """The folder of Debian's newest PostgreSQL, with initdb in it."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def missing() -> list[str]:
    """Programs that this machine lacks."""
    lacks = [package for name, package in NEEDED.items() if not shutil.which(name, path=_PATH)]
    return lacks + ([] if postgres_programs() else ["postgresql"])


class Program:
    """A program of one namespace that can be killed and started again."""

    def __init__(self, network: Network, name: str, log: Path, words: list[str]) -> None:
        self._command, self._log = network.command(name, *words), log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                env={"PATH": _PATH, "LANG": "C.UTF-8"}, cwd="/",
            )  # fmt: skip

    def end(self, how: signal.Signals) -> None:
        """Send a signal to the program, or with SIGKILL to all its processes, and wait until it has ended."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                if how is signal.SIGKILL:
                    os.killpg(self._process.pid, how)
                else:
                    self._process.send_signal(how)
            self._process.wait(60)


class Store:
    """PostgreSQL and Redis on one machine, reached over TLS and by password, as the shipped settings say."""

    def __init__(self, network: Network, folder: Path, address: str, password: str) -> None:
        self._network, self._folder, self._address = network, folder, address
        programs = postgres_programs()
        assert programs is not None
        self.cluster = folder / "cluster"
        owner = pwd.getpwnam("postgres")
        self.cluster.mkdir()
        os.chown(self.cluster, owner.pw_uid, owner.pw_gid)
        self._as_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self._programs = programs
        self._make_cluster(owner.pw_uid, owner.pw_gid)
        postgres = [*self._as_owner, str(programs / "postgres"), "-D", str(self.cluster)]
        self.postgres = Program(network, "store", folder / "postgres.log", postgres)
        redis = ["redis-server", "--bind", address, "--protected-mode", "no", "--save", "", "--appendonly", "no",
                 "--dir", str(folder)]  # fmt: skip
        self.redis = Program(network, "store", folder / "redis.log", redis)
        self.postgres.start(), self.redis.start()
        until(self.answers)
        self.ask(f"CREATE ROLE campaign LOGIN PASSWORD '{password}'", "postgres")
        self.ask("CREATE DATABASE campaign OWNER campaign", "postgres")

    def _make_cluster(self, user: int, group: int) -> None:
        made = [*self._as_owner, str(self._programs / "initdb"), "-D", str(self.cluster), "--auth=reject",
                "--auth-local=trust", "--encoding=UTF8", "--no-sync"]  # fmt: skip
        subprocess.run(made, check=True, capture_output=True, cwd="/")
        certificate(self.cluster)
        for name in ("fullchain.pem", "privkey.pem"):
            os.chown(self.cluster / name, user, group)
            (self.cluster / name).chmod(0o600)
        with (self.cluster / "pg_hba.conf").open("a") as rules:
            rules.write("hostssl campaign campaign 10.77.2.0/24 scram-sha-256\n")
        with (self.cluster / "postgresql.conf").open("a") as settings:
            settings.write(
                f"listen_addresses = '{self._address}'\nunix_socket_directories = '{self.cluster}'\n"
                "ssl = on\nssl_cert_file = 'fullchain.pem'\nssl_key_file = 'privkey.pem'\nmax_connections = 300\n"
            )

    def answers(self) -> bool:
        """Whether the database takes connections."""
        try:
            return self.ask("SELECT 1", "postgres") == "1"
        except subprocess.CalledProcessError:
            return False

    def ask(self, query: str, database: str = "campaign") -> str:
        """What the database answers to its owner."""
        psql = [*self._as_owner, str(self._programs / "psql"), "--host", str(self.cluster), "-U", "postgres", "-qtAX",
                "-v", "ON_ERROR_STOP=1", "-c", query, database]  # fmt: skip
        return subprocess.run(psql, check=True, capture_output=True, text=True, cwd="/").stdout.strip()

    def number(self, query: str) -> int:
        """One number from the database."""
        return int(self.ask(query) or 0)

    def stop_postgres(self) -> None:
        """End PostgreSQL at once, without a shutdown: it recovers from its log when it starts."""
        self.postgres.end(signal.SIGQUIT)

    def start_postgres(self) -> None:
        """Start it, and wait until it answers."""
        self.postgres.start()
        until(self.answers)

    def close(self) -> None:
        if self.redis.runs:
            self.redis.end(signal.SIGKILL)
        if self.postgres.runs:
            self.postgres.end(signal.SIGINT)


class RelayMachine:
    """A relay in a namespace and a process of its own, so that visitors' threads do not keep it waiting.

    What it takes arrives in `relay.taken`.
    """

    def __init__(self, network: Network, name: str, address: str, relay: Relay) -> None:
        self.relay = relay
        forking = multiprocessing.get_context("fork")
        self._taken, taken = forking.Pipe(duplex=False)
        self._process = forking.Process(target=_relay, args=(network, name, address, taken), daemon=True)
        self._process.start()
        taken.close()
        assert self._taken.recv() == READY
        self._thread = threading.Thread(target=self._read, name="relay", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with suppress(EOFError):
            while True:
                to, content = self._taken.recv()
                message = message_from_bytes(content, policy=policy.default)
                assert isinstance(message, EmailMessage)
                self.relay.taken.append((to, message))

    def close(self) -> None:
        self._process.kill()
        self._process.join(10)
        self._thread.join(10)


#: What the relay's process says first.
READY = "ready"


class _Passing:
    """Passes on what it is handed, and then says that it has it."""

    def __init__(self, taken: Connection) -> None:
        self._taken = taken

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        (to,) = envelope.rcpt_tos
        self._taken.send((to, envelope.content))
        return "250 OK"


def _relay(network: Network, name: str, address: str, taken: Connection) -> None:
    network.enter(name)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    handler = _Passing(taken)

    def session() -> SMTP:
        return SMTP(handler, enable_SMTPUTF8=True, hostname="relay.internal", loop=loop)

    listener = socket.create_server((address, 25))
    server = loop.run_until_complete(loop.create_server(session, sock=listener))
    taken.send(READY)
    loop.run_until_complete(server.serve_forever())


def nginx(network: Network, folder: Path, site: str) -> Program:
    """nginx as Debian sets it up, with the shipped file as its site. Only the certificate's folder is another."""
    folder.mkdir()
    certificate(folder)
    changed = site.replace(f"/etc/letsencrypt/live/{HOST}", str(folder))
    (folder / "site.conf").write_text(re.sub(r"\s*listen \[::\]:\d+( ssl)?;", "", changed))
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                         ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))  # fmt: skip
    (folder / "nginx.conf").write_text(
        f"daemon off; user www-data; worker_processes auto; pid {folder}/pid; error_log {folder}/main.log;\n"
        f"events {{ worker_connections 2048; }}\nhttp {{ access_log off; {temporary}\ninclude {folder}/site.conf; }}\n"
    )
    words = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    return Program(network, "proxy", folder / "output.log", words)


def trusting(folder: Path) -> ssl.SSLContext:
    """A TLS context that takes nginx's certificate and no other."""
    context = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
    context.check_hostname = True
    return context


def waited(holds: Callable[[], object], seconds: float) -> float:
    """How long it took until it held, in seconds; fails after `seconds`."""
    begun = time.monotonic()
    until(holds, seconds)
    return time.monotonic() - begun
