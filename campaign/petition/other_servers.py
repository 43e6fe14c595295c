"""Other servers that collect to the same trustees' key: what they counted, as they signed it.

Each night the newest signed counts of each are asked for; where that is not possible, an organiser
brings them as a file. The last counts that were good are kept, with their day, whatever comes later. Who
signed on two servers is counted on both: only trustees can tell, when they open the lists together.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from campaign import clock, outgoing
from campaign.editions import store
from campaign.messages import Message
from campaign.outgoing import Network, OutgoingError
from campaign.people.audit import AuditEvent, AuditVerb, write
from campaign.petition import administration
from campaign.petition.models import OtherServer
from campaign.signatures import manifest
from campaign.signatures.public_keys import fingerprint
from campaign.untrusted import MAX_ID, UnreadableError, json_value

log = logging.getLogger("campaign.petition")

#: How many others a campaign has at most, how old counts may be that are taken, and seconds for asking one.
MOST, OLDEST, PATIENCE = 20, timedelta(days=14), 5.0

_KEY = re.compile(r"[0-9a-f]{64}")


#: Why a server or its counts are not taken, by reason.
PROBLEMS = {
    "key": Message("The key of a server’s counts has 64 digits, 0 to 9 and a to f."),
    "own": Message("This is the key of this server itself."),
    "twice": Message("You have already added a server with this key."),
    "many": Message("You already have 20 servers. Remove one first."),
    "address": Message("The address of a server begins with https://."),
    "private": Message("The address leads to a machine that is not on the public internet."),
    "away": Message("The server does not answer, or has no counts yet."),
    "long": Message("This is not a file of signed counts."),
    "form": Message("This is not a file of signed counts."),
    "signature": Message(
        "None of the servers listed here signed these counts, or they were changed afterwards."
    ),
    "campaign": Message("These counts are for another campaign."),
    "seal": Message(
        "That server uses another trustees’ key, so its signatures cannot be opened together with yours."
    ),
    "future": Message("These counts are dated in the future. Check the clocks of both servers."),
    "old": Message("These counts are more than 14 days old."),
    "older": Message("You already have newer counts from that server."),
}


class OtherServerError(ValueError):
    """A server or counts that are not taken; the text is a reason of PROBLEMS."""


@dataclass(frozen=True, slots=True)
class ServerCount:
    """What another server counted up to the end of a day."""

    name: str
    people: int
    day: date


@dataclass(frozen=True, slots=True)
class Expected:
    """What counts have to be of: a campaign, sealed to one of its keys (fingerprints), up to today."""

    slug: str
    keys: frozenset[str]
    today: date


def read_key(typed: str) -> bytes:
    """The key that checks a server's counts, as 64 digits with or without gaps. Raises OtherServerError."""
    digits = re.sub(r"[\s:-]+", "", typed).lower()
    if not _KEY.fullmatch(digits):
        raise OtherServerError("key")
    return bytes.fromhex(digits)


def read_counts(body: bytes, public: bytes, expected: Expected) -> tuple[int, date]:
    """How many people a server counted, and on which day, from its signed counts. Raises OtherServerError."""
    try:
        said = json_value(body.decode(), outgoing.MOST)
        signed = said.get("manifest", said)
        day, people = date.fromisoformat(signed["day"]), signed["people"]
        campaign, key, text = str(signed["campaign"]), str(signed["key"]), json.dumps(signed)
    except (UnreadableError, ValueError, KeyError, TypeError, AttributeError):
        raise OtherServerError("form") from None
    if not manifest.genuine(text, public):
        raise OtherServerError("signature")
    if campaign != expected.slug:
        raise OtherServerError("campaign")
    if key not in expected.keys:
        raise OtherServerError("seal")
    if type(people) is not int or not 0 <= people <= MAX_ID:
        raise OtherServerError("form")
    if day > expected.today + timedelta(days=1):  # a day begins earlier elsewhere
        raise OtherServerError("future")
    if day < expected.today - OLDEST:
        raise OtherServerError("old")
    return people, day


def of(session: Session, campaign: int) -> list[OtherServer]:
    """The other servers of a campaign, in the order in which they were named."""
    return list(
        session.scalars(
            select(OtherServer).where(OtherServer.campaign_id == campaign).order_by(OtherServer.id)
        )
    )


