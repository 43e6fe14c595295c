"""The worker tells organisers what waits for them at the desk: in numbers, once a day at most.

Nothing of a signature is in it, and no text of the campaign: the reader follows the link and signs in. Who
gets what depends on their role, and on what they chose under “Your account”.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from flask import Flask
from flask_babel import ngettext
from sqlalchemy import Engine

from campaign import clock
from campaign.database import db, transaction
from campaign.desk.content.reviews import ReviewStates
from campaign.desk.draft_snapshot import draft_snapshot
from campaign.editions.edition_cache import EditionCache
from campaign.languages.data import for_desk
from campaign.locking import only_one
from campaign.mail.outbox import Outbox
from campaign.pack.findings import ADDRESS
from campaign.paper import batches
from campaign.people import audit, daily_mail, members
from campaign.people.daily_mail import Subject, Wishes
from campaign.people.models import Person
from campaign.people.roles import Permission, may
from campaign.petition import reasons
from campaign.services import service
from campaign.settings import Settings
from campaign.web import languages

log = logging.getLogger("campaign.mail")

#: From when on it is sent, in UTC.
DUE = time(5, 0)

Line = tuple[Subject, str]


@dataclass(frozen=True, slots=True)
class Work:
    """What waits in a campaign, in numbers; texts by language, of which some write all or none."""

    texts: Mapping[str, int]
    addresses: int
    sheets: int
    errors: int
    reasons: int


@dataclass(frozen=True, slots=True)
class Place:
    """A campaign in which somebody works, and as what; `languages` are those of a translator."""

    slug: str
    role: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may be written to: what they want, and where they work."""

    number: int
    email: str
    wishes: Wishes
    places: list[Place]


def send_due(app: Flask) -> None:
    """Write to everybody for whom something new waits, and for whom nobody has looked today."""
    now = clock.now()
    if now.time() < DUE:
        return
    with only_one(service(Engine, app), service(Settings, app).data, "daily-mail") as is_ours:
        if not is_ours:
            return
        with app.test_request_context():
            works: dict[str, Work] = {}
            for reader in _readers(app, now.date()):
                try:
                    _write(app, reader, works, now.date())
                except Exception as error:  # whatever it is, the others get theirs
                    log.error("could not write a daily e-mail: %s", type(error).__name__)


def _readers(app: Flask, today: date) -> list[Reader]:
    """Everybody whose day has not been looked at, with the campaigns that are published and go on."""
    cache = service(EditionCache, app)
    people: dict[int, Person] = {}
    places: dict[int, list[Place]] = {}
    for slug in cache.newest():
        if slug not in cache.ended().archived:
            for person, member in members.members(db.session, slug):
                people[person.id] = person
                place = Place(slug, member.role, tuple(member.languages.split()))
                places.setdefault(person.id, []).append(place)
    with transaction(db.session):
        return [
            Reader(number, person.email, daily_mail.wishes(db.session, person), places[number])
            for number, person in people.items()
            if daily_mail.look(db.session, person, today)
        ]


def _write(app: Flask, reader: Reader, works: dict[str, Work], today: date) -> None:
    editions = service(EditionCache, app).newest()
    code = reader.wishes.language or for_desk(editions[reader.places[0].slug].pack.languages)
    campaigns = []
    with languages.forced(code):
        for place in reader.places:
            work = works.setdefault(place.slug, works.get(place.slug) or _work(place.slug, today))
            if lines := [text for about, text in _lines(work, place, code) if about in reader.wishes.about]:
                name = editions[place.slug].pack.name
                campaigns.append([name.get(code) or next(iter(name.values())), place.slug, lines])
    if not campaigns:
        return
    said = hashlib.sha256(json.dumps(campaigns).encode()).digest()
    content: dict[str, Any] = {"kind": "work", "to": reader.email, "language": code, "campaigns": campaigns}
    with transaction(db.session) as connection:
        person = db.session.get(Person, reader.number)
        if person and daily_mail.is_new(db.session, person, said, today):
            service(Outbox, app).put(connection, {**content, "site": service(Settings, app).public_url})


def _work(slug: str, today: date) -> Work:
    draft = draft_snapshot(slug)
    states = ReviewStates.of(draft)
    texts = {}
    for code in states.languages:
        found = states.counts(code)
        texts[code] = found["missing"] + found["changed"] + found["awaiting"]
    campaign = audit.campaign_of(db.session, slug)
    late = batches.late(db.session, campaign, today)
    return Work(
        texts,
        sum(finding.kind == ADDRESS for finding in draft.findings),
        sum(batch.out for batch in late),
        sum(finding.level == "error" for finding in draft.findings),
        reasons.count(db.session, campaign, reasons.State.WAITING),
    )


def _lines(work: Work, place: Place, code: str) -> Iterator[Line]:
    """What somebody can do about it, a sentence for each."""
    edits, subjects = may(place.role, Permission.EDIT), daily_mail.subjects_of([place.role])
    for text_language, count in work.texts.items():
        if count and Subject.TEXTS in subjects and (edits or text_language in place.languages):
            yield (
                Subject.TEXTS,
                ngettext(
                    "%(language)s: %(num)s text is missing, awaits review, or has a source that changed.",
                    "%(language)s: %(num)s texts are missing, await review, or have a source that changed.",
                    count,
                    language=languages.name_in(text_language, code),
                ),
            )
    if Subject.ADDRESSES in subjects and work.addresses:
        yield (
            Subject.ADDRESSES,
            ngettext(
                "%(num)s address has to be checked again.",
                "%(num)s addresses have to be checked again.",
                work.addresses,
            ),
        )
    yield from _lines_of_signatures(work, subjects)
    if Subject.ERRORS in subjects and work.errors:
        yield (
            Subject.ERRORS,
            ngettext(
                "%(num)s error in the draft prevents publication.",
                "%(num)s errors in the draft prevent publication.",
                work.errors,
            ),
        )


def _lines_of_signatures(work: Work, subjects: Collection[Subject]) -> Iterator[Line]:
    """Sheets that are late, and what signers wrote."""
    if Subject.SHEETS in subjects and work.sheets:
        yield (
            Subject.SHEETS,
            ngettext("%(num)s sheet should be back.", "%(num)s sheets should be back.", work.sheets),
        )
    if Subject.REASONS in subjects and work.reasons:
        yield (
            Subject.REASONS,
            ngettext(
                "%(num)s text of a signer is waiting to be read.",
                "%(num)s texts of signers are waiting to be read.",
                work.reasons,
            ),
        )
