"""A petition with a key, two people at the desk, and batches as a device makes them."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from campaign.signatures import person
from campaign.signatures.person import STALL, Person
from campaign.signatures.public_keys import fingerprint
from campaign.signatures.sealing import PublicKey
from campaign.signatures.stall_file import MAGIC
from tests.conftest import published
from tests.desk.conftest import Desk, Seat, desk, desk_on, made, still, still_desk, with_file  # noqa: F401
from tests.petition.conftest import Petition, opened

DAY = "2026-11-24"


def signer(number: int) -> Person:
    """Somebody who signs on a device."""
    return Person(f"Marked {number}", f"marked{number}@example.org", "FR", "Lyon", DAY, "en", 1, sheet=STALL)


def sealed(key: PublicKey, many: int, first: int = 0) -> list[bytes]:
    return [key.seal(person.to_bytes(signer(number))) for number in range(first, first + many)]


def batch(key: PublicKey, records: list[bytes], **changes: Any) -> bytes:
    """A batch as campaign.html makes it."""
    body = b"".join(len(one).to_bytes(2) + one for one in records)
    head = {
        "campaign": key.slug,
        "epoch": key.epoch,
        "key": fingerprint(key),
        "edition": 1,
        "batch": secrets.token_hex(16),
        "count": len(records),
        "day": DAY,
        "form": 1,
        "receipt": "ABCDE-23456",
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    return MAGIC + json.dumps(head | changes).encode() + b"\n" + body


@dataclass
class Stall:
    """The desk of a petition, and its people by name."""

    desk: Desk
    petition: Petition
    seats: dict[str, Seat] = field(default_factory=dict)

    @property
    def key(self) -> PublicKey:
        return self.petition.key.public

    def seat(self, name: str) -> Seat:
        if name not in self.seats:
            self.seats[name] = self.desk.sits(name)
        return self.seats[name]

    def page(self, name: str = "Ada") -> str:
        return self.seat(name).get("/paper/stalls")

    def post(self, name: str, path: str) -> TestResponse:
        seat = self.seat(name)
        return seat.post(
            f"/paper/stalls/{path}", {"csrf": seat.token("/paper/stalls")}, follow_redirects=True
        )

    def brings(self, name: str, body: bytes) -> TestResponse:
        """Somebody at the desk hands a batch over."""
        seat = self.seat(name)
        sent = with_file({"csrf": seat.token("/paper/stalls")}, "batch", body)
        return seat.client.post("/en/desk/trees/paper/stalls/batches", **sent, follow_redirects=True)

    def sends(self, code: str, body: bytes) -> TestResponse:
        """Somebody without a sign-in does, with a code."""
        token = self.petition.token("stall/trees")
        sent = with_file({"form_token": token, "code": code}, "batch", body)
        return self.desk.app.test_client().post("/en/trees/stall", **sent)


def stall_of(at: Desk) -> Stall:
    petition = opened(at.app)
    for name in ("Ada", "Grace"):
        at.join(name, "clerk")
    return Stall(at, petition)


@pytest.fixture
def stall(desk: Desk) -> Stall:  # noqa: F811
    """On each engine."""
    return stall_of(desk)


@pytest.fixture
def still_stall(desk_on: Callable[[Flask], Desk], tmp_path: Path) -> Stall:  # noqa: F811
    """On SQLite alone."""
    return stall_of(desk_on(published(tmp_path / "data")))
