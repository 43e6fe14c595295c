"""What a change does that can't be undone, in numbers, said before it happens."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from campaign.editions.dates import Dates
from campaign.editions.models import Campaign
from campaign.messages import Message, Plural
from campaign.people import members
from campaign.people.models import Person
from campaign.petition import promises
from campaign.petition.models import IndexSlot, PublicName, Reason, Signature
from campaign.petition.proposal_kinds import ProposalKind
from campaign.petition.status import GRACE
from campaign.signatures.public_keys import fingerprint, read_public_line
from campaign.signatures.sealing import PublicKey


def of_proposal(
    session: Session, campaign: Campaign, kind: ProposalKind, payload: dict[str, Any]
) -> list[Message]:
    """What a proposed change does."""
    if kind is ProposalKind.KEY:
        return of_key(session, campaign.id, read_public_line(payload["public"]))
    if kind is ProposalKind.OWNER or payload.get("role") == "owner":
        email = payload.get("email") or _email(session, payload["person"])
        return of_owner(session, campaign.slug, campaign.id, email)
    if kind is ProposalKind.CAMPAIGN:
        return of_removal(session, campaign)
    email = _email(session, payload["person"])
    if kind is ProposalKind.REMOVAL:
        return [
            Message("%(who)s is removed from the campaign.", who=email),
            *_owners(session, campaign.slug, campaign.id, -1),
        ]
    return [
        Message("%(who)s is no longer an owner.", who=email),
        *_owners(session, campaign.slug, campaign.id, -1),
    ]


def of_key(session: Session, campaign: int, key: PublicKey) -> list[Message]:
    """What installing a key does that the key before it has not signed."""
    sealed = signatures(session, campaign)
    return [
        Message(
            "New signatures are sealed to the key of epoch %(epoch)s, with the fingerprint %(fingerprint)s.",
            epoch=key.epoch,
            fingerprint=fingerprint(key),
        ),
        Message(
            "Anyone who holds its private half can open them. It was not proved that they hold the old key."
        ),
        Plural(
            "%(num)s signature stays sealed to an older key.",
            "%(num)s signatures stay sealed to an older key.",
            sealed,
        ),
    ]


def of_owner(session: Session, slug: str, campaign: int, email: str) -> list[Message]:
    """What one more owner means."""
    return [Message("%(who)s becomes an owner.", who=email), *_owners(session, slug, campaign, +1)]


def _owners(session: Session, slug: str, campaign: int, change: int) -> list[Message]:
    """How many owners there will be, and what each can do."""
    number = sum(member.role == "owner" for _, member in members.members(session, slug)) + change
    return [
        Plural("The campaign then has %(num)s owner.", "The campaign then has %(num)s owners.", number),
        Plural(
            "An owner can change keys and people, and export the sealed list of %(num)s signature.",
            "An owner can change keys and people, and export the sealed list of %(num)s signatures.",
            signatures(session, campaign),
        ),
    ]


def of_dates(session: Session, campaign: int, before: Dates, after: Dates) -> list[Message]:
    """What an edition's dates do to the signatures and the index that exist; none if they stay."""
    messages: list[Message] = []
    if after.erase_on != before.erase_on:
        messages += _of_erasure(session, campaign, after.erase_on)
    slots = _number(session, select(func.count()).where(IndexSlot.campaign_id == campaign))
    if after.closes != before.closes and after.closes is not None and slots:
        messages.append(
            Plural(
                "Signing ends after %(day)s. The index that finds duplicates (%(num)s entry) is destroyed "
                "on %(gone)s and can’t be made again.",
                "Signing ends after %(day)s. The index that finds duplicates (%(num)s entries) is destroyed "
                "on %(gone)s and can’t be made again.",
                slots,
                day=after.closes,
                gone=after.closes + GRACE + timedelta(days=1),
            )
        )
    return messages


