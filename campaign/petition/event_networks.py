"""Networks from which many people will sign at the same time, for some hours: a stall, a school, a meeting.

Organisers name them; the budgets of such a network are larger for that time. What is stored is the
range of addresses of a place or a phone company, never narrower than the /24 or /48 that budgets count
anyway, so it is not personal data. An event ends by itself, and its row is deleted the night after.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, DateTime, bindparam, select, text
from sqlalchemy.orm import Session

from campaign import clock
from campaign.database import AWAY, in_utc
from campaign.editions import store
from campaign.editions.models import Campaign
from campaign.people.audit import AuditEvent, AuditVerb, write
from campaign.petition.models import EventNetwork
from campaign.refreshing import Refresher

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: How long an event lasts at most, how early it can be named, and how many a campaign has at once.
LONGEST, EARLIEST, MOST = timedelta(days=7), timedelta(days=90), 20

#: The fewest and the most bits of a network, by version.
_BITS = {4: (16, 24), 6: (32, 48)}


class EventError(ValueError):
    """An event that can't be named: “network”, “wide”, “hours”, “long”, “early” or “many”."""


@dataclass(frozen=True, slots=True)
class Event:
    """A network, what organisers call the event, and its hours in UTC."""

    network: Network
    note: str
    begins: datetime
    ends: datetime


def read_network(typed: str) -> Network:
    """The network that was typed, such as 203.0.113.0/24, widened to a /24 or /48. Raises EventError."""
    try:
        network: Network = ipaddress.ip_network(typed.strip(), strict=False)
    except ValueError:
        raise EventError("network") from None
    fewest, most = _BITS[network.version]
    if network.prefixlen < fewest:
        raise EventError("wide")
    return network.supernet(new_prefix=most) if network.prefixlen > most else network


def add(session: Session, slug: str, who: str, event: Event) -> None:
    """Name an event. Commits. Raises EventError."""
    now = clock.now()
    if event.ends <= max(event.begins, now):
        raise EventError("hours")
    if event.ends - event.begins > LONGEST:
        raise EventError("long")
    if event.begins - now > EARLIEST:
        raise EventError("early")
    with store.writing(session, slug) as campaign:
        if len(coming(session, campaign.id)) >= MOST:
            raise EventError("many")
        row = EventNetwork(
            campaign_id=campaign.id, network=str(event.network), note=event.note,
            begins=event.begins, ends=event.ends,
        )  # fmt: skip
        session.add(row)
        audited = AuditEvent(who, AuditVerb.NAME_EVENT, row.network, f"until {event.ends:%Y-%m-%d %H:%M} UTC")
        write(session, campaign.id, audited, now)


def remove(session: Session, slug: str, who: str, number: int) -> None:
    """End an event at once. Commits. Raises LookupError for one that is not of this campaign."""
    with store.writing(session, slug) as campaign:
        row = session.get(EventNetwork, number)
        if row is None or row.campaign_id != campaign.id:
            raise LookupError("There is no such event.")
        audited = AuditEvent(who, AuditVerb.END_EVENT, row.network)
        session.delete(row)
        write(session, campaign.id, audited, clock.now())


def coming(session: Session, campaign: int) -> list[EventNetwork]:
    """The events of a campaign that have not ended, the earliest first."""
    query = select(EventNetwork).where(EventNetwork.campaign_id == campaign)
    rows = session.scalars(query.order_by(EventNetwork.begins, EventNetwork.id))
    return [row for row in rows if in_utc(row.ends) > clock.now()]


def forget(connection: Connection, now: datetime) -> None:
    """Delete events that have ended."""
    connection.execute(_FORGET, {"now": now})


_FORGET = text("DELETE FROM event_network WHERE ends <= :now").bindparams(
    bindparam("now", type_=DateTime(timezone=True))
)


class EventNetworks:
    """The events of every campaign, as this process last read them."""

    EVERY = 0.5  # seconds

    def __init__(self, session: Callable[[], Session]) -> None:
        self._session = session
        self._events: dict[str, list[Event]] = {}
        self._refresher = Refresher(self._read, self.EVERY)

    def at_event(self, slug: str, address: str) -> bool:
        """Whether a campaign has an event now in the network of this address."""
        events = self._current(slug)
        if not events:
            return False
        try:
            ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
        except ValueError:
            return False
        if ip.version == 6 and ip.ipv4_mapped:
            ip = ip.ipv4_mapped
        now = clock.now()
        return any(event.begins <= now < event.ends and ip in event.network for event in events)

    def reload(self) -> None:
        """Read them again now."""
        self._read()
        self._refresher.filled()

    def _read(self) -> None:
        with self._session() as session:
            events: dict[str, list[Event]] = {}
            query = select(Campaign.slug, EventNetwork).join(
                Campaign, Campaign.id == EventNetwork.campaign_id
            )
            for slug, row in session.execute(query):
                network = ipaddress.ip_network(row.network)
                event = Event(network, row.note, in_utc(row.begins), in_utc(row.ends))
                events.setdefault(slug, []).append(event)
            self._events = events

    def _current(self, slug: str) -> list[Event]:
        # Never read yet, and the database is away: the budgets are the usual ones. What was typed must not be
        # lost for them.
        with suppress(*AWAY):
            self._refresher.look()
        return self._events.get(slug, [])
