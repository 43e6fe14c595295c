"""How a campaign ends: its outcome, the archive, and its removal for good, with what that does first."""

from __future__ import annotations

from typing import Any

from flask import g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Field, Form
from wtforms.validators import StopValidation

from campaign import clock
from campaign.database import db, transaction
from campaign.desk.fields import TypedText, YesField, first_error, posted
from campaign.desk.pages import Pages, back_to, page
from campaign.desk.proposing import announcer, decider, propose
from campaign.editions.models import Campaign
from campaign.mail.outbox import Outbox
from campaign.messages import Message
from campaign.pack.outcome import Outcome, outcome
from campaign.people import audit
from campaign.people.roles import Permission
from campaign.petition import consequences, removal
from campaign.petition.erasure import erase_links
from campaign.petition.owner_mail import Announcement
from campaign.petition.proposal_kinds import ProposalKind
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.web.open_edition import campaign_day, edition_cache

pages = Pages()


class ArchiveForm(Form):
    """Whether the campaign goes into the archive, or out of it again."""

    archive = YesField()


class RemovalForm(Form):
    """The campaign's short name, typed by hand: nobody removes the wrong one."""

    slug = ""

    name = TypedText(most=100)

    def validate_name(self, field: Field) -> None:
        if field.data.strip() != self.slug:
            raise StopValidation(_("Type “%(slug)s” to remove this campaign.", slug=self.slug))


@pages.page("/<slug>/end", Permission.PUBLISH)
def ending() -> ResponseReturnValue:
    """Whether the campaign is over, and what can be done about it."""
    return _page()


def _page(status: int = 200, message: str = "") -> ResponseReturnValue:
    campaign = _campaign()
    return page(
        "desk/publishing/ending.html",
        status,
        message=message,
        ended=_outcome(),
        archived=campaign.archived,
        archive_lines=consequences.of_archive(db.session, campaign),
        removal_lines=consequences.of_removal(db.session, campaign),
        agreement=removal.needs_agreement(db.session, campaign.id),
        fresh=g.desk.sign_in.fresh(clock.now()),
    )


def _campaign() -> Campaign:
    campaign = db.session.get(Campaign, audit.campaign_of(db.session, g.desk.slug))
    assert campaign is not None  # somebody is a member of it
    return campaign


def _outcome() -> Outcome | None:
    edition = edition_cache().newest().get(g.desk.slug)
    return outcome(edition.pack, campaign_day(g.desk.slug)) if edition else None


@pages.page("/<slug>/end/archive", Permission.PUBLISH, methods=["POST"])
def archive() -> ResponseReturnValue:
    """Into the archive, or out of it; owners and trustees are informed."""
    into = bool(posted(ArchiveForm).archive.data)
    with transaction(db.session):
        campaign = _campaign()
        lines = consequences.of_archive(db.session, campaign) if into else []
        subject = Message("the campaign was archived") if into else Message("the campaign was reopened")
        since = campaign_day(g.desk.slug) if into else None
        removal.archive(db.session, g.desk.slug, g.desk.email, since)
        announcer().announce(db.session, g.desk.slug, Announcement(g.desk.email, subject, lines))
    return back_to("ending", said="done")


@pages.page("/<slug>/end/remove", Permission.PEOPLE, methods=["POST"])
def remove_campaign() -> ResponseReturnValue:
    """Remove the campaign; if somebody has signed, that is proposed and another owner agrees."""
    form = posted(RemovalForm)
    form.slug = g.desk.slug
    if not form.validate():
        return _page(422, first_error(form))
    campaign = _campaign()
    if removal.needs_agreement(db.session, campaign.id):
        propose(ProposalKind.CAMPAIGN)
        return back_to("pending", said="proposed-change")
    with transaction(db.session):
        lines = consequences.of_removal(db.session, campaign)
        done = Announcement(g.desk.email, Message("the campaign was removed"), lines)
        announcer().announce(db.session, g.desk.slug, done)
        removal.remove(db.session, g.desk.slug, g.desk.email, decider().today)
    return after_removal(g.desk.slug)


def after_removal(slug: str) -> ResponseReturnValue:
    """Destroy the keys of its links, and go to the public list: this person may have no campaign any more."""
    keys: Any = service(Petitions).server_keys(slug)
    erase_links(service(Outbox), slug, keys)
    return redirect(f"/{g.address['language']}/", 303)
