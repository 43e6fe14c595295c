"""The photograph of the front page, and the logos: of the site, and of those who make the demands."""

from __future__ import annotations

from flask import Response, abort, g, make_response, request
from flask.typing import ResponseReturnValue

from campaign.database import db
from campaign.pack.model import Pack
from campaign.pack.photographs import mime_type
from campaign.photographs import photo_store
from campaign.web.kept_reads import kept
from campaign.web.open_edition import open_edition
from campaign.web.routes import Routes

routes = Routes()


def of_front(pack: Pack) -> dict[str, photo_store.PhotoSizes]:
    """The sizes of its photograph and of the organisations' logos, by name, of those that are stored."""
    photo = pack.picture.photo if pack.picture else ""
    names = frozenset({*pack.organisation_logos, *filter(None, [photo])})
    return kept(("sizes", pack.slug, names), lambda: photo_store.sizes(db.session, pack.slug, names))


def of_logo(pack: Pack) -> photo_store.PhotoSizes | None:
    """The sizes of the logo beside the campaign's name, so that it takes its room before it is there."""
    name = pack.branding.logo if pack.branding else ""
    return _size(pack.slug, name) if name else None


#: Sizes by campaign and name; a name stands for one picture for good.
_SIZES: dict[tuple[str, str], photo_store.PhotoSizes] = {}


def _size(slug: str, name: str) -> photo_store.PhotoSizes | None:
    if (slug, name) not in _SIZES:
        found = photo_store.sizes(db.session, slug, [name]).get(name)
        if found is None:
            return None
        _SIZES[slug, name] = found
    return _SIZES[slug, name]


@routes.get("/<language>/<slug>/images/<image_name>")
def image(language: str, slug: str, image_name: str) -> ResponseReturnValue:
    """An image that the newest edition names, large, or small on demand."""
    open_edition(language, slug)
    if image_name not in g.edition.pack.images | g.edition.pack.organisation_logos:
        abort(404)
    return answer(slug, image_name, "public, max-age=3600")  # a removed one disappears within an hour


def answer(slug: str, name: str, cache: str) -> Response:
    """An image of a campaign by its name; 404 if it is not stored."""
    small = request.args.get("small") == "yes"
    key = ("picture", slug, name, small)
    data = kept(key, lambda: photo_store.picture(db.session, slug, name, small))
    if data is None:
        abort(404)
    response = make_response(data)
    response.mimetype = mime_type(data)
    response.headers["Cache-Control"] = cache
    response.set_etag(f"{name}{'-small' if small else ''}")
    response.make_conditional(request)
    return response
