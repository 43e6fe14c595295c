"""What pages of the desk show of the discussion of a draft, and how far its review is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from flask import g

from campaign.database import db, in_utc
from campaign.editions import comments, store
from campaign.editions.comments import Verdict
from campaign.editions.models import DraftComment, PublicationRequest
from campaign.web.open_edition import campaign_zone


@dataclass(frozen=True, slots=True)
class ShownComment:
    """A comment by the campaign's clock. `is_own`: the reader's; `is_older`: of a draft before this one."""

    id: int
    who: str
    at: datetime
    verdict: str
    text: str
    is_own: bool
    is_older: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """The comments, the oldest first, and who found what in the draft that somebody asked to be published."""

    comments: list[ShownComment] = field(default_factory=list)
    verdict: str = ""
    by: str = ""
    may_judge: bool = False


def thread_of_draft(slug: str, mark: int, asked: PublicationRequest | None) -> Thread:
    """The discussion since the newest edition. `asked`: who asks for the draft at this mark, if anybody."""
    number = store.newest(db.session).get(slug, 0) + 1
    rows = comments.of_edition(db.session, slug, number)
    verdicts = [row for row in rows if _is_answer(row, asked)]
    last = verdicts[-1] if verdicts else None
    return Thread(
        _shown(slug, rows, mark),
        last.verdict if last else "",
        last.who if last else "",
        bool(asked and asked.person_id != g.desk.sign_in.person.id),
    )


def thread_of_edition(slug: str, number: int) -> list[ShownComment]:
    """What was said of the draft that became an edition."""
    return _shown(slug, comments.of_edition(db.session, slug, number), 0)


def _is_answer(row: DraftComment, asked: PublicationRequest | None) -> bool:
    """Whether it is a verdict on what was asked for, given since."""
    return bool(
        row.verdict != Verdict.NONE
        and asked
        and row.mark == asked.mark
        and in_utc(row.at) >= in_utc(asked.at)
    )


def _shown(slug: str, rows: list[DraftComment], mark: int) -> list[ShownComment]:
    zone, person = campaign_zone(slug), g.desk.sign_in.person.id
    return [
        ShownComment(
            row.id, row.who, in_utc(row.at).astimezone(zone), row.verdict, row.text, row.person_id == person,
            bool(mark and row.mark != mark),
        )
        for row in rows
    ]  # fmt: skip