def _of_erasure(session: Session, campaign: int, day: date | None) -> list[Message]:
    """Which signatures are erased on which day: the earlier of the promised and the new one."""
    by_day: dict[date, int] = {}
    for promised, number in promises.kept_until(session.connection(), campaign):
        effective = min((value for value in (promised, day) if value is not None), default=None)
        if effective is not None:
            by_day[effective] = by_day.get(effective, 0) + number
    return [
        Plural(
            "%(num)s signature will be erased on %(day)s, for ever.",
            "%(num)s signatures will be erased on %(day)s, for ever.",
            number,
            day=effective,
        )
        for effective, number in sorted(by_day.items())
    ]


def of_archive(session: Session, campaign: Campaign) -> list[Message]:
    """What archiving a campaign does."""
    return [
        Message("Everybody can still read it. Nobody can write a letter, sign, or print sheets there."),
        Message("It leaves the list of campaigns and is found under “Finished campaigns”."),
        Plural(
            "%(num)s signature stays sealed until the day that its signer was promised. "
            "Links already sent still work.",
            "%(num)s signatures stay sealed until the day that their signers were promised. "
            "Links already sent still work.",
            signatures(session, campaign.id),
        ),
    ]


def of_removal(session: Session, campaign: Campaign) -> list[Message]:
    """What removing a campaign does, what happens to signatures first."""
    sheets = printed_sheets(session, campaign.id)
    names = _number(session, select(func.count()).where(PublicName.campaign_id == campaign.id))
    texts = _number(
        session, select(func.count()).where(Reason.campaign_id == campaign.id, Reason.words != "")
    )
    people = len(members.members(session, campaign.slug))
    return [
        *_of_removed_signatures(session, campaign.id),
        *([Plural("%(num)s name of a signer is deleted.", "%(num)s names of signers are deleted.", names)]
          if names else []),
        *([Plural("%(num)s text of a signer is deleted.", "%(num)s texts of signers are deleted.", texts)]
          if texts else []),
        *([Plural("%(num)s printed sheet can’t be counted any more.",
                  "%(num)s printed sheets can’t be counted any more.", sheets)] if sheets else []),
        Message("Every page of “%(slug)s” then says that it was removed, and the name can’t be used again.",
                slug=campaign.slug),
        Plural("%(num)s person loses access to its desk.", "%(num)s people lose access to its desk.", people),
    ]  # fmt: skip


def _of_removed_signatures(session: Session, campaign: int) -> list[Message]:
    """How many signatures are erased, and until when their signers were promised that they are kept."""
    number = signatures(session, campaign)
    if not number:
        return [Message("Nobody has signed: no signature is erased.")]
    lines: list[Message] = [
        Plural(
            "%(num)s sealed signature is erased at once, for ever. Export the sealed list first "
            "if it is to be handed over.",
            "%(num)s sealed signatures are erased at once, for ever. Export the sealed list first "
            "if they are to be handed over.",
            number,
        )
    ]
    days = [day for day, _number_of_them in promises.kept_until(session.connection(), campaign) if day]
    if days:
        lines.append(Message("Signers were promised that they are kept until %(day)s.", day=max(days)))
    return lines


def printed_sheets(session: Session, campaign: int) -> int:
    """How many sheets were printed that did not come back and were not given up."""
    query = text(
        "SELECT coalesce(sum(sheets), 0) - (SELECT count(*) FROM sheet WHERE campaign_id = :campaign"
        " AND batch_id IN (SELECT id FROM sheet_batch WHERE campaign_id = :campaign AND given_up IS NULL))"
        " FROM sheet_batch WHERE campaign_id = :campaign AND given_up IS NULL"
    )
    return max(int(session.connection().execute(query, {"campaign": campaign}).scalar() or 0), 0)


def signatures(session: Session, campaign: int) -> int:
    """How many sealed signatures there are."""
    return _number(session, select(func.count()).where(Signature.campaign_id == campaign))


def _number(session: Session, query: Any) -> int:
    return int(session.scalar(query) or 0)


def _email(session: Session, person: int) -> str:
    found = session.get(Person, person)
    return found.email if found else "?"
