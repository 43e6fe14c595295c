"""Other programs and other servers: a webhook that leads nowhere, and a server that collects as well."""

from __future__ import annotations

import secrets
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy.orm import Session

from campaign import clock
from campaign.database import db
from campaign.demonstration.people import email_of
from campaign.demonstration.times import on
from campaign.editions import store
from campaign.monitoring.webhooks import courier
from campaign.outgoing import Addresses, Network
from campaign.petition import other_servers
from campaign.petition.models import OtherServer
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.signatures import manifest
from campaign.signatures.manifest import Totals
from campaign.signatures.public_keys import fingerprint
from campaign.webhooks import hooks
from campaign.webhooks.delivering import PAUSES
from campaign.webhooks.queue import OFFERED, Event, announce

#: An address that no name server knows (RFC 2606).
NOWHERE = "https://hooks.example.org/demonstration"

#: People that the other server counted.
PEOPLE = 231


def _unknown(_host: str, _port: int) -> Addresses:
    """Nothing is asked over the network."""
    raise OSError("a demonstration asks nobody")


def fail_to_deliver(app: Flask, slug: str) -> None:
    """An edition is announced to a webhook; ten tries fail, and it is switched off. Commits."""
    sender, now = courier(app, Network(resolve=_unknown)), clock.now()
    at = now - timedelta(days=5)
    with on(at), store.writing(db.session, slug) as campaign:
        hooks.add(db.session, campaign.id, NOWHERE, OFFERED)
        announce(db.session, campaign.id, Event.EDITION, {"campaign": slug, "edition": 1})
    for pause in (*PAUSES, 0):
        with on(at):
            sender.sweep()
        at += timedelta(seconds=pause + pause // 10 + 1)


def add_server(session: Session, slug: str) -> None:
    """A server of another organisation, whose counts somebody brought. Commits."""
    key, seed = service(Petitions).held(slug).key, secrets.token_bytes(32)
    assert key is not None
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    who, today = email_of("Olga"), clock.today()
    server = OtherServer(name="Server of the Invented Student Union", address="", key=public)
    other_servers.add(session, slug, who, server, b"")
    totals = Totals(
        slug, today.isoformat(), PEOPLE, f"{0:064x}", 0, key.epoch, fingerprint(key), people=PEOPLE
    )
    other_servers.give(session, slug, who, manifest.signed(totals, seed).encode(), today)
