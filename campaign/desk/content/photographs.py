"""Photographs, drawings and logos of the draft, as the public would see them; the editor brings them in."""

from __future__ import annotations

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue

from campaign.database import db
from campaign.desk.pages import Pages
from campaign.people.roles import Permission
from campaign.photographs import photo_store
from campaign.site import images

pages = Pages()


@pages.page("/<slug>/draft/photographs/<photo>.jpg", Permission.READ)
def draft_photograph(photo: str) -> ResponseReturnValue:
    """A photograph that the draft names, as the public would see it."""
    data = photo_store.picture(db.session, g.desk.slug, photo, small=request.args.get("small") == "yes")
    if data is None:
        abort(404)
    response = Response(data, mimetype="image/jpeg")
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.page("/<slug>/draft/images/<image_name>", Permission.READ)
def draft_image(image_name: str) -> ResponseReturnValue:
    """The photograph of the front page, or a logo, as the draft has it."""
    return images.answer(g.desk.slug, image_name, "no-store")
