"""Text that was typed at the desk and not saved: kept on the server, offered when its form is opened."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask import abort, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from campaign.database import db
from campaign.desk.content import items
from campaign.desk.pages import Pages, at
from campaign.editions import kept_forms
from campaign.editions.kept_forms import KeptText, Owner, TooMuchError
from campaign.people.roles import Permission
from campaign.web.open_edition import campaign_zone

pages = Pages()

#: The forms that are kept: the address of their page, below the campaign's desk.
_FORM = re.compile(r"(?:content/[a-z-]+/[a-z0-9-]+(?:\?text=[A-Za-z0-9-]{2,20})?|files/[A-Za-z0-9./-]+)")

#: Fields that are not what somebody typed.
_OURS = frozenset({"csrf", "kept-form", "do", "sample"})


@pages.page("/<slug>/kept", Permission.READ, methods=["POST"])
def keep_form() -> ResponseReturnValue:
    """Keep what is typed in a form, or discard what was kept."""
    form = request.form.get("kept-form", "")
    if not _FORM.fullmatch(form) or len(form) > 300:
        abort(404)
    if request.form.get("do") == "discard":
        discard(form)
        return redirect(_address(form), 303)
    try:
        kept_forms.keep(db.session, _owner(form), typed_fields())
    except TooMuchError:
        abort(413)
    if request.headers.get("Accept") == "application/json":
        return jsonify(kept=True)
    return redirect(_address(form), 303)


def typed_fields() -> list[tuple[str, str]]:
    """What somebody typed into the form of this request."""
    return [(name, text) for name, text in request.form.items(multi=True) if name not in _OURS]


def _address(form: str) -> str:
    """The page of a form. Its pattern has no scheme, no host and no step upwards."""
    return f"{at('attention').rstrip('/')}/{form}"


def _owner(form: str) -> Owner:
    return Owner(g.desk.slug, g.desk.sign_in.person.id, form)


def discard(form: str) -> None:
    """Forget what was kept of a form, because it was saved or is not wanted."""
    kept_forms.discard(db.session, _owner(form))


def taken_over(form: str) -> MultiDict[str, str] | None:
    """What was kept of a form, if somebody asks to take it over; None otherwise."""
    if request.method != "GET" or not request.args.get("kept"):
        return None
    kept = kept_forms.find(db.session, _owner(form))
    return MultiDict(kept.fields) if kept else None


def offered(form: str) -> dict[str, Any]:
    """For the page: the form's address, and what was kept of it and is not taken over yet."""
    kept = kept_forms.find(db.session, _owner(form)) if request.method == "GET" else None
    if kept is None or request.args.get("kept"):
        return {"kept_form": form, "kept": None}
    return {"kept_form": form, "kept": time_of(kept, g.desk.slug)}


def time_of(kept: KeptText, slug: str) -> tuple[date, str]:
    """The day and the time in a campaign's time zone."""
    there = kept.at.astimezone(campaign_zone(slug))
    return there.date(), there.strftime("%H:%M")


def form_of(where: items.ItemReference) -> str:
    """The address of the editor of one thing in one language."""
    return f"content/{where.kind.key}/{where.key}?text={where.language}"


def form_of_new(kind: str) -> str:
    """The address of the editor of a new thing."""
    return f"content/{kind}/new"


def form_of_file(path: str) -> str:
    """The address of a file."""
    return f"files/{path}"
