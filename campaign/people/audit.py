"""The audit: a chain of rows, each with the hash of the previous row. Nothing in it is secret.

Times are UTC, whatever the campaign's time zone: the hash covers what is written.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.editions.models import Campaign
from campaign.messages import Message
from campaign.people.models import AuditRow

_START = bytes(32)


class AuditVerb(StrEnum):
    """Audited actions. The values are in the database and in its hashes: they never change."""

    INVITED = "invited"
    WITHDREW_INVITATION = "withdrew invitation"
    JOINED = "joined"
    CHANGED_ROLE = "changed role"
    REMOVED = "removed"
    ENDED_SIGN_INS = "ended sign-ins"
    CHANGED_PASSWORD = "changed password"  # noqa: S105  what was done, not a password
    CHANGED_CODE_GENERATOR = "changed code generator"
    MADE_RECOVERY_CODES = "made recovery codes"
    USED_RECOVERY_CODE = "used recovery code"
    ADDED_PASSKEY = "added passkey"
    REMOVED_PASSKEY = "removed passkey"
    PUBLISHED = "published"
    PLAN_EDITION = "plan edition"
    WITHDRAW_EDITION = "withdraw edition"
    NOT_PUBLISHED = "not published"
    BROUGHT_BACK = "brought back"
    IMPORTED = "imported"
    EXPORTED = "exported"
    PHOTOGRAPH = "photograph"
    PRINT_SHEETS = "print sheets"
    GIVE_UP_SHEETS = "give up sheets"
    RESTART_SHEET = "begin sheet anew"
    TAKE_OVER_SHEET = "take over sheet"
    CLOSE_SHEET = "close sheet"
    MAKE_STALL_CODE = "make stall code"
    HAND_OVER_BATCH = "hand over stall batch"
    ACCEPT_BATCH = "accept stall batch"
    REFUSE_BATCH = "refuse stall batch"
    EXPORT_SCANS = "export scans"
    EXPORT_ANSWERS = "export answers"
    BRING_IN_LIST = "bring in list"
    PUBLISH_KEY = "publish key"
    PAUSE_SIGNING = "pause signing"
    RESUME_SIGNING = "resume signing"
    NAME_EVENT = "name event"
    END_EVENT = "end event"
    NAME_SERVER = "name server"
    END_SERVER = "end server"
    GIVE_COUNT = "give count"
    CHANGE_TRUSTEES = "change trustees' addresses"
    DOUBLE_ENTRY = "double entry"
    SINGLE_ENTRY = "single entry"
    DECIDE_ON_NAMES = "decide on names"
    DECIDE_ON_REASONS = "decide on reasons"
    EXPORT_SIGNATURES = "export signatures"
    PROPOSE_EXCLUSION_LIST = "propose void list"
    CARRY_OUT_EXCLUSION_LIST = "carry out void list"
    DROP_EXCLUSION_LIST = "drop void list"
    REQUEST_FOR_ROW = "request for a row"
    FORGET_SIGNATURES = "forget signatures"
    ERASE_SIGNATURES = "erase signatures"
    PROPOSE_CHANGE = "propose change"
    CARRY_OUT_CHANGE = "carry out change"
    STOP_CHANGE = "stop change"
    ARCHIVE_CAMPAIGN = "archive campaign"
    REOPEN_CAMPAIGN = "reopen campaign"
    REMOVE_CAMPAIGN = "remove campaign"
    START_CAMPAIGN = "start campaign"
    CHANGE_WEBHOOK = "change webhook"
    ACCEPT_ORGANISATION = "accept organisation"
    REFUSE_ORGANISATION = "refuse organisation"
    WITHDREW_ORGANISATION = "withdrew organisation"


#: The label of each verb on a page.
LABELS: dict[AuditVerb, Message] = {
    AuditVerb.INVITED: Message("invited"),
    AuditVerb.WITHDREW_INVITATION: Message("withdrew an invitation"),
    AuditVerb.JOINED: Message("joined"),
    AuditVerb.CHANGED_ROLE: Message("changed the role of"),
    AuditVerb.REMOVED: Message("removed"),
    AuditVerb.ENDED_SIGN_INS: Message("ended the sign-ins of"),
    AuditVerb.CHANGED_PASSWORD: Message("changed a password"),
    AuditVerb.CHANGED_CODE_GENERATOR: Message("changed a code generator"),
    AuditVerb.MADE_RECOVERY_CODES: Message("made recovery codes"),
    AuditVerb.USED_RECOVERY_CODE: Message("used a recovery code"),
    AuditVerb.ADDED_PASSKEY: Message("added a passkey"),
    AuditVerb.REMOVED_PASSKEY: Message("removed a passkey"),
    AuditVerb.PUBLISHED: Message("published"),
    AuditVerb.PLAN_EDITION: Message("planned an edition"),
    AuditVerb.WITHDRAW_EDITION: Message("withdrew a planned edition"),
    AuditVerb.NOT_PUBLISHED: Message("did not publish a planned edition"),
    AuditVerb.BROUGHT_BACK: Message("restored an edition"),
    AuditVerb.IMPORTED: Message("imported a campaign"),
    AuditVerb.EXPORTED: Message("exported the campaign"),
    AuditVerb.PHOTOGRAPH: Message("changed a photograph"),
    AuditVerb.PRINT_SHEETS: Message("printed sheets"),
    AuditVerb.GIVE_UP_SHEETS: Message("gave up sheets as lost"),
    AuditVerb.RESTART_SHEET: Message("restarted a sheet"),
    AuditVerb.TAKE_OVER_SHEET: Message("continued somebody else’s sheet"),
    AuditVerb.CLOSE_SHEET: Message("closed a sheet"),
    AuditVerb.MAKE_STALL_CODE: Message("made a code to hand over signatures from a stall"),
    AuditVerb.HAND_OVER_BATCH: Message("handed over signatures from a stall"),
    AuditVerb.ACCEPT_BATCH: Message("accepted signatures from a stall"),
    AuditVerb.REFUSE_BATCH: Message("refused signatures from a stall"),
    AuditVerb.EXPORT_SCANS: Message("exported scans"),
    AuditVerb.EXPORT_ANSWERS: Message("exported answers that supporters gave"),
    AuditVerb.BRING_IN_LIST: Message("imported a list of names"),
    AuditVerb.PUBLISH_KEY: Message("installed a public key"),
    AuditVerb.PAUSE_SIGNING: Message("paused signing"),
    AuditVerb.RESUME_SIGNING: Message("resumed signing"),
    AuditVerb.NAME_EVENT: Message("named an event for the network"),
    AuditVerb.END_EVENT: Message("ended an event for the network"),
    AuditVerb.NAME_SERVER: Message("named another server that collects to the same key"),
    AuditVerb.END_SERVER: Message("removed another server that collects to the same key"),
    AuditVerb.GIVE_COUNT: Message("brought in the counts of another server"),
    AuditVerb.CHANGE_TRUSTEES: Message("changed the trustees’ addresses"),
    AuditVerb.DOUBLE_ENTRY: Message("required two people to type each sheet"),
    AuditVerb.SINGLE_ENTRY: Message("let one person type each sheet"),
    AuditVerb.DECIDE_ON_NAMES: Message("decided on names"),
    AuditVerb.DECIDE_ON_REASONS: Message("decided on what signers wrote"),
    AuditVerb.EXPORT_SIGNATURES: Message("exported signatures"),
    AuditVerb.PROPOSE_EXCLUSION_LIST: Message("proposed an exclusion list"),
    AuditVerb.CARRY_OUT_EXCLUSION_LIST: Message("applied an exclusion list"),
    AuditVerb.DROP_EXCLUSION_LIST: Message("discarded an exclusion list"),
    AuditVerb.REQUEST_FOR_ROW: Message("noted what somebody asks about a row"),
    AuditVerb.FORGET_SIGNATURES: Message("deleted signatures on request"),
    AuditVerb.ERASE_SIGNATURES: Message("erased signatures"),
    AuditVerb.PROPOSE_CHANGE: Message("proposed a change"),
    AuditVerb.CARRY_OUT_CHANGE: Message("carried out a change"),
    AuditVerb.STOP_CHANGE: Message("stopped a change"),
    AuditVerb.ARCHIVE_CAMPAIGN: Message("archived the campaign"),
    AuditVerb.REOPEN_CAMPAIGN: Message("reopened the campaign"),
    AuditVerb.REMOVE_CAMPAIGN: Message("removed the campaign"),
    AuditVerb.START_CAMPAIGN: Message("started the campaign"),
    AuditVerb.CHANGE_WEBHOOK: Message("changed a webhook"),
    AuditVerb.ACCEPT_ORGANISATION: Message("accepted the organisation"),
    AuditVerb.REFUSE_ORGANISATION: Message("refused the organisation, or took it off"),
    AuditVerb.WITHDREW_ORGANISATION: Message("withdrew its support"),
}


#: Who did what nobody at the desk did.
SERVER = "the server"


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """An audit event: who did what to whom or what, with a note that contains no secret."""

    who: str
    what: AuditVerb
    on: str = ""
    note: str = ""


def write(session: Session, campaign: int, event: AuditEvent, now: datetime) -> None:
    """Add a row to a campaign's chain, in the transaction of the change that it records. Does not commit.

    The caller holds the campaign's lock (`editions.store.locked`), so that the chain has no fork.
    """
    row = AuditRow(
        campaign_id=campaign,
        at=now.isoformat(timespec="seconds"),
        who=event.who[:254],
        what=event.what.value,
        on=event.on[:254],
        note=event.note,
    )
    row.digest = _digest(head(session, campaign), row)
    session.add(row)
    session.flush()


def campaign_of(session: Session, slug: str) -> int:
    """The id of a campaign. Raises LookupError."""
    number = session.scalars(select(Campaign.id).where(Campaign.slug == slug)).one_or_none()
    if number is None:
        raise LookupError(f"There is no campaign {slug}.")
    return number


def head(session: Session, campaign: int) -> bytes:
    """The newest row's hash: with a copy of it, people can detect later that rows were removed at the end."""
    query = (
        select(AuditRow.digest).where(AuditRow.campaign_id == campaign).order_by(AuditRow.id.desc()).limit(1)
    )
    return session.scalars(query).one_or_none() or _START


def newest_day(session: Session, campaign: int) -> date:
    """The day of the newest row, UTC; the earliest possible day if there is none."""
    query = select(AuditRow.at).where(AuditRow.campaign_id == campaign).order_by(AuditRow.id.desc()).limit(1)
    at = session.scalars(query).one_or_none()
    return datetime.fromisoformat(at).date() if at else date.min


def rows(session: Session, campaign: int) -> list[AuditRow]:
    """Every row of a campaign, oldest first."""
    return list(
        session.scalars(select(AuditRow).where(AuditRow.campaign_id == campaign).order_by(AuditRow.id))
    )


def broken_at(session: Session, campaign: int) -> int | None:
    """The id of the first row that does not match the previous row; None for an intact chain."""
    previous = _START
    for row in rows(session, campaign):
        if row.digest != _digest(previous, row):
            return row.id
        previous = row.digest
    return None


def _digest(previous: bytes, row: AuditRow) -> bytes:
    content = json.dumps([row.campaign_id, row.at, row.who, row.what, row.on, row.note], ensure_ascii=False)
    return hashlib.sha256(previous + content.encode()).digest()
