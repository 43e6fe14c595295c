"""What pages of the desk say of an edition that is to be published at a time, or was not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from campaign.database import db, in_utc
from campaign.desk.draft_snapshot import DraftSnapshot
from campaign.editions import planned
from campaign.editions.models import PlannedPublication
from campaign.editions.planned import Failure
from campaign.messages import Message
from campaign.web.open_edition import campaign_zone, edition_cache

#: Why nothing was published, for the desk and for the e-mail.
REASONS: dict[Failure, Message] = {
    Failure.ERRORS: Message("The checker found errors in it."),
    Failure.OTHER_EDITION: Message("Another edition was published after it was planned."),
    Failure.PERSON: Message("The person who planned it may no longer publish."),
    Failure.ARCHIVED: Message("The campaign is archived."),
}


@dataclass(frozen=True, slots=True)
class PlannedNotice:
    """A planned edition by the campaign's clock: its number, when, and who chose that when.

    `twice`: the clocks show that time twice. `is_older`: the draft has changed since. `failure` is why
    it was not published; None before its time.
    """

    number: int
    at: datetime
    zone: str
    who: str
    chosen: datetime
    note: str
    twice: bool
    is_older: bool
    failure: Message | None


def zone_of(draft: DraftSnapshot) -> tzinfo:
    """The campaign's time zone; before the first edition that of the draft."""
    if draft.slug in edition_cache().newest() or draft.pack is None:
        return campaign_zone(draft.slug)
    return draft.pack.time_zone


def planned_notice(draft: DraftSnapshot) -> PlannedNotice | None:
    """What is planned for the campaign of a draft, or was not published at its time."""
    row = planned.of_campaign(db.session, draft.slug)
    return None if row is None else _notice(row, draft)


def _notice(row: PlannedPublication, draft: DraftSnapshot) -> PlannedNotice:
    zone, at = zone_of(draft), in_utc(row.at)
    local = at.astimezone(zone)
    return PlannedNotice(
        number=row.after + 1,
        at=local,
        zone=with_offset(local),
        who=row.who,
        chosen=in_utc(row.chosen).astimezone(zone),
        note=row.note,
        twice=planned.comes_twice(at, zone),
        is_older=row.mark != draft.mark,
        failure=REASONS[Failure(row.failed)] if row.failed else None,
    )


def with_offset(local: datetime) -> str:
    """The name of a time's zone and how far it is from UTC then: Europe/Madrid, UTC+1."""
    offset = local.utcoffset()
    minutes = int(offset.total_seconds()) // 60 if offset else 0
    hours, rest = divmod(abs(minutes), 60)
    name = getattr(local.tzinfo, "key", "UTC")
    if not minutes:
        return name if name == "UTC" else f"{name}, UTC"
    return f"{name}, UTC{'+' if minutes > 0 else '−'}{hours}{f':{rest:02}' if rest else ''}"
