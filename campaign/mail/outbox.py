"""The outbox: an e-mail is written in the transaction of what it announces, sent, and then deleted.

At least once: a crash between the relay's answer and our mark sends it again, under the same
Message-ID. Nobody ever gets another person's e-mail, since a row is one e-mail to one e-mail address.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cbor2
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from sqlalchemy import Connection, Engine, bindparam, delete, func, select, text, update

from campaign import clock, sqlite
from campaign.mail.hourly_keys import HOUR, HourlyKeys
from campaign.mail.models import Mail
from campaign.untrusted import cbor_value

log = logging.getLogger("campaign.mail")

#: A sealed e-mail has a multiple of this many bytes, so that its size reveals nothing.
STEP = 1024

#: Pauses grow from 30 s to an hour; after three days an e-mail is given up (RFC 5321, 4.5.4.1, asks 4–5
#: days of relays; links of a petition last a week).
FIRST_PAUSE, LONGEST_PAUSE, GIVE_UP = 30, 3600, 3 * 86_400

#: An e-mail is given up after so many tries at least, however late the clock says that it is.
LEAST_TRIES = 12

#: Seconds for which e-mails may have waited for their turn until we say that they are late.
LATE = 300

#: Seconds for which a worker has an e-mail to itself; longer than any conversation with a relay.
LEASE = 120

#: Stored in `refused` where the relay gave no answer: too late, or damaged.
TOO_LATE, UNREADABLE = 1, 2


@dataclass(frozen=True, slots=True)
class ClaimedMail:
    """An e-mail that this worker has to itself. `content` is what was put in."""

    id: str
    content: dict[str, Any]
    tries: int
    hour: int


@dataclass(frozen=True, slots=True)
class OutboxState:
    """The state of the outbox. `oldest`: seconds since the oldest waiting hour began, 0 for none."""

    count: int
    oldest: int
    refused: dict[int, int]


class Outbox:
    """Puts e-mails in and takes them out, on an engine and a folder of hour keys."""

    def __init__(
        self,
        engine: Engine,
        hours: HourlyKeys,
        clock: Callable[[], float] = clock.seconds,
        lease: int = LEASE,
    ) -> None:
        self._engine = engine.execution_options(writes=True)
        self._hours, self._clock, self._lease = hours, clock, lease

    def put(self, connection: Connection, content: dict[str, Any]) -> str:
        """Write an e-mail in the caller's transaction; its id. `content` is all that it is made of."""
        now = self._clock()
        hour = int(now // HOUR)
        key = self._hours.key(hour, make=True)
        assert key is not None
        name = secrets.token_hex(16)
        body = cbor2.dumps(content)
        nonce = secrets.token_bytes(12)
        overhead = 12 + 16 + 4
        size = -(-(len(body) + overhead) // STEP) * STEP - overhead
        padded = len(body).to_bytes(4) + body + bytes(size - len(body))
        sealed = nonce + ChaCha20Poly1305(key).encrypt(nonce, padded, name.encode())
        row = {"id": name, "hour": hour, "sealed": sealed, "due": int(now), "tries": 0, "refused": 0}
        connection.execute(_PUT, row)
        return name

    def take(self, name: str) -> ClaimedMail | None:
        """Take an e-mail that is due, for a while, so that no other worker sends it as well."""
        now = int(self._clock())
        with self._engine.begin() as connection:
            row = connection.execute(
                update(Mail)
                .where(Mail.id == name, Mail.due <= now, Mail.refused == 0)
                .values(due=now + self._lease, tries=Mail.tries + 1)
                .returning(Mail.hour, Mail.sealed, Mail.tries)
            ).first()
            if row is None:
                return None
            key = self._hours.key(row.hour)
            if key is None:
                # Another machine may have it. It is never erased here: the desk says how many wait so.
                connection.rollback()
                _note_unreadable()
                return None
            content = self._opened(key, name, row.sealed)
            if content is None:
                self._refuse(connection, name, UNREADABLE)
                return None
        return ClaimedMail(name, content, row.tries, row.hour)

    def put_back(self, taken: ClaimedMail) -> None:
        """It was not tried, since the relay can't be reached: soon again, as if it had not been taken."""
        due = int(self._clock()) + FIRST_PAUSE
        with self._engine.begin() as connection:
            connection.execute(update(Mail).where(Mail.id == taken.id).values(due=due, tries=Mail.tries - 1))

    def hasten(self) -> int:
        """Let all that waits be due now; how many were not. What a worker may have in hand stays its own."""
        now = int(self._clock())
        with self._engine.begin() as connection:
            later = (Mail.refused == 0, Mail.due > now + self._lease)
            return int(connection.execute(update(Mail).where(*later).values(due=now)).rowcount)

    def is_late(self) -> bool:
        """Whether e-mails have waited for their turn for minutes: the relay or the worker stands still."""
        with self._engine.connect() as connection:
            query = select(Mail.id).where(Mail.refused == 0, Mail.due < int(self._clock()) - LATE).limit(1)
            return connection.scalars(query).first() is not None

    def unreadable(self) -> int:
        """How many wait whose key this machine does not have: an alarm, unless another machine has it."""
        with self._engine.connect() as connection:
            query = select(Mail.hour, func.count()).where(Mail.refused == 0).group_by(Mail.hour)
            return sum(count for hour, count in connection.execute(query) if self._hours.key(hour) is None)

    def _is_over(self, hour: int, tries: int, now: int) -> bool:
        return now - hour * HOUR > GIVE_UP and tries >= LEAST_TRIES

    def sent(self, name: str) -> None:
        """The relay has it: delete it."""
        with self._engine.begin() as connection:
            connection.execute(delete(Mail).where(Mail.id == name))

    def later(self, taken: ClaimedMail) -> int:
        """It was not sent: try again after a pause that grows; the pause in seconds, 0 if it is given up."""
        now = int(self._clock())
        pause = min(FIRST_PAUSE << min(taken.tries - 1, 20), LONGEST_PAUSE)
        with self._engine.begin() as connection:
            if self._is_over(taken.hour, taken.tries, now):
                self._refuse(connection, taken.id, TOO_LATE)
                return 0
            connection.execute(update(Mail).where(Mail.id == taken.id).values(due=now + pause))
        return pause

    def refused(self, name: str, code: int) -> None:
        """The relay will never take it: its content is deleted, the code stays for the desk."""
        with self._engine.begin() as connection:
            self._refuse(connection, name, code)

    def due(self, most: int = 200) -> list[str]:
        """E-mails that may be tried now, the oldest first: left by a crash, or due again.

        The oldest are asked for again after so many at most, so that none waits behind a newer one for long.

        Those whose key this machine does not have are another one's.
        """
        with self._engine.connect() as connection:
            is_due = (Mail.due <= int(self._clock()), Mail.refused == 0)
            hours = connection.scalars(select(Mail.hour).where(*is_due).distinct()).all()
            readable = [hour for hour in hours if self._hours.key(hour) is not None]
            if len(readable) < len(hours):
                _note_unreadable()
            query = (
                select(Mail.id).where(*is_due, Mail.hour.in_(readable)).order_by(Mail.hour, Mail.due, Mail.id)
            )
            return list(connection.scalars(query.limit(most)))

    def waiting(self) -> OutboxState:
        """How many wait, how long the oldest does, and what was refused by code."""
        with self._engine.connect() as connection:
            count, oldest = connection.execute(
                select(func.count(), func.min(Mail.hour)).where(Mail.refused == 0)
            ).one()
            codes = connection.execute(
                select(Mail.refused, func.count()).where(Mail.refused > 0).group_by(Mail.refused)
            )
            age = int(self._clock()) - oldest * HOUR if oldest is not None else 0
            return OutboxState(count, age, dict(codes.all()))

    def without_key(self) -> int:
        """How many waiting e-mails were sealed with a key that is not here."""
        with self._engine.connect() as connection:
            hours = connection.execute(
                select(Mail.hour, func.count()).where(Mail.refused == 0).group_by(Mail.hour)
            ).all()
        return sum(count for hour, count in hours if self._hours.key(hour) is None)

    def forget_refused(self) -> None:
        """The desk has seen what was refused."""
        with self._engine.begin() as connection:
            connection.execute(delete(Mail).where(Mail.refused > 0))

    def tidy(self) -> int:
        """Destroy the keys that no waiting e-mail needs, and empty SQLite's log; how many keys."""
        destroyed = self.destroy_keys()
        checkpoint(self._engine)
        return destroyed

    def destroy_keys(self) -> int:
        """Destroy the keys that no waiting e-mail needs, in this process and on this machine; how many."""
        with self._engine.connect() as connection:
            needed = set(connection.scalars(select(Mail.hour).where(Mail.refused == 0).distinct()))
        return self._hours.destroy_unneeded(self._clock(), needed)

    def drop(self, is_unwanted: Callable[[dict[str, Any]], bool]) -> int:
        """Delete the waiting e-mails whose content is unwanted; how many. One without a key stays unread."""
        with self._engine.begin() as connection:
            rows = connection.execute(select(Mail.id, Mail.hour, Mail.sealed).where(Mail.refused == 0)).all()
            contents = {row.id: self._read(row.id, row.hour, row.sealed) for row in rows}
            names = [name for name, content in contents.items() if content and is_unwanted(content)]
            for name in names:
                connection.execute(delete(Mail).where(Mail.id == name))
        return len(names)

    def _refuse(self, connection: Connection, name: str, code: int) -> None:
        connection.execute(update(Mail).where(Mail.id == name).values(refused=code, sealed=b""))

    def _read(self, name: str, hour: int, sealed: bytes) -> dict[str, Any] | None:
        key = self._hours.key(hour)
        return None if key is None else self._opened(key, name, sealed)

    def _opened(self, key: bytes, name: str, sealed: bytes) -> dict[str, Any] | None:
        try:
            padded = ChaCha20Poly1305(key).decrypt(sealed[:12], sealed[12:], name.encode())
        except InvalidTag:
            return None
        content: dict[str, Any] = cbor_value(padded[4 : 4 + int.from_bytes(padded[:4])])
        return content


def _note_unreadable() -> None:
    log.error("e-mails wait whose keys this machine does not have", extra={"cause": "no mail key"})


_PUT = text(
    "INSERT INTO mail (id, hour, sealed, due, tries, refused)"
    " VALUES (:id, :hour, :sealed, :due, :tries, :refused)"
).bindparams(bindparam("sealed", type_=Mail.__table__.c.sealed.type))


def checkpoint(engine: Engine) -> None:
    """Empty SQLite's log, which would keep e-mails that were sent. PostgreSQL needs no such step."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            sqlite.empty_log(connection)
