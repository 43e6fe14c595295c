"""Archiving a campaign, and removing it for good.

An archived campaign can be read, and nothing can be written or signed there; it can be reopened. A
campaign that was removed is gone: its pages say so, and all that people gave to it is erased. Its texts
stay in the database, out of reach of the site, and so does the audit.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from campaign import clock
from campaign.coalition import store as coalition
from campaign.editions import store
from campaign.editions.models import Campaign, DraftComment, KeptForm, PlannedPublication, PublicationRequest
from campaign.people import audit, members
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.petition.consequences import printed_sheets, signatures
from campaign.petition.erasure import erase_all
from campaign.photographs.models import PhotographRow
from campaign.webhooks import hooks


def archive(session: Session, slug: str, who: str, since: date | None) -> None:
    """Archive a campaign since a day, or reopen it (None). Commits. Raises LookupError."""
    with store.writing(session, slug) as campaign:
        if (campaign.archived is None) == (since is None):
            return
        campaign.archived = since
        verb = AuditVerb.ARCHIVE_CAMPAIGN if since else AuditVerb.REOPEN_CAMPAIGN
        audit.write(session, campaign.id, AuditEvent(who, verb, slug), clock.now())


def needs_agreement(session: Session, campaign: int) -> bool:
    """Whether one person can't remove it alone: somebody has signed, or may be signing on paper."""
    return bool(signatures(session, campaign) or printed_sheets(session, campaign))


def remove(session: Session, slug: str, who: str, today: date) -> None:
    """Remove a campaign for good. Commits. Raises LookupError.

    Owners and trustees are informed before: afterwards, nobody belongs to it. The caller destroys the keys
    of its links after the commit (`erasure.erase_links`); the nightly work does that again.
    """
    with store.writing(session, slug) as campaign:
        records = erase_all(session, campaign, today) or 0
        for table in (PhotographRow, KeptForm, PublicationRequest, PlannedPublication, DraftComment):
            session.execute(delete(table).where(table.campaign_id == campaign.id))
        _forget_paper(session, campaign)
        hooks.forget(session, campaign.id)
        coalition.remove(session.connection(), campaign.id)
        event = AuditEvent(who, AuditVerb.REMOVE_CAMPAIGN, slug, f"{records} records")
        audit.write(session, campaign.id, event, clock.now())
        members.remove_everybody(session, campaign)
        campaign.removed = today


def _forget_paper(session: Session, campaign: Campaign) -> None:
    """For whom sheets were printed, and what came back."""
    for table in ("sheet", "sheet_batch", "event_network", "other_server"):
        query = text(f"DELETE FROM {table} WHERE campaign_id = :campaign")  # noqa: S608  the names are ours
        session.connection().execute(query, {"campaign": campaign.id})
