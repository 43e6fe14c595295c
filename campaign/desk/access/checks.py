"""Before every page of the desk: who signed in, may they open it, and have they just proved who they are."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign import clock
from campaign.database import db
from campaign.desk.access import passkey_challenges
from campaign.desk.access.attempts import to_prove
from campaign.desk.access.forms import ROLE_NAMES
from campaign.desk.access.kept_form import form_to_keep
from campaign.desk.access.recovery_mail import tell_of_recovery
from campaign.desk.access.session import set_cookie, settings, token_is_good, who
from campaign.desk.access.sign_in import sign_in_page
from campaign.desk.access.visit import Desk
from campaign.desk.pages import Audience, Upload, page
from campaign.languages.data import exists, installed
from campaign.people import members, passkeys, signing_in
from campaign.people.roles import Permission
from campaign.people.signing_in import CurrentSignIn
from campaign.web import domains, guard
from campaign.web.addresses import page_address

#: Bytes of what is typed into a form of the desk, with a text that is reported as too long; of what is kept
#: over a sign-in; fields of a form.
MOST_TYPED, MOST_KEPT = 8 * 1024 * 1024, 4 * 1024 * 1024
MOST_PARTS = 600


def most_bytes(view: Any) -> int:
    """Bytes of a form of the desk, by its page: with its file if it takes one."""
    upload: Upload | None = view.upload
    return upload.body if upload else MOST_TYPED


def check_access() -> ResponseReturnValue | None:
    """None if the page may be opened; else the answer that stands in its place."""
    domains.refuse_on_campaign_host()
    if g.address["language"] not in installed() and not _is_draft_page():
        abort(404)
    if not _safe_way():
        return page("desk/access/unsafe.html", 503)
    view: Any = current_app.view_functions[str(request.endpoint)]
    current = who()
    g.desk = Desk(current) if current else None
    if request.method == "POST":
        if view.sink and current is not None and _in_campaign(current, view.needs):
            request.sink = view.sink()  # type: ignore[attr-defined]
        request.takes_files = view.upload is not None  # type: ignore[attr-defined]
        _read_form(most_bytes(view) if current else 0)
    if view.needs == Audience.ANYBODY:
        return None
    return _to_sign_in() if current is None else _check_member(current, view)


def _check_member(current: CurrentSignIn, view: Any) -> ResponseReturnValue | None:
    """The form's token, the permission, and a factor used just now where the page needs one."""
    if request.method == "POST" and not token_is_good(request.form.get("csrf", ""), current):
        abort(403)
    if isinstance(view.needs, Permission) and not _in_campaign(current, view.needs):
        return page("desk/access/forbidden.html", 403, role_names=ROLE_NAMES)
    if request.method == "POST":
        signing_in.touch(db.session, current, clock.now())
        if view.fresh and not g.desk.sign_in.fresh(clock.now()):
            return _prove()
    return None


def _is_draft_page() -> bool:
    """Whether it is a page of the draft, which is in the language of the campaign's texts."""
    return str(request.endpoint).startswith("desk.draft_") and exists(g.address["language"])


def _safe_way() -> bool:
    """A sign-in travels encrypted, or stays on this machine."""
    host = request.host.rsplit(":", 1)[0]
    return settings().over_tls or host in {"localhost", "127.0.0.1", "[::1]"}


def _read_form(most: int) -> None:
    """Of `most` bytes; 0 for somebody who is not signed in.

    Files come only from somebody who is; a text that is kept over a sign-in may be long.
    """
    files = request.mimetype == "multipart/form-data"
    most = most or (current_app.config["MAX_CONTENT_LENGTH"] if files else MOST_KEPT)
    request.max_content_length = request.max_form_memory_size = most
    request.max_form_parts = MOST_PARTS
    if guard.doubled(request.form):
        abort(400)


def _in_campaign(current: CurrentSignIn, needs: Permission) -> bool:
    """Whether the role has the permission; 404 for a campaign of which this person is no member."""
    slug = g.address.get("slug", "")
    member = members.membership(db.session, current.person, slug)
    if member is None:
        abort(404)
    g.desk = Desk(current, slug, member.role, tuple(member.languages.split()))
    return bool(g.desk.may(needs))


def _to_sign_in() -> ResponseReturnValue:
    if request.method != "POST":
        back = request.full_path.rstrip("?")
        return redirect(page_address("desk.sign_in", next=back), 303)
    if request.headers.get("Accept") == "text/fragment":
        return "", 401  # the page's script says that a sign-in is needed; nothing typed is lost there
    return sign_in_page(_("You are signed out. Sign in to continue."), form_to_keep(), 403)


def _prove() -> ResponseReturnValue | None:
    """None once a factor was given with the form; else the page that asks for it and keeps the form."""
    problem = ""
    if request.form.get("prove_code") or request.form.get("prove_passkey"):
        problem = proved()
        if not problem:
            return None
    if any(file.filename for file in request.files.values()):
        return redirect(page_address("desk.prove", next=request.path), 303)
    skip = {"csrf", "prove_code", "prove_passkey", "prove_challenge"}
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in skip]
    return page(
        "desk/access/prove.html", 422 if problem else 200, kept=kept, action=request.path, problem=problem
    )


def proved() -> str:
    """'' when the factor in the form is good, and the sign-in then has a new token; or what is wrong."""
    current: CurrentSignIn = g.desk.sign_in
    if not to_prove(current.person.email):
        return str(_("Too many attempts. Wait five minutes; what you typed stays here."))
    if answer := request.form.get("prove_passkey", ""):
        try:
            challenge = passkey_challenges.opened(request.form.get("prove_challenge", ""))
            person = passkeys.who(db.session, passkey_challenges.site(), challenge, answer, clock.now())
        except passkeys.PasskeyError:
            db.session.rollback()
            return str(_("This passkey is not known here."))
        factor = "passkey" if person.id == current.person.id else ""
    else:
        factor = signing_in.second_factor(
            db.session, current.person, request.form.get("prove_code", ""), clock.now()
        )
    if not factor:
        db.session.rollback()
        return str(_("This code is wrong or has already been used."))
    set_cookie(signing_in.prove(db.session, current, clock.now()))
    if factor == "recovery":
        tell_of_recovery(current.person)
    renewed = signing_in.find(db.session, g.cookie, clock.now(), clock.now())
    if renewed is None:
        abort(403)
    g.desk = Desk(renewed, g.desk.slug, g.desk.role, g.desk.languages)
    return ""
