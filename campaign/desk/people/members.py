"""Who organises a campaign. For owners."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, g
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from campaign import clock
from campaign.database import db
from campaign.desk.access.forms import ROLE_NAMES
from campaign.desk.fields import posted
from campaign.desk.pages import Pages, at, back_to, page
from campaign.desk.people.forms import GuestForm, RoleForm
from campaign.people import members, signing_in
from campaign.people.members import Action, MemberError
from campaign.people.models import Person
from campaign.people.roles import Permission
from campaign.web.addresses import base_url

pages = Pages()

#: Why a change of a member was refused, by the reason of a MemberError.
MEMBER_ERRORS = {
    "last owner": _l("A campaign needs an owner: make somebody else an owner first."),
    "unknown role": _l("Choose from the list."),
}


@pages.page("/<slug>/people", Permission.PEOPLE)
def people() -> ResponseReturnValue:
    """Everybody, the open invitations, and a form to invite somebody."""
    return _page(GuestForm())


def _page(form: GuestForm, status: int = 200, **more: Any) -> ResponseReturnValue:
    everybody = members.members(db.session, g.desk.slug)
    values = {
        "form": form,
        "members": everybody,
        "signed_in": {
            person.id: len(signing_in.of_person(db.session, person)) for person, _role in everybody
        },
        "invitations": members.invitations(db.session, g.desk.slug, clock.now()),
        "roles": ROLE_NAMES,
        "message": "",
        "link": "",
    }
    return page("desk/people/people.html", status, **{**values, **more})


def _act() -> Action:
    return Action(g.desk.sign_in.person.email, clock.now())


@pages.page("/<slug>/people/invite", Permission.PEOPLE, methods=["POST"])
def invite() -> ResponseReturnValue:
    """The link by which somebody joins; it is shown once, to be sent by a safe way."""
    form = posted(GuestForm)
    if not form.validate():
        return _page(form, 422)
    token = members.invite(db.session, g.desk.slug, form.guest, _act())
    return _page(GuestForm(), link=f"{base_url()}{at('join', token=token)}", guest=form.guest)


def _member(number: int) -> Person:
    """A member of this campaign by number; 404 for anybody else."""
    for person, _role in members.members(db.session, g.desk.slug):
        if person.id == number:
            return person
    abort(404)


@pages.page("/<slug>/people/<int:number>/role", Permission.PEOPLE, methods=["POST"])
def change_role(number: int) -> ResponseReturnValue:
    """Another role for somebody."""
    person = _member(number)
    guest = posted(RoleForm).guest
    return _changed(lambda: members.change_role(db.session, g.desk.slug, person, guest, _act()), "role")


@pages.page("/<slug>/people/<int:number>/remove", Permission.PEOPLE, methods=["POST"])
def remove_member(number: int) -> ResponseReturnValue:
    """Take somebody out of the campaign."""
    person = _member(number)
    return _changed(lambda: members.remove(db.session, g.desk.slug, person, _act()), "removed")


@pages.page("/<slug>/people/<int:number>/sign-out", Permission.PEOPLE, methods=["POST"])
def end_sign_ins(number: int) -> ResponseReturnValue:
    """End every sign-in of somebody."""
    person = _member(number)
    return _changed(lambda: members.end_sign_ins(db.session, g.desk.slug, person, _act()), "ended")


def _changed(change: Callable[[], None], said: str) -> ResponseReturnValue:
    """The page after a change of a member, or with the reason why it was refused."""
    try:
        change()
    except MemberError as error:
        return _page(GuestForm(), 422, message=str(MEMBER_ERRORS.get(error.reason, error.reason)))
    if not members.membership(db.session, g.desk.sign_in.person, g.desk.slug):
        return back_to("sign_in")  # it was oneself
    return back_to("people", said=said)
