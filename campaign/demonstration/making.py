"""Making the demonstration: what a campaign of some weeks has, by the code that a site uses."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

from flask import Flask
from PIL import Image, ImageDraw

from campaign import clock
from campaign.database import db
from campaign.demonstration import (
    coalition,
    draft,
    elsewhere,
    letters,
    people,
    petition,
    stall,
    visits,
    waiting,
)
from campaign.demonstration import pack as demonstration_pack
from campaign.demonstration.people import AUTHOR
from campaign.demonstration.times import on
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.editions.store import Authorship
from campaign.pack.files import parse, read_folder
from campaign.petition import administration
from campaign.petition.nightly import append_to_log
from campaign.photographs import photo_store
from campaign.photographs.sanitise import Photograph, sanitised
from campaign.services import service
from campaign.settings import Settings
from campaign.signatures.trial_keys import TrialKind

#: How long the demonstration's campaign has been going on.
AGE = timedelta(days=petition.DAYS + 5)


class ProductionError(ValueError):
    """A site in production never shows a demonstration."""


def make(app: Flask, seed: Path) -> str:
    """Fill an empty site; the slug of its campaign. Raises ProductionError."""
    if service(Settings, app).production:
        raise ProductionError("A demonstration never runs in production: CAMPAIGN_PRODUCTION is set.")
    files, now = demonstration_pack.first_edition(read_folder(seed)), clock.now()
    pack, session, photo = parse(files), db.session, sanitised(_pattern())
    with on(now - AGE):
        _publish(app, pack.slug, files, "The first edition")
        administration.publish_trial_key(
            session, pack.slug, AUTHOR, TrialKind.DEMONSTRATION, clock.today(pack.time_zone)
        )
        people.join_all(session, pack.slug, pack.languages[1:2])
    coalition.sign_on(app, pack.slug, pack.languages[0])
    elsewhere.fail_to_deliver(app, pack.slug)
    petition.sign_online(app, pack.slug)
    petition.approve_names(session, pack.slug)
    petition.show_reasons(session, pack.slug)
    with on(now - timedelta(days=6)):
        petition.collect_on_paper(app, pack.slug)
    with on(now - timedelta(days=2)):
        stall.collect(app, pack.slug)
    append_to_log(app, pack.slug, clock.today() - timedelta(days=1))
    second = demonstration_pack.second_edition(files, photo.name, clock.today())
    _publish(app, pack.slug, second, "Updates, and what became of the petition", photo)
    letters.count(session, pack)
    visits.count(app, pack)
    letters.give(session, pack, photo.large)
    elsewhere.add_server(session, pack.slug)
    waiting.leave_waiting(app, pack)
    draft.work_on(session, pack)
    return pack.slug


def _publish(
    app: Flask, slug: str, files: dict[str, str], note: str, photo: Photograph | None = None
) -> None:
    with store.writing(db.session, slug, make=True) as campaign:
        store.publish(db.session, slug, files, Authorship(AUTHOR, note))
        photo_store.add_all(db.session, campaign.id, [photo] if photo else [])
    service(EditionCache, app).load()


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
