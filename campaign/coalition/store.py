"""Where organisations that sign on are written and read. What an organiser does is audited.

Somebody's name, function and address are in `contact` alone, which is sealed by the caller. They are erased
when an organisation is refused or withdraws, and with the campaign's signatures: nobody needs them then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.orm import Session

from campaign import clock
from campaign.coalition.models import OrganisationRow
from campaign.coalition.organisations import Organisation, State, is_same
from campaign.editions import store
from campaign.editions.models import Campaign
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb

#: Days for which an organisation that was not confirmed is kept, as long as its link is valid.
CONFIRM_WITHIN = 7

#: Organisations of a campaign that may wait to be confirmed.
MOST_UNCONFIRMED = 2_000

#: States of an organisation that supports the petition, or may yet.
LIVE = frozenset({State.WAITING.value, State.ACCEPTED.value})

_Row = OrganisationRow


class FullError(ValueError):
    """Too many organisations wait to be confirmed: somebody floods the form."""


@dataclass(frozen=True, slots=True)
class Application:
    """What is written of an organisation when it fills in the form. `sealed` is its contact."""

    id: int
    organisation: Organisation
    by_domain: bool
    sealed: bytes
    day: date


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How an organisation is shown: its spelling, its key in the pack, and what an organiser looked at."""

    organisation: Organisation
    key: str
    note: str


def add(connection: Connection, campaign: int, application: Application) -> None:
    """Write an organisation that is not confirmed yet, in the caller's transaction. Raises FullError."""
    waiting = select(func.count()).where(_Row.campaign_id == campaign, _Row.state == State.UNCONFIRMED.value)
    if connection.execute(waiting).scalar_one() >= MOST_UNCONFIRMED:
        raise FullError
    one = application.organisation
    connection.execute(
        insert(_Row).values(
            id=application.id, campaign_id=campaign, state=State.UNCONFIRMED.value, name=one.name,
            country=one.country, website=one.website, by_domain=application.by_domain, note="", key="",
            contact=application.sealed, day=application.day,
        )
    )  # fmt: skip


def row(session: Session, campaign: int, number: int) -> OrganisationRow | None:
    """One organisation; None if it is not there, or not of this campaign."""
    return session.scalars(select(_Row).where(_Row.campaign_id == campaign, _Row.id == number)).one_or_none()


def rows(session: Session, campaign: int) -> list[OrganisationRow]:
    """The organisations of a campaign that were confirmed, by state, the oldest first."""
    query = select(_Row).where(_Row.campaign_id == campaign, _Row.state != State.UNCONFIRMED.value)
    return list(session.scalars(query.order_by(_Row.day, _Row.name)))


def of_row(one: OrganisationRow) -> Organisation:
    """The public part of a row."""
    return Organisation(one.name, one.country, one.website)


def same_as(one: OrganisationRow, others: Sequence[OrganisationRow]) -> list[OrganisationRow]:
    """Those among others that are probably the same organisation, and wait or are accepted."""
    return [
        other for other in others
        if other.id != one.id and other.state in LIVE and is_same(of_row(one), of_row(other))
    ]  # fmt: skip


def confirm(session: Session, slug: str, number: int) -> State | None:
    """Somebody opened the link and pressed the button; the state after that, None if it is gone. Commits."""
    with store.writing(session, slug) as campaign:
        one = row(session, campaign.id, number)
        if one is None:
            return None
        if one.state == State.UNCONFIRMED.value:
            one.state = State.WAITING.value
        return State(one.state)


def withdraw(session: Session, slug: str, number: int) -> State | None:
    """The organisation takes back what it asked for; the state after that, None if it is gone. Commits."""
    with store.writing(session, slug) as campaign:
        one = row(session, campaign.id, number)
        if one is None:
            return None
        if one.state in LIVE:
            _end(one, State.WITHDRAWN)
            _note(session, campaign, one, (AuditVerb.WITHDREW_ORGANISATION, one.name))
        return State(one.state)


def accept(session: Session, slug: str, who: str, number: int, acceptance: Acceptance) -> None:
    """An organiser accepts an organisation that waits. The caller puts it into the draft in this transaction.

    Raises LookupError if it does not wait any more.
    """
    with store.writing(session, slug) as campaign:
        one = row(session, campaign.id, number)
        if one is None or one.state != State.WAITING.value:
            raise LookupError(number)
        written = acceptance.organisation
        one.name, one.country, one.website = written.name, written.country, written.website
        one.state, one.key, one.note = State.ACCEPTED.value, acceptance.key, acceptance.note
        _note(session, campaign, one, (AuditVerb.ACCEPT_ORGANISATION, who))


def refuse(session: Session, slug: str, who: str, number: int, reason: str) -> None:
    """An organiser refuses one that waits, or takes off one that was accepted: its contact is erased.

    Raises LookupError if it is neither.
    """
    with store.writing(session, slug) as campaign:
        one = row(session, campaign.id, number)
        if one is None or one.state not in LIVE:
            raise LookupError(number)
        _end(one, State.REFUSED)
        one.note = reason
        _note(session, campaign, one, (AuditVerb.REFUSE_ORGANISATION, who))


def _end(one: OrganisationRow, state: State) -> None:
    one.state, one.contact = state.value, None


def _note(session: Session, campaign: Campaign, one: OrganisationRow, did: tuple[AuditVerb, str]) -> None:
    verb, who = did
    audit.write(session, campaign.id, AuditEvent(who, verb, one.name), clock.now())


def withdrawn(session: Session) -> dict[str, frozenset[str]]:
    """The keys of organisations that withdrew or were taken off, by campaign: no page shows them any more."""
    ended = _Row.state.in_((State.WITHDRAWN.value, State.REFUSED.value))
    query = select(Campaign.slug, _Row.key).join(Campaign, Campaign.id == _Row.campaign_id)
    keys: dict[str, set[str]] = {}
    for slug, key in session.execute(query.where(ended, _Row.key != "")):
        keys.setdefault(slug, set()).add(key)
    return {slug: frozenset(found) for slug, found in keys.items()}


def forget_unconfirmed(connection: Connection, today: date) -> None:
    """Delete those whose link has expired. `today` is the day in UTC."""
    late = _Row.day < today - timedelta(days=CONFIRM_WITHIN + 1)
    connection.execute(delete(_Row).where(_Row.state == State.UNCONFIRMED.value, late))


def erase(connection: Connection, campaign: int) -> None:
    """Erase everybody who signed for an organisation, and the organisations that nobody accepted.

    The names of those that were accepted, or ended, stay: pages show the first, and must not show the others.
    """
    undecided = _Row.state.in_((State.UNCONFIRMED.value, State.WAITING.value))
    connection.execute(delete(_Row).where(_Row.campaign_id == campaign, undecided))
    connection.execute(update(_Row).where(_Row.campaign_id == campaign).values(contact=None))


def remove(connection: Connection, campaign: int) -> None:
    """Delete all organisations of a campaign that is removed."""
    connection.execute(delete(_Row).where(_Row.campaign_id == campaign))
