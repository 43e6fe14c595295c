"""The worker publishes planned editions whose time has come, or says why it did not.

The draft is the one that somebody looked at, and it is checked again: the checker knows the day, and the
campaign may have changed. One worker does it at a time, and in one transaction with what was planned, so
nothing is published twice, or after it was withdrawn. A time that was missed is made up for.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from campaign import clock
from campaign.database import db, in_utc
from campaign.desk.draft_snapshot import DraftSnapshot, published_files
from campaign.desk.publishing.planned_notice import REASONS
from campaign.editions import dates, drafts, planned, reviews, store
from campaign.editions.edition_cache import EditionCache
from campaign.editions.models import Campaign, PlannedPublication
from campaign.editions.planned import Failure
from campaign.editions.store import Authorship
from campaign.languages.data import for_desk
from campaign.locking import only_one
from campaign.mail.outbox import Outbox
from campaign.messages import Message
from campaign.pack.files import parse_draft
from campaign.pack.findings import Finding, PackError
from campaign.people import audit, members
from campaign.people.audit import SERVER, AuditEvent, AuditVerb
from campaign.people.models import Person
from campaign.people.roles import Permission, may
from campaign.petition import consequences
from campaign.petition.owner_mail import Announcement, Announcer
from campaign.services import service
from campaign.settings import Settings
from campaign.web import languages
from campaign.web.messages import translated

log = logging.getLogger("campaign.publishing")

#: Errors that the e-mail names; the page has all of them.
MOST_NAMED = 5


def publish_due(app: Flask) -> None:
    """Publish every planned edition whose time has come. A campaign that fails keeps no other waiting."""
    engine = service(Engine, app)
    with Session(engine) as session:
        slugs = planned.due(session, clock.now())
    if not slugs:
        return
    with only_one(engine, service(Settings, app).data, "publishing") as is_ours:
        for slug in slugs if is_ours else []:
            try:
                _publish(app, slug)
            except Exception as error:  # whatever it is, it is tried again in a minute
                log.error("could not publish a planned edition of %s: %s", slug, type(error).__name__)


def _publish(app: Flask, slug: str) -> None:
    edition = service(EditionCache, app).newest().get(slug)
    code = for_desk(edition.pack.languages if edition else ())
    with app.test_request_context(), languages.forced(code):
        announcer = Announcer(service(Outbox), service(Settings).public_url, code, translated)
        row = planned.waiting(db.session, slug)
        if row is None:
            return
        mark = row.mark
        errors = _errors(slug, mark)  # what a mark names never changes, so nobody has to wait for this
        try:
            _decide(slug, mark, errors, announcer)
        except PackError as error:  # a date of the petition is too near by now
            _decide(slug, mark, error.findings, announcer)


def _errors(slug: str, mark: int) -> list[Finding]:
    draft = drafts.draft(db.session, slug, mark)
    snapshot = DraftSnapshot(slug, draft, parse_draft(draft.files)[0] if draft.files else None)
    return [finding for finding in snapshot.findings if finding.level == "error"]


def _decide(slug: str, mark: int, errors: Sequence[Finding], announcer: Announcer) -> None:
    """Publish, or note why not, in one transaction. Raises PackError, and has then written nothing."""
    with store.writing(db.session, slug) as campaign:
        row = planned.waiting(db.session, slug)
        if row is None or row.mark != mark or in_utc(row.at) > clock.now():
            return  # it was withdrawn, or planned again, in the meantime
        if failure := Failure.ERRORS if errors else _failure(campaign, row):
            _note_failure(campaign, row, failure, errors, announcer)
        else:
            _carry_out(campaign, row, announcer)


def _failure(campaign: Campaign, row: PlannedPublication) -> Failure | None:
    """Why it may not be published any more, apart from what it says."""
    if store.newest(db.session).get(campaign.slug, 0) != row.after:
        return Failure.OTHER_EDITION
    if campaign.archived is not None:
        return Failure.ARCHIVED
    return None if _planner(campaign, row) else Failure.PERSON


def _planner(campaign: Campaign, row: PlannedPublication) -> Person | None:
    """Who planned it, if they may still publish."""
    person = db.session.get(Person, row.person_id)
    member = members.membership(db.session, person, campaign.slug) if person else None
    return person if member is not None and may(member.role, Permission.PUBLISH) else None


def _carry_out(campaign: Campaign, row: PlannedPublication, announcer: Announcer) -> None:
    slug, after = campaign.slug, drafts.draft(db.session, campaign.slug, row.mark).files
    before = dates.read(published_files(slug))
    lasting = consequences.of_dates(db.session, campaign.id, before, dates.read(after))
    number = drafts.publish_earlier(db.session, slug, row.mark, Authorship(row.who, row.note))
    _audit(campaign, AuditVerb.PUBLISHED, str(number), f"planned by {row.who}")
    reviews.answered(db.session, campaign, row.mark)
    if lasting:
        subject = Message("dates of the petition were changed")
        announcer.announce(db.session, slug, Announcement(row.who, subject, lasting))
    planned.put_away(db.session, campaign)


def _note_failure(
    campaign: Campaign,
    row: PlannedPublication,
    failure: Failure,
    errors: Sequence[Finding],
    announcer: Announcer,
) -> None:
    row.failed = failure.value
    _audit(campaign, AuditVerb.NOT_PUBLISHED, str(row.after + 1), str(REASONS[failure]))
    planner = _planner(campaign, row)
    lines = [
        Message("The edition that was planned for now was not published."),
        REASONS[failure],
        *(finding.text for finding in errors[:MOST_NAMED]),
    ]
    subject = Message("a planned edition was not published")
    to = (planner.email,) if planner else ()
    announcer.announce(db.session, campaign.slug, Announcement(row.who, subject, lines, to))


def _audit(campaign: Campaign, verb: AuditVerb, on: str, note: str) -> None:
    audit.write(db.session, campaign.id, AuditEvent(SERVER, verb, on, note), clock.now())
