"""Links to press, made beforehand with a petition's own keys, so that a load is confirmations alone."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from campaign import clock
from campaign.petition import links
from campaign.petition.links import Confirmation, Withdrawal
from campaign.petition.server_keys import ServerKeys
from campaign.signatures import person
from campaign.signatures.person import Person
from campaign.signatures.sealing import PublicKey
from campaign.web import tokens

ANA = Person("Ana Example", "ana@example.org", "FR", "Lyon", "2026-11-24", "en", 1)


@dataclass(frozen=True)
class Link:
    """One signature's links, and the number of its record."""

    record: int
    confirm: str
    withdraw: str


def made(ring: ServerKeys, key: PublicKey, many: int, slot: int = 0) -> list[Link]:
    """Links with a slot each, counted on from one."""
    body = person.to_bytes(ANA)
    expires = int(time.time() // 60) + 600
    base = f"/en/{ring.slug}/petition"
    found = []
    for n in range(many):
        record = secrets.randbits(63)
        confirm = Confirmation(expires, record, (slot + n) % 2**24, "FR", "en", 1, key.seal(body))
        back = Withdrawal(record, (slot + n) % 2**24, "FR", 20_000)
        found.append(Link(record, f"{base}/c/{links.confirmation_token(ring, confirm)}",
                          f"{base}/w/{links.withdrawal_token(ring, back)}"))  # fmt: skip
    return found


def form_token(data: Path, purpose: str) -> str:
    """A token of a page that has been open for a minute."""
    secret = (data / "secrets" / "form").read_bytes()
    with clock.use(lambda: clock.system() - timedelta(minutes=1)):
        return tokens.make(secret, purpose)
