"""The key that signatures are sealed to, the trustees' addresses, and the sealed list as a file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import g
from flask.typing import ResponseReturnValue

from campaign.database import db
from campaign.desk.fields import first_error, posted
from campaign.desk.pages import Pages, back_to, download
from campaign.desk.petition.forms import KeyForm, TrusteesForm
from campaign.desk.petition.overview import signatures_page
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.people.roles import Permission
from campaign.petition import administration, export
from campaign.signatures.public_keys import KeyFileError
from campaign.web.open_edition import campaign_day

pages = Pages()


@pages.page("/<slug>/signatures/key", Permission.KEYS, methods=["POST"])
def publish_key() -> ResponseReturnValue:
    """The public half of a new key, as a line."""
    form = posted(KeyForm)
    form.slug = g.desk.slug
    if not form.validate():
        return signatures_page(422, first_error(form), key_form=form)
    try:
        administration.publish_key(db.session, form.key(), g.desk.email, campaign_day(g.desk.slug))
    except KeyFileError:
        form.refuse()
        return signatures_page(422, first_error(form), key_form=form)
    return back_to("signatures", said="done")


@pages.page("/<slug>/signatures/trustees", Permission.KEYS, methods=["POST"])
def set_trustees() -> ResponseReturnValue:
    """Who gets the day's manifest, an address a line."""
    form = posted(TrusteesForm)
    if not form.validate():
        return signatures_page(422, first_error(form), trustees_form=form)
    administration.set_trustees(db.session, g.desk.slug, g.desk.email, "\n".join(form.addresses))
    return back_to("signatures", said="done")


@pages.page("/<slug>/signatures/sealed", Permission.KEYS, methods=["POST"])
def take_sealed() -> ResponseReturnValue:
    """The sealed list as one file, for trustees."""
    campaign = audit.campaign_of(db.session, g.desk.slug)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "signatures.campaign"
        digest = export.write(db.engine, g.desk.slug, campaign, path, campaign_day(g.desk.slug))
        body = path.read_bytes()
    event = AuditEvent(g.desk.email, AuditVerb.EXPORT_SIGNATURES, "", digest)
    administration.tell(db.session, g.desk.slug, event)
    return download(body, f"{g.desk.slug}-signatures.campaign", "application/octet-stream")
