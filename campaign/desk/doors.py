"""Who may come in: the desk's cookie, its forms' tokens, and the permission that each page names."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.database import db
from campaign.desk import keys
from campaign.desk.cookies import (
    answered,
    clock,
    form_token,
    set_cookie,
    settings,
    token_is_good,
    token_person,
    who,
)
from campaign.desk.forms import ROLE_NAMES
from campaign.desk.recovery import tell_of_recovery
from campaign.desk.told import told
from campaign.pack.languages import INTERFACE
from campaign.people import members, passkeys, signing_in
from campaign.people.roles import SENSITIVE, May, may
from campaign.people.signing_in import Here
from campaign.web import guard, limits
from campaign.web.addresses import own_path, page_address
from campaign.web.shelves import library

blueprint = Blueprint("desk", __name__, url_prefix="/<language>/desk")

#: Bytes of a form or file of the desk: a whole pack as a ZIP, or a text that is told to be too long.
MOST_BYTES = 21 * 1024 * 1024
MOST_TYPED = 4 * 1024 * 1024
MOST_PARTS = 600

#: What is typed is kept over a sign-in up to so many characters.
MOST_KEPT = 1_500_000

#: Tries to sign in or to prove oneself, for one name.
TRIES = ("5 per 5 minutes", "20 per hour")
TRIES_OF_PREFIX = "10 per 5 minutes"
TRIES_OF_ALL = "1000 per 5 minutes"

View = Callable[..., ResponseReturnValue]


class Open(StrEnum):
    """Doors without a permission of a campaign."""

    ANYBODY = "nobody is asked"
    SIGNED_IN = "whoever is signed in, for what is their own"


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works at the desk in this request, and in which campaign as what."""

    here: Here
    slug: str = ""
    role: str = ""
    languages: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.here.person.name

    def may(self, permission: May) -> bool:
        """Whether a page or button is for this person."""
        return may(self.role, permission)

    def writes(self, language: str) -> bool:
        """Whether this person may change texts of a language."""
        return self.may(May.EDIT) or (self.may(May.TRANSLATE) and language in self.languages)


def door(rule: str, needs: May | Open, fresh: bool = False, **options: Any) -> Callable[[View], View]:
    """Route a page of the desk and say what it needs. `fresh`: a factor used just now, to change things.

    `sink` takes a file while it arrives; nobody's bytes reach it who may not come in.
    """
    sink = options.pop("sink", None)

    def decorate(view: View) -> View:
        view.sink = sink  # type: ignore[attr-defined]
        view.needs = needs  # type: ignore[attr-defined]
        view.fresh = fresh or needs in SENSITIVE  # type: ignore[attr-defined]
        blueprint.add_url_rule(rule, view.__name__, view, **options)
        return view

    return decorate


# before every page


@blueprint.url_value_preprocessor
def _address(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    values = values if values is not None else {}
    g.address = {name: values.pop(name) for name in ("language", "slug") if name in values}


@blueprint.before_request
def _let_in() -> ResponseReturnValue | None:
    if g.address["language"] not in INTERFACE:
        abort(404)
    if not _safe_way():
        return page("desk/unsafe.html", 503)
    view: Any = current_app.view_functions[str(request.endpoint)]
    here = who()
    g.desk = Desk(here) if here else None
    if request.method == "POST":
        if view.sink and here is not None and _in_campaign(here, view.needs):
            request.sink = view.sink()  # type: ignore[attr-defined]
        _read_form(signed_in=here is not None)
    if view.needs == Open.ANYBODY:
        return None
    if here is None:
        return _to_sign_in()
    if request.method == "POST" and not token_is_good(request.form.get("csrf", ""), here):
        abort(403)
    if isinstance(view.needs, May) and not _in_campaign(here, view.needs):
        return page("desk/forbidden.html", 403, role_names=ROLE_NAMES)
    if request.method == "POST":
        signing_in.touch(db.session, here, clock())
        if view.fresh and not g.desk.here.fresh(clock()):
            return _prove()
    return None


def _safe_way() -> bool:
    """A sign-in travels encrypted, or stays on this machine."""
    host = request.host.rsplit(":", 1)[0]
    return settings().over_tls or host in {"localhost", "127.0.0.1", "[::1]"}


def _read_form(signed_in: bool) -> None:
    """Files come only from somebody who is signed in; a text that is kept over a sign-in may be long."""
    files = request.mimetype == "multipart/form-data"
    unknown = current_app.config["MAX_CONTENT_LENGTH"] if files else MOST_TYPED
    most = MOST_BYTES if signed_in else unknown
    request.max_content_length = request.max_form_memory_size = most
    request.max_form_parts = MOST_PARTS
    if guard.doubled(request.form):
        abort(400)


def _in_campaign(here: Here, needs: May) -> bool:
    """Whether the role has the permission; 404 for a campaign of which this person is no member."""
    slug = g.address.get("slug", "")
    member = members.membership(db.session, here.person, slug)
    if member is None:
        abort(404)
    g.desk = Desk(here, slug, member.role, tuple(member.languages.split()))
    return bool(g.desk.may(needs))


def _to_sign_in() -> ResponseReturnValue:
    if request.method != "POST":
        back = request.full_path.rstrip("?")
        return redirect(page_address("desk.sign_in", next=back), 303)
    if request.headers.get("Accept") == "text/fragment":
        return "", 401  # the page's script says that a sign-in is needed; nothing typed is lost there
    kept = ""
    if token_person(request.form.get("csrf", "")) and not request.files:
        pairs = [[name, value] for name, value in request.form.items(multi=True) if name != "csrf"]
        kept = json.dumps({"path": request.path, "csrf": request.form["csrf"], "pairs": pairs})
    from campaign.desk.entrance import sign_in_page

    return sign_in_page(
        _("You are signed out. Sign in to continue."), kept if len(kept) < MOST_KEPT else "", 403
    )


blueprint.after_request(answered)


# a factor that was used just now


def _prove() -> ResponseReturnValue | None:
    """None once a factor was given with the form; else the page that asks for it and keeps the form."""
    problem = ""
    if request.form.get("prove_code") or request.form.get("prove_passkey"):
        problem = proved()
        if not problem:
            return None
    if request.files:
        return redirect(page_address("desk.prove", next=request.path), 303)
    skip = {"csrf", "prove_code", "prove_passkey", "prove_challenge"}
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in skip]
    return page("desk/prove.html", 422 if problem else 200, kept=kept, action=request.path, problem=problem)


