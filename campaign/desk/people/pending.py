"""Changes that wait for another owner or for 72 hours: what they do, and who can carry out or stop them."""

from __future__ import annotations

from typing import Any

from flask import abort, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign import clock
from campaign.database import db
from campaign.desk.pages import Pages, at, back_to, page
from campaign.desk.people.errors import member_error
from campaign.desk.proposing import announcer, decider
from campaign.desk.publishing.ending import after_removal
from campaign.editions import store
from campaign.languages.dates import moment
from campaign.people.members import MemberError
from campaign.people.roles import Permission
from campaign.petition import proposals
from campaign.petition.proposals import WaitError
from campaign.signatures.public_keys import KeyFileError
from campaign.web.domains import base_url

pages = Pages()


@pages.page("/<slug>/pending", Permission.PUBLISH)
def pending() -> ResponseReturnValue:
    """Every open proposal with what it does, in numbers."""
    return _page()


def _page(status: int = 200, **more: Any) -> ResponseReturnValue:
    values = {
        "changes": proposals.pending(db.session, g.desk.slug, clock.now()),
        "now": clock.now(),
        "me": g.desk.sign_in.person.id,
        "message": "",
        "link": "",
    }
    return page("desk/people/pending.html", status, **{**values, **more})


@pages.page("/<slug>/pending/<int:number>/carry-out", Permission.PEOPLE, methods=["POST"])
def carry_out_change(number: int) -> ResponseReturnValue:
    """Another owner agrees, or the time to object has passed: it is done."""
    try:
        token = proposals.carry_out(db.session, g.desk.slug, number, decider(), announcer())
    except LookupError:
        abort(404)
    except WaitError as error:
        return _page(409, message=_wait_message(error))
    except MemberError as error:
        return _page(409, message=member_error(error))
    except KeyFileError:
        return _page(409, message=_("This is not the next key any more: stop the change."))
    if g.desk.slug in store.ended(db.session).removed:
        return after_removal(g.desk.slug)
    if token:
        return _page(link=f"{base_url()}{at('join', token=token)}")
    return back_to("pending", said="done")


def _wait_message(error: WaitError) -> str:
    if error.until is None:
        return str(_("You proposed this. Another owner has to agree."))
    time = moment(error.until, g.address["language"])
    return str(
        _("There is no other owner to agree, so everybody has until %(time)s UTC to object.", time=time)
    )


@pages.page("/<slug>/pending/<int:number>/stop", Permission.PUBLISH, methods=["POST"])
def stop_change(number: int) -> ResponseReturnValue:
    """Anybody who may publish stops it."""
    try:
        proposals.stop(db.session, g.desk.slug, number, decider(), announcer())
    except LookupError:
        abort(404)
    return back_to("pending", said="stopped")
