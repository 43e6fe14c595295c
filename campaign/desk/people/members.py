"""Who organises a campaign, and what was done at the desk. For owners."""

from __future__ import annotations

from typing import Any

from flask import abort, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign import clock, csv_files
from campaign.database import db
from campaign.desk.access.forms import ROLE_NAMES, GuestForm
from campaign.desk.pages import Pages, at, back_to, download, page
from campaign.people import audit as log
from campaign.people import members, signing_in
from campaign.people.members import Action, Guest, MemberError
from campaign.people.models import Person
from campaign.people.roles import Permission
from campaign.web.addresses import base_url
from campaign.web.messages import translated

pages = Pages()


@pages.page("/<slug>/people", Permission.PEOPLE)
def people() -> ResponseReturnValue:
    """Everybody, the open invitations, and a form to invite somebody."""
    return _page(GuestForm())


def _page(form: GuestForm, status: int = 200, **more: Any) -> ResponseReturnValue:
    found = members.members(db.session, g.desk.slug)
    signed_in = {person.id: len(signing_in.of_person(db.session, person)) for person, _one in found}
    open_ones = members.invitations(db.session, g.desk.slug, clock.now())
    values = {
        "form": form,
        "members": found,
        "signed_in": signed_in,
        "invitations": open_ones,
        "roles": ROLE_NAMES,
    }
    return page("desk/people/people.html", status, **{"message": "", "link": "", **values, **more})


def _act() -> Action:
    return Action(g.desk.here.person.email, clock.now())


@pages.page("/<slug>/people/invite", Permission.PEOPLE, methods=["POST"])
def invite() -> ResponseReturnValue:
    """The link by which somebody joins; it is shown once, to be sent by a safe way."""
    form = GuestForm(request.form)
    if not form.validate():
        return _page(form, 422)
    guest = Guest(
        form.name.data or "", form.email.data or "", form.role.data, tuple(form.languages_list.data or ())
    )
    token = members.invite(db.session, g.desk.slug, guest, _act())
    return _page(GuestForm(), link=f"{base_url()}{at('join', token=token)}", guest=guest)


def _member(number: int) -> Person:
    """A member of this campaign by number; 404 for anybody else."""
    found = [person for person, _one in members.members(db.session, g.desk.slug) if person.id == number]
    if not found:
        abort(404)
    return found[0]


@pages.page("/<slug>/people/<int:number>/role", Permission.PEOPLE, methods=["POST"])
def change_role(number: int) -> ResponseReturnValue:
    """Another role for somebody."""
    person = _member(number)
    languages = tuple(request.form.getlist("languages_list"))
    return _done(lambda: members.change_role(
        db.session, g.desk.slug, person, Guest("", "", request.form.get("role", ""), languages), _act()
    ), "role")  # fmt: skip


@pages.page("/<slug>/people/<int:number>/remove", Permission.PEOPLE, methods=["POST"])
def remove_member(number: int) -> ResponseReturnValue:
    """Take somebody out of the campaign."""
    person = _member(number)
    return _done(lambda: members.remove(db.session, g.desk.slug, person, _act()), "removed")


@pages.page("/<slug>/people/<int:number>/sign-out", Permission.PEOPLE, methods=["POST"])
def end_sign_ins(number: int) -> ResponseReturnValue:
    """End every sign-in of somebody."""
    person = _member(number)
    return _done(lambda: members.end_sign_ins(db.session, g.desk.slug, person, _act()), "ended")


def _done(work: Any, said: str) -> ResponseReturnValue:
    reasons = {
        "last owner": _("A campaign needs an owner: make somebody else an owner first."),
        "unknown role": _("Choose from the list."),
    }
    try:
        work()
    except MemberError as error:
        return _page(GuestForm(), 422, message=reasons.get(error.reason, error.reason))
    if not members.membership(db.session, g.desk.here.person, g.desk.slug):
        return back_to("sign_in")  # it was oneself
    return back_to("people", said=said)


@pages.page("/<slug>/audit", Permission.AUDIT)
def audit() -> ResponseReturnValue:
    """Who did what, the newest first, and whether the chain is whole."""
    campaign = log.campaign_of(db.session, g.desk.slug)
    rows = log.rows(db.session, campaign)
    broken = log.broken_at(db.session, campaign)
    head = log.head(db.session, campaign).hex()
    values: dict[str, Any] = {"rows": rows[::-1][:500], "total": len(rows), "broken": broken, "head": head}
    verbs = {verb.value: translated(label) for verb, label in log.LABELS.items()}
    return page("desk/people/audit.html", verbs=verbs, **values)


def audit_table() -> str:
    """Every row of the campaign's audit as CSV, the oldest first."""
    rows = log.rows(db.session, log.campaign_of(db.session, g.desk.slug))
    told = [[row.at, row.who, row.what, row.on, row.note, row.digest.hex()] for row in rows]
    return csv_files.table([["at", "who", "what", "on", "note", "hash"], *told])


@pages.page("/<slug>/audit.csv", Permission.AUDIT)
def audit_csv() -> ResponseReturnValue:
    """The same as a file, to be kept elsewhere."""
    return download(audit_table(), f"audit-{g.desk.slug}.csv", "text/csv")