def counts(session: Session, campaign: int) -> list[ServerCount]:
    """What the other servers of a campaign counted, of those that have said so."""
    return [ServerCount(row.name, row.people, row.day) for row in of(session, campaign) if row.day]


def add(session: Session, slug: str, who: str, server: OtherServer, own_key: bytes) -> None:
    """Name another server. Commits. Raises OtherServerError."""
    server.address = server.address.rstrip("/")
    if server.address and not _can_be_asked(server.address):
        raise OtherServerError("address")
    if server.key == own_key:
        raise OtherServerError("own")
    with store.writing(session, slug) as campaign:
        there = of(session, campaign.id)
        if any(row.key == server.key for row in there):
            raise OtherServerError("twice")
        if len(there) >= MOST:
            raise OtherServerError("many")
        server.campaign_id = campaign.id
        session.add(server)
        event = AuditEvent(who, AuditVerb.NAME_SERVER, server.name, server.key.hex()[:16])
        write(session, campaign.id, event, clock.now())


def _can_be_asked(address: str) -> bool:
    try:
        outgoing.target(address)
    except OutgoingError:
        return False
    return True


def remove(session: Session, slug: str, who: str, number: int) -> None:
    """Count another server no longer. Commits. Raises LookupError for one that is not of this campaign."""
    with store.writing(session, slug) as campaign:
        row = session.get(OtherServer, number)
        if row is None or row.campaign_id != campaign.id:
            raise LookupError("There is no such server.")
        session.delete(row)
        write(session, campaign.id, AuditEvent(who, AuditVerb.END_SERVER, row.name), clock.now())


def give(session: Session, slug: str, who: str, body: bytes, today: date) -> ServerCount:
    """Take counts that somebody brought, of the server that signed them. Commits. Raises OtherServerError."""
    with store.writing(session, slug) as campaign:
        row, people, day = _whose(of(session, campaign.id), body, _expected(session, slug, today))
        if row.day is not None and day < row.day:
            raise OtherServerError("older")
        row.people, row.day, row.problem = people, day, ""
        write(session, campaign.id, AuditEvent(who, AuditVerb.GIVE_COUNT, row.name, f"{day}"), clock.now())
        return ServerCount(row.name, people, day)


def _whose(servers: Iterable[OtherServer], body: bytes, expected: Expected) -> tuple[OtherServer, int, date]:
    for row in servers:
        try:
            return (row, *read_counts(body, row.key, expected))
        except OtherServerError as error:
            if str(error) != "signature":
                raise
    raise OtherServerError("signature")


def ask_all(engine: Engine, slug: str, campaign: int, today: date) -> None:
    """Ask every other server that has an address for its newest counts; without new ones the last stay."""
    with Session(engine) as session:
        servers, expected = of(session, campaign), _expected(session, slug, today)
        asked = [(row.id, row.name, row.address, row.key) for row in servers if row.address]
    if not asked:
        return
    network = Network(deadline=PATIENCE)
    for number, name, address, key in asked:
        try:
            people, day = read_counts(_fetch(network, f"{address}/log/{slug}/count"), key, expected)
            _take(engine, number, people, day)
        except OtherServerError as error:
            log.warning("the counts of the other server %s were not taken: %s", name, error)
            _note(engine, number, str(error))


def _fetch(network: Network, address: str) -> bytes:
    """What a server gives at an address. Raises OtherServerError."""
    try:
        answer = outgoing.fetch(network, address)
    except OutgoingError as error:
        raise OtherServerError(error.reason if error.reason in PROBLEMS else "away") from None
    if answer.status != 200:
        raise OtherServerError("away")
    return answer.body


def _take(engine: Engine, number: int, people: int, day: date) -> None:
    with engine.execution_options(writes=True).begin() as connection, Session(connection) as session:
        row = session.get(OtherServer, number)
        if row is None:
            return
        if row.day is not None and day < row.day:
            raise OtherServerError("older")
        row.people, row.day, row.problem = people, day, ""
        session.flush()


def _note(engine: Engine, number: int, reason: str) -> None:
    with engine.execution_options(writes=True).begin() as connection, Session(connection) as session:
        row = session.get(OtherServer, number)
        if row is not None:
            row.problem = reason
            session.flush()


def _expected(session: Session, slug: str, today: date) -> Expected:
    keys = frozenset(fingerprint(key) for key, _added in administration.keys(session, slug))
    return Expected(slug, keys, today)
