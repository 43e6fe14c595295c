"""Making the demonstration: what a campaign of some weeks has, by the code that a site uses."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

from flask import Flask
from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from campaign import clock
from campaign.counts import answers
from campaign.counts import store as letter_store
from campaign.counts.answers import Answer
from campaign.counts.store import Posting
from campaign.database import db
from campaign.demonstration import pack as demonstration_pack
from campaign.demonstration import people, petition
from campaign.demonstration.people import AUTHOR
from campaign.editions import drafts, store
from campaign.editions.drafts import Change
from campaign.editions.edition_cache import EditionCache
from campaign.editions.store import Authorship
from campaign.pack.files import parse, read_folder
from campaign.pack.model import Pack
from campaign.petition import administration
from campaign.photographs import photo_store
from campaign.photographs.sanitise import Photograph, sanitised
from campaign.services import service
from campaign.settings import Settings
from campaign.signatures.trial_keys import TrialKind

#: How long the demonstration's campaign has been going on.
AGE = timedelta(days=petition.DAYS + 5)

#: Letters that were reported for each office, by its place in the pack; over as many days.
LETTERS = (144, 89, 34, 21, 13, 8)

#: Kinds of answers, in the order in which they were reported.
ANSWERS = ("none", "receipt", "evasive", "none", "none", "receipt", "promise", "none", "evasive", "action")


class ProductionError(ValueError):
    """A site in production never shows a demonstration."""


def make(app: Flask, seed: Path) -> str:
    """Fill an empty site; the slug of its campaign. Raises ProductionError."""
    if service(Settings, app).production:
        raise ProductionError("A demonstration never runs in production: CAMPAIGN_PRODUCTION is set.")
    files, now = read_folder(seed), clock.now()
    pack = parse(files)
    with clock.use(lambda: now - AGE):
        _publish(app, pack.slug, files, "The first edition")
        administration.publish_trial_key(
            db.session, pack.slug, AUTHOR, TrialKind.DEMONSTRATION, clock.today(pack.time_zone)
        )
        people.join_all(db.session, pack.slug, pack.languages[1:2])
    _second_edition(app, pack.slug, files)
    petition.sign_online(app, pack.slug)
    petition.approve_names(db.session, pack.slug)
    petition.show_reasons(db.session, pack.slug)
    petition.collect_on_paper(app, pack.slug)
    _count_letters(db.session, pack)
    _change_draft(db.session, pack)
    return pack.slug


def _publish(
    app: Flask, slug: str, files: dict[str, str], note: str, photo: Photograph | None = None
) -> None:
    with store.writing(db.session, slug, make=True) as campaign:
        store.publish(db.session, slug, files, Authorship(AUTHOR, note))
        photo_store.add_all(db.session, campaign.id, [photo] if photo else [])
    service(EditionCache, app).load()


def _second_edition(app: Flask, slug: str, files: dict[str, str]) -> None:
    photo = sanitised(_pattern())
    changed = demonstration_pack.of_demonstration(files, photo.name, clock.today())
    _publish(app, slug, changed, "Updates, and what became of the petition", photo)


def _pattern() -> bytes:
    """A picture that shows nobody: coloured squares."""
    picture = Image.new("RGB", (1200, 800), "#dfe8ee")
    draw = ImageDraw.Draw(picture)
    for number in range(24):
        left, top = number % 6 * 200, number // 6 * 200
        shade = 40 + number * 83 % 160
        draw.rectangle((left + 20, top + 20, left + 180, top + 180), fill=(shade, 110, 200 - shade // 2))
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def _count_letters(session: Session, pack: Pack) -> None:
    """Letters and answers of the last weeks, more for the offices that a pack names first."""
    today = clock.today(pack.time_zone)
    for addressee, number in zip(pack.addressees.values(), LETTERS, strict=False):
        for letter in range(number):
            country = petition.COUNTRIES[letter % len(petition.COUNTRIES)]
            country = "" if country in pack.countries_at_risk else country
            posting = Posting(addressee.key, country, letter_store.WAYS[letter % 2])
            letter_store.count_letter(session, pack.slug, posting, today - timedelta(letter % 28))
    offices = list(pack.addressees.values())
    for number, kind in enumerate(ANSWERS * 8):
        addressee = offices[number % 2]
        weeks = None if kind == answers.NONE else number % 5
        answer = Answer(addressee.key, pack.languages[0], kind, first=True, weeks=weeks)
        answers.count_answer(session, pack.slug, answer, today - timedelta(number % 50))


def _change_draft(session: Session, pack: Pack) -> None:
    """A change that waits to be published: somebody at the desk may look at it."""
    path = f"updates/{demonstration_pack.UPDATES[1][0]}.{pack.languages[0]}.md"
    version = drafts.draft(session, pack.slug).versions[path]
    text = f"{version.text}\nThis sentence is in the draft. Publish it, and visitors see it.\n"
    drafts.save_all(session, pack.slug, [Change(path, text, version.id)], Authorship("Emma Editor", ""))
