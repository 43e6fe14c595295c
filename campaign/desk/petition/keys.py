"""The key that signatures are sealed to, the trustees' addresses, and the sealed list as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from flask import abort, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.database import db, transaction
from campaign.desk.access.session import settings
from campaign.desk.fields import first_error, posted
from campaign.desk.pages import Pages, Upload, back_to, download, page
from campaign.desk.petition.forms import MOST_PUBLIC, KeyForm, TrusteesForm
from campaign.desk.petition.overview import signatures_page
from campaign.desk.proposing import announcer, propose
from campaign.editions.models import Campaign
from campaign.messages import Message, Plural
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.people.roles import Permission
from campaign.petition import administration, consequences, export
from campaign.petition.administration import KeyProof, UnprovenKeyError
from campaign.petition.owner_mail import Announcement
from campaign.petition.proposal_kinds import ProposalKind
from campaign.signatures import public_keys
from campaign.signatures.public_keys import KeyFileError
from campaign.signatures.trial_keys import TrialKind
from campaign.web.open_edition import campaign_day

pages = Pages()


def _too_large(problem: str, _name: str) -> ResponseReturnValue:
    return signatures_page(413, problem, key_form=posted(KeyForm))


@pages.page(
    "/<slug>/signatures/key", Permission.KEYS, methods=["POST"], upload=Upload(MOST_PUBLIC, _too_large)
)
def publish_key() -> ResponseReturnValue:
    """The public half of a new key: first its fingerprint, to be compared, then the key itself.

    Without a proof by the key before it, somebody has to agree.
    """
    form = posted(KeyForm)
    form.slug = g.desk.slug
    if not form.validate():
        return signatures_page(422, first_error(form), key_form=form)
    key, proof = form.key()
    try:
        if not form.compared.data:
            administration.check_key(db.session, _campaign(), key, proof)
            groups = public_keys.fingerprint(key).split()
            return page("desk/petition/key.html", key=key, groups=groups, public=form.text, proof=proof)
        administration.publish_key(db.session, key, g.desk.email, campaign_day(g.desk.slug), KeyProof(proof))
    except UnprovenKeyError:
        propose(ProposalKind.KEY, public=public_keys.public_line(key))
        return back_to("pending", said="proposed-change")
    except KeyFileError:
        form.refuse()
        return signatures_page(422, first_error(form), key_form=form)
    return back_to("signatures", said="done")


def _campaign() -> Campaign:
    return db.session.get_one(Campaign, audit.campaign_of(db.session, g.desk.slug))


@pages.page("/<slug>/signatures/trial-key", Permission.KEYS, methods=["POST"])
def publish_trial_key() -> ResponseReturnValue:
    """Open the petition for practice, by one press; a site in production has no such page."""
    if settings().production:
        abort(404)
    try:
        administration.publish_trial_key(
            db.session, g.desk.slug, g.desk.email, TrialKind.TRIAL, campaign_day(g.desk.slug)
        )
    except KeyFileError:
        return signatures_page(422, _("This campaign has a key already."))
    return back_to("signatures", said="trial-key")


@pages.page("/<slug>/signatures/trustees", Permission.KEYS, methods=["POST"])
def set_trustees() -> ResponseReturnValue:
    """Who gets the day's manifest, an address a line."""
    form = posted(TrusteesForm)
    if not form.validate():
        return signatures_page(422, first_error(form), trustees_form=form)
    campaign = audit.campaign_of(db.session, g.desk.slug)
    before = administration.trustees(db.session, campaign).split()
    removed = [address for address in before if address not in form.addresses]
    with transaction(db.session):
        administration.set_trustees(db.session, g.desk.slug, g.desk.email, "\n".join(form.addresses))
        if before != form.addresses:
            _announce(
                Message("the trustees’ addresses were changed"),
                _of_addresses(removed, form.addresses),
                removed,
            )
    return back_to("signatures", said="done")


def _of_addresses(removed: list[str], now: list[str]) -> Message:
    return Plural(
        "%(num)s address gets the daily manifest and e-mails like this one. Removed: %(removed)s.",
        "%(num)s addresses get the daily manifest and e-mails like this one. Removed: %(removed)s.",
        len(now),
        removed=", ".join(removed) or "–",
    )


def _announce(subject: Message, line: Message, to: Sequence[str] = ()) -> None:
    announcer().announce(db.session, g.desk.slug, Announcement(g.desk.email, subject, [line], to))


@pages.page("/<slug>/signatures/sealed", Permission.KEYS, methods=["POST"])
def take_sealed() -> ResponseReturnValue:
    """The sealed list as one file, for trustees; owners and trustees are informed."""
    campaign = audit.campaign_of(db.session, g.desk.slug)
    number = consequences.signatures(db.session, campaign)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "signatures.campaign"
        digest = export.write(db.engine, g.desk.slug, campaign, path, campaign_day(g.desk.slug))
        body = path.read_bytes()
    event = AuditEvent(g.desk.email, AuditVerb.EXPORT_SIGNATURES, "", digest)
    with transaction(db.session):
        administration.tell(db.session, g.desk.slug, event)
        line = Plural(
            "The file has %(num)s sealed signature.", "The file has %(num)s sealed signatures.", number
        )
        _announce(Message("the sealed list was exported"), line)
    return download(body, f"{g.desk.slug}-signatures.campaign", "application/octet-stream")
