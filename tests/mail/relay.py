"""A relay on this machine (aiosmtpd), which can be told to misbehave."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Relay:
    """Keeps what it took. `dice` gives the fault of a mail by name, or '' for none."""

    def __init__(self, dice: Any = None) -> None:
        self.dice = dice or (lambda _message: "")
        self.taken: list[tuple[str, EmailMessage]] = []
        self.faults: Counter[str] = Counter()
        self.address = ""

    @property
    def ids(self) -> Counter[str]:
        """How often each mail came."""
        return Counter(str(message["Message-ID"]) for _to, message in self.taken)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        message = message_from_bytes(envelope.content or b"", policy=policy.default)
        assert isinstance(message, EmailMessage)
        fault = self.dice(message)
        self.faults[fault] += 1
        if fault == "greylisted":
            return "451 4.7.1 try again later"
        if fault == "refused":
            return "550 5.1.1 no such mailbox"
        if fault == "dropped":
            server.transport.abort()
            return "421 gone"
        if fault == "hang":
            import asyncio

            await asyncio.sleep(4)
            server.transport.abort()
            return "421 gone"
        assert len(envelope.rcpt_tos) == 1
        self.taken.append((envelope.rcpt_tos[0], message))
        if fault == "lost":  # it has the mail, and the answer never arrives
            server.transport.abort()
        return "250 OK"


@contextmanager
def running(relay: Relay, utf8: bool = True) -> Iterator[Relay]:
    """The relay on a free port; without `utf8`, it takes addresses in ASCII only."""
    controller = Controller(relay, hostname="127.0.0.1", port=0, enable_SMTPUTF8=utf8)
    controller.port = _free_port()
    controller.start()
    relay.address = f"smtp://127.0.0.1:{controller.port}"
    try:
        yield relay
    finally:
        controller.stop()


def _free_port() -> int:
    from tests.test_server import free_port

    return free_port()


class Dice:
    """A fault for some of the tries, by chance from a seed; a mail is refused for ever by its address."""

    def __init__(self, seed: int, share: float) -> None:
        self._random, self._share, self._tries = random.Random(seed), share, 0

    def __call__(self, message: EmailMessage) -> str:
        if "gone" in str(message["To"]):
            return "refused"
        self._tries += 1
        if self._tries in {5, 25}:
            return "hang"
        if self._random.random() >= self._share:
            return ""
        return self._random.choice(["greylisted", "dropped", "lost"])


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = float(int(time.time()))

    def __call__(self) -> float:
        return self.now
