"""Batches as a device at a stall makes them: one was accepted, one waits for a second person."""

from __future__ import annotations

import hashlib
import json
import secrets
from functools import partial

from flask import Flask

from campaign import clock
from campaign.database import db
from campaign.demonstration.people import organiser
from campaign.editions.edition_cache import EditionCache
from campaign.petition.ledger import Ledger
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.signatures import person
from campaign.signatures.person import STALL, Person
from campaign.signatures.public_keys import fingerprint
from campaign.signatures.sealing import PublicKey
from campaign.signatures.stall_file import FORM, MAGIC
from campaign.stalls import batches
from campaign.stalls.batches import Stall
from campaign.stalls.codes import Giver

#: How many people signed at each of the stalls, by the code that the device shows.
SIGNERS = {"ABCDE-23456": 14, "FGHJK-34567": 9}


def collect(app: Flask, slug: str) -> None:
    """Clara hands two batches over, and Carlos accepts the first. Commits."""
    key = service(Petitions, app).held(slug).key
    assert key is not None
    at = _stall(app, slug)
    clara, carlos = (Giver(organiser(name), name) for name in ("Clara Clerk", "Carlos Clerk"))
    handed_over = [
        batches.hand_over(db.session, at, _file(app, key, receipt, many), clara).batch.id
        for receipt, many in SIGNERS.items()
    ]
    batches.accept(db.session, at, service(Ledger, app), handed_over[0], carlos)


def _stall(app: Flask, slug: str) -> Stall:
    cache = service(EditionCache, app)
    edition, keys = cache.newest()[slug], service(Petitions, app).server_keys(slug)
    today = clock.today(edition.pack.time_zone)
    return Stall(slug, edition.number, keys, today, partial(cache.erase_on, slug))


def _file(app: Flask, key: PublicKey, receipt: str, many: int) -> bytes:
    """A batch with so many invented signatures."""
    edition, day = service(EditionCache, app).newest()[key.slug], clock.today().isoformat()
    language = edition.pack.languages[0]
    signers = [
        Person(
            f"Invented Passer-by {receipt[0]}-{number}", "", "FR", "Lyon", day, language, edition.number,
            sheet=STALL,
        )
        for number in range(1, many + 1)
    ]  # fmt: skip
    records = [key.seal(person.to_bytes(signer)) for signer in signers]
    body = b"".join(len(record).to_bytes(2) + record for record in records)
    head = {
        "campaign": key.slug, "epoch": key.epoch, "key": fingerprint(key), "edition": edition.number,
        "batch": secrets.token_hex(16), "count": many, "day": day, "form": FORM, "receipt": receipt,
        "sha256": hashlib.sha256(body).hexdigest(),
    }  # fmt: skip
    return MAGIC + json.dumps(head).encode() + b"\n" + body
