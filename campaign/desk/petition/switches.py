"""What is done to a petition by a button: pause it, let names through, have done with refused mail."""

from __future__ import annotations

from flask import g
from flask.typing import ResponseReturnValue

from campaign.database import db
from campaign.desk.fields import posted
from campaign.desk.pages import Pages, back_to
from campaign.desk.petition.forms import NamesForm, PauseForm
from campaign.mail.outbox import Outbox
from campaign.people.roles import Permission
from campaign.petition import administration
from campaign.services import service

pages = Pages()


@pages.page("/<slug>/signatures/pause", Permission.SIGNATURES, methods=["POST"])
def pause() -> ResponseReturnValue:
    """Stop signing, or let it go on, by one button."""
    paused = bool(posted(PauseForm).pause.data)
    administration.pause(db.session, g.desk.slug, g.desk.email, paused)
    return back_to("signatures", said="done")


@pages.page("/<slug>/signatures/names", Permission.SIGNATURES, methods=["POST"])
def decide_names() -> ResponseReturnValue:
    """Let names through, or take them out for good."""
    form = posted(NamesForm)
    administration.decide_names(
        db.session, g.desk.slug, g.desk.email, form.show_list.data, form.drop_list.data
    )
    return back_to("signatures", said="done")


@pages.page("/<slug>/signatures/mail", Permission.SIGNATURES, methods=["POST"])
def forget_refused() -> ResponseReturnValue:
    """The e-mails that relays rejected have been seen."""
    service(Outbox).forget_refused()
    return back_to("signatures", said="done")
