"""The one place that writes who is a member of a campaign, and as what.

Two rules hold on every path: a campaign that had an owner keeps one, and who its owners are is not
changed by one person alone. `Action.agreed` says that a second owner agreed, or that the time to
object has passed (`campaign.petition.proposals`), or that the server's operator confirmed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.editions.models import Campaign
from campaign.people import signing_in
from campaign.people.models import Membership, Person
from campaign.people.roles import ROLES


class MemberError(ValueError):
    """A change that can't be made; `reason` is a key for the message on the page."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Action:
    """Who acts, by e-mail address or as 'command line', and when (UTC); `agreed`: not alone.

    `stays` is the hash of the one sign-in of the person concerned that does not end.
    """

    by: str
    now: datetime
    agreed: bool = False
    stays: bytes = b""


@dataclass(frozen=True, slots=True)
class Role:
    """A role in a campaign. `languages` are those of a translator."""

    name: str
    languages: tuple[str, ...] = ()


def owners(session: Session, campaign: Campaign) -> list[int]:
    """The ids of the owners of a campaign."""
    query = select(Membership.person_id).where(
        Membership.campaign_id == campaign.id, Membership.role == "owner"
    )
    return list(session.scalars(query))


def find(session: Session, campaign: Campaign, person: Person) -> Membership | None:
    """Somebody's membership in a campaign."""
    return session.get(Membership, (person.id, campaign.id))


def check_role(role: str) -> None:
    """Raises MemberError('unknown role')."""
    if role not in ROLES:
        raise MemberError("unknown role")


def check_owners(session: Session, campaign: Campaign, changed: bool, act: Action) -> None:
    """Raises MemberError('second owner') if one person alone would change who the owners are.

    The first owner of a campaign needs nobody's agreement.
    """
    if changed and not act.agreed and owners(session, campaign):
        raise MemberError("second owner")


def check_leaving(session: Session, campaign: Campaign, person: Person) -> None:
    """Raises MemberError('last owner') if nobody would own the campaign without this person."""
    if owners(session, campaign) == [person.id]:
        raise MemberError("last owner")


def set_role(session: Session, campaign: Campaign, person: Person, role: Role | None, act: Action) -> None:
    """Give somebody a role, or with None take them out; their sign-ins end. Does not commit.

    The caller holds the campaign's lock. Raises MemberError: 'unknown role'; 'last owner' if nobody
    would be left; 'second owner' if somebody else has to agree. Owners may always step down alone.
    """
    if role is not None:
        check_role(role.name)
    current = owners(session, campaign)
    was_owner, becomes_owner = person.id in current, role is not None and role.name == "owner"
    if not becomes_owner:
        check_leaving(session, campaign, person)
    steps_down = was_owner and act.by == person.email
    check_owners(session, campaign, was_owner != becomes_owner and not steps_down, act)
    member = find(session, campaign, person)
    if role is None:
        if member is not None:
            session.delete(member)
    elif member is None:
        languages = " ".join(role.languages)
        session.add(
            Membership(person_id=person.id, campaign_id=campaign.id, role=role.name, languages=languages)
        )
    else:
        member.role, member.languages = role.name, " ".join(role.languages)
    session.flush()
    signing_in.end_all(session, person, but=act.stays)
