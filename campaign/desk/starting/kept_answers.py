"""Answers that somebody typed and did not send: kept for them alone, as in any other form of the desk.

There is no campaign yet, so they are kept with the first of those that the person owns here.
"""

from __future__ import annotations

from typing import Any

from flask import abort, g, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from campaign.database import db
from campaign.desk.content.kept import time_of, typed_fields
from campaign.desk.pages import Audience, Pages, back_to
from campaign.editions import kept_forms
from campaign.editions.kept_forms import Owner, TooMuchError
from campaign.people import members

pages = Pages()

#: The name under which they are kept.
FORM = "start"


@pages.page("/start/kept", Audience.SIGNED_IN, methods=["POST"])
def keep_answers() -> ResponseReturnValue:
    """Keep what is typed, or discard what was kept."""
    owner = _owner()
    if owner is None:
        abort(403)
    if request.form.get("do") == "discard":
        kept_forms.discard(db.session, owner)
        return back_to("start")
    try:
        kept_forms.keep(db.session, owner, typed_fields())
    except TooMuchError:
        abort(413)
    if request.headers.get("Accept") == "application/json":
        return jsonify(kept=True)
    return back_to("start")


def _owner() -> Owner | None:
    """Whose answers they are; None for somebody who may not start a campaign."""
    owned = members.owned(db.session, g.desk.sign_in.person)
    return Owner(owned[0], g.desk.sign_in.person.id, FORM) if owned else None


def taken_over() -> MultiDict[str, str] | None:
    """What was kept, if somebody asks to take it over; None otherwise."""
    owner = _owner() if request.args.get("kept") else None
    kept = kept_forms.find(db.session, owner) if owner else None
    return MultiDict(kept.fields) if kept else None


def offered() -> dict[str, Any]:
    """For the page: the form's name, and when what was kept was typed, if it is not taken over yet."""
    owner = _owner() if request.method == "GET" and not request.args.get("kept") else None
    kept = kept_forms.find(db.session, owner) if owner else None
    return {"kept_form": FORM, "kept": time_of(kept, owner.slug) if kept and owner else None}


def discard() -> None:
    """Forget what was kept: the campaign has begun."""
    owner = _owner()
    if owner is not None:
        kept_forms.discard(db.session, owner)
