"""Photographs of what happened with the petition."""

from __future__ import annotations

from flask import abort, g, make_response, request
from flask.typing import ResponseReturnValue

from campaign.database import db
from campaign.photographs import photo_store
from campaign.web.open_edition import is_old
from campaign.web.routes import Routes

routes = Routes()


def of_edition() -> dict[str, photo_store.PhotoSizes]:
    """The photographs of the newest edition, or of the draft; none for an old edition."""
    return {} if is_old() else photo_store.sizes(db.session, g.edition.pack.slug, _named())


def _named() -> set[str]:
    return {event.photo for event in g.edition.pack.terms.events if event.photo}


@routes.get("/photographs/<photo>.jpg")
def photograph(photo: str) -> ResponseReturnValue:
    """A photograph that the newest edition names, large, or small on demand."""
    small = request.args.get("small") == "yes"
    data = photo_store.picture(db.session, g.edition.pack.slug, photo, small) if photo in _named() else None
    if data is None:
        abort(404)
    response = make_response(data)
    response.mimetype = "image/jpeg"
    # A removed photograph disappears within an hour.
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.set_etag(f"{photo}{'-small' if small else ''}")
    return response.make_conditional(request)
