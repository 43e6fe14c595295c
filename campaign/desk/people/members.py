"""Who organises a campaign. For owners."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, g
from flask.typing import ResponseReturnValue

from campaign import clock
from campaign.database import db
from campaign.desk.access.forms import ROLE_NAMES
from campaign.desk.content import items
from campaign.desk.draft_snapshot import draft_snapshot
from campaign.desk.fields import posted
from campaign.desk.pages import Pages, at, back_to, page
from campaign.desk.people.errors import member_error
from campaign.desk.people.forms import GuestForm, InvitationForm, RoleForm
from campaign.desk.proposing import propose
from campaign.people import members, signing_in
from campaign.people.members import Action, MemberError
from campaign.people.models import Person
from campaign.people.roles import Permission
from campaign.petition.proposal_kinds import ProposalKind
from campaign.petition.proposals import Change
from campaign.web.domains import base_url
from campaign.web.languages import own_name

pages = Pages()


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
        "offered": _offered(),
        "message": "",
        "link": "",
    }
    return page("desk/people/people.html", status, **{**values, **more})


def _offered() -> dict[str, str]:
    """The languages in which somebody could translate, by their own names."""
    codes = items.languages_of(draft_snapshot(g.desk.slug).files)
    return {code: own_name(code) for code in codes}


def _act() -> Action:
    return Action(g.desk.sign_in.person.email, clock.now())


@pages.page("/<slug>/people/invite", Permission.PEOPLE, methods=["POST"])
def invite() -> ResponseReturnValue:
    """The link by which somebody joins; it is shown once, to be sent by a safe way."""
    form = posted(GuestForm)
    form.offered = _offered()
    if not form.validate():
        return _page(form, 422)
    guest = form.guest
    try:
        token = members.invite(db.session, g.desk.slug, guest, _act())
    except MemberError as error:
        if error.reason == "second owner":
            propose(ProposalKind.OWNER, name=guest.name, email=guest.email)
            return back_to("pending", said="proposed-change")
        return _page(form, 422, message=member_error(error))
    return _link_page(token, guest.name)


def _link_page(token: str, name: str) -> ResponseReturnValue:
    return _page(GuestForm(), link=f"{base_url()}{at('join', token=token)}", guest_name=name)


@pages.page("/<slug>/people/invitations", Permission.PEOPLE, methods=["POST"])
def change_invitation() -> ResponseReturnValue:
    """Withdraw an open invitation, or make a new link of it, which ends the older one."""
    form = posted(InvitationForm)
    try:
        if form.do.data == "withdraw":
            members.withdraw(db.session, g.desk.slug, form.digest, _act())
            return back_to("people", said="withdrawn")
        name = _invited_name(form.digest)
        token = members.resend(db.session, g.desk.slug, form.digest, _act())
    except MemberError as error:
        return _page(GuestForm(), 404, message=member_error(error))
    return _link_page(token, name)


def _invited_name(digest: bytes) -> str:
    opened = members.invitations(db.session, g.desk.slug, clock.now())
    return next((invited.name or invited.email for invited in opened if invited.digest == digest), "")


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
    proposal = Change(
        ProposalKind.ROLE,
        {"person": person.id, "role": guest.role, "languages": list(guest.languages)},
    )
    return _changed(
        lambda: members.change_role(db.session, g.desk.slug, person, guest, _act()), "role", proposal
    )


@pages.page("/<slug>/people/<int:number>/remove", Permission.PEOPLE, methods=["POST"])
def remove_member(number: int) -> ResponseReturnValue:
    """Take somebody out of the campaign."""
    person = _member(number)
    proposal = Change(ProposalKind.REMOVAL, {"person": person.id})
    return _changed(lambda: members.remove(db.session, g.desk.slug, person, _act()), "removed", proposal)


@pages.page("/<slug>/people/<int:number>/sign-out", Permission.PEOPLE, methods=["POST"])
def end_sign_ins(number: int) -> ResponseReturnValue:
    """End every sign-in of somebody."""
    person = _member(number)
    return _changed(lambda: members.end_sign_ins(db.session, g.desk.slug, person, _act()), "ended")


def _changed(change: Callable[[], None], said: str, proposal: Change | None = None) -> ResponseReturnValue:
    """The page after a change of a member, or with the reason why it was refused.

    What one owner can't do alone becomes a proposal.
    """
    try:
        change()
    except MemberError as error:
        if error.reason == "second owner" and proposal is not None:
            propose(proposal.kind, **proposal.payload)
            return back_to("pending", said="proposed-change")
        return _page(GuestForm(), 422, message=member_error(error))
    if not members.membership(db.session, g.desk.sign_in.person, g.desk.slug):
        return back_to("sign_in")  # it was oneself
    return back_to("people", said=said)