def proved() -> str:
    """'' when the factor in the form is good, and the sign-in then has a new token; or what is wrong."""
    here: Here = g.desk.here
    if not tries_left("prove", here.person.email):
        return str(_("Too many attempts. Wait five minutes; what you typed stays here."))
    if answer := request.form.get("prove_passkey", ""):
        try:
            challenge = keys.opened(request.form.get("prove_challenge", ""), clock())
            found = passkeys.who(db.session, keys.site(), challenge, answer, clock())
        except passkeys.PasskeyError:
            db.session.rollback()
            return str(_("This passkey is not known here."))
        factor = "passkey" if found.id == here.person.id else ""
    else:
        factor = signing_in.second_factor(
            db.session, here.person, request.form.get("prove_code", ""), clock()
        )
    if not factor:
        db.session.rollback()
        return str(_("This code is wrong or has already been used."))
    set_cookie(signing_in.prove(db.session, here, clock()))
    if factor == "recovery":
        tell_of_recovery(here.person)
    found_again = signing_in.find(db.session, g.cookie, clock(), clock())
    if found_again is None:
        abort(403)
    g.desk = Desk(found_again, g.desk.slug, g.desk.role, g.desk.languages)
    return ""


def tries_left(kind: str, name: str) -> bool:
    """Whether somebody of that name may try once more; it is slowed down, and never barred for good."""
    budgets: limits.Budgets = current_app.extensions["budgets"]
    left = [budgets.spend_named(kind, budget, name) for budget in TRIES]  # each is spent, always
    return all(left)


# pages


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page of the desk."""
    return make_response(render_template(template, **values), status)


def download(body: str | bytes, name: str, mimetype: str) -> Response:
    """A file under a name of ours."""
    response = make_response(body)
    response.mimetype = mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def upload(name: str, most: int) -> bytes:
    """The bytes of a file of the form, one more than `most` if there are more; none without a file."""
    given = request.files.get(name)
    return given.read(most + 1) if given else b""


def back_to(endpoint: str, said: str = "", **values: Any) -> ResponseReturnValue:
    """To another page of the desk after something was done; `said` names a message there."""
    return redirect(at(endpoint, **values, **({"said": said} if said else {})), 303)


def at(endpoint: str, **values: Any) -> str:
    """The address of a page of the desk, of this campaign and language."""
    slug = g.address.get("slug")
    known = (
        {"slug": slug}
        if slug and current_app.url_map.is_endpoint_expecting(f"desk.{endpoint}", "slug")
        else {}
    )
    return page_address(f"desk.{endpoint}", **{**known, **values})


def kept_form(kept: str) -> tuple[str, list[tuple[str, str]]]:
    """The path and fields of a form that was kept over a sign-in by the same person; ('', []) for none."""
    try:
        found = json.loads(kept)
        path, pairs = str(found["path"]), [(str(name), str(value)) for name, value in found["pairs"]]
        same = token_person(str(found["csrf"])) == g.desk.here.person.id
    except (ValueError, KeyError, TypeError):
        return "", []
    return (path, pairs) if same and own_path(path, "POST") else ("", [])


def campaign_name(slug: str) -> str:
    """A campaign's name in the reader's language; its slug while nothing is published."""
    shelf = library().shelves().get(slug)
    return shelf.pack.name.get(g.address["language"], slug) if shelf else slug


@blueprint.context_processor
def _context() -> dict[str, Any]:
    return {
        "desk": g.get("desk"),
        "May": May,
        "at": at,
        "form_token": form_token,
        "slug": g.address.get("slug", ""),
        "campaign_name": campaign_name,
        "told": told,
    }
