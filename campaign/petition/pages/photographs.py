"""Photographs of what happened with the petition."""

from __future__ import annotations

from flask import abort, g, make_response, request
from flask.typing import ResponseReturnValue

from campaign.database import db
from campaign.photographs import photo_store
from campaign.web.kept_reads import kept
from campaign.web.open_edition import is_old
from campaign.web.routes import Routes

routes = Routes()


def of_edition() -> dict[str, photo_store.PhotoSizes]:
    """The photographs of the newest edition, or of the draft; none for an old edition."""
    if is_old():
        return {}
    slug, names = g.edition.pack.slug, frozenset(_named())
    return kept(("sizes", slug, names), lambda: photo_store.sizes(db.session, slug, names))


def _named() -> set[str]:
    return {event.photo for event in g.edition.pack.terms.events if event.photo}


@routes.get("/photographs/<photo>.jpg")
def photograph(photo: str) -> ResponseReturnValue:
    """A photograph that the newest edition names, large, or small on demand."""
    small = request.args.get("small") == "yes"
    slug = g.edition.pack.slug
    data = photo in _named() and kept(
        ("picture", slug, photo, small), lambda: photo_store.picture(db.session, slug, photo, small)
    )
    if not data:
        abort(404)
    response = make_response(data)
    response.mimetype = "image/jpeg"
    # A removed photograph disappears within an hour.
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.set_etag(f"{photo}{'-small' if small else ''}")
    return response.make_conditional(request)
