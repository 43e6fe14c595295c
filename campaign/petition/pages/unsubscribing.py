"""The page with the button to stop the news."""

from __future__ import annotations

from flask import abort, g, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from campaign.database import db
from campaign.petition import erasure
from campaign.petition.pages.common import (
    PRESS,
    petitions,
    private,
)
from campaign.untrusted import MAX_ID, hex_number
from campaign.web import errors, limits
from campaign.web.routes import Routes

routes = Routes()


@routes.get("/u/<record>")
def unsubscribe(record: str) -> ResponseReturnValue:
    """The page with the button to stop the news."""
    return private(render_template("petition/unsubscribe.html", done=False, record=_record(record)))


@routes.post("/u/<record>")
@limits.limited(PRESS)
def unsubscribe_post(record: str) -> ResponseReturnValue:
    """Stop the news for this record, by our button or by a mail program's (RFC 8058)."""
    number = _record(record)
    try:
        erasure.no_news(db.session, petitions().held(g.edition.pack.slug).campaign, number)
    except OperationalError:
        return errors.page(503)
    return private(render_template("petition/unsubscribe.html", done=True, record=number))


def _record(text: str) -> int:
    """The record of the address: 63 random bits, which nobody guesses. 404 for anything else."""
    number = hex_number(text, 16)
    if number is None or number > MAX_ID:
        abort(404)
    return number
