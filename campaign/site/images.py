"""The photograph of the front page, the pictures of demands and updates, and the logos."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, abort, g, make_response, request
from flask.typing import ResponseReturnValue

from campaign.database import db
from campaign.pack.model import Pack
from campaign.pack.photographs import mime_type
from campaign.pack.values import Point
from campaign.photographs import photo_store
from campaign.web.kept_reads import kept
from campaign.web.open_edition import edition_cache, is_old, open_edition
from campaign.web.routes import Routes

routes = Routes()


Sizes = dict[str, photo_store.PhotoSizes]


def of_front(pack: Pack) -> Sizes:
    """The sizes of its photograph, the organisations' logos and the updates' pictures, by name."""
    photo = pack.picture.photo if pack.picture else ""
    return _shown(pack, {*pack.organisation_logos, *pack.text_pictures, photo})


def of_texts(pack: Pack) -> Sizes:
    """The sizes of the pictures of demands and updates, by name."""
    return _shown(pack, pack.text_pictures)


def _shown(pack: Pack, wanted: Iterable[str]) -> Sizes:
    """The sizes of those that are stored; of an old edition, of those that the newest has, too."""
    names = frozenset(wanted) - {""}
    if is_old():
        names &= of_pack(edition_cache().newest()[pack.slug].pack)
    return kept(("sizes", pack.slug, names), lambda: photo_store.sizes(db.session, pack.slug, names))


def of_pack(pack: Pack) -> frozenset[str]:
    """The names of all images that its pages show, but for those of the petition's outcome."""
    return pack.images | pack.organisation_logos | pack.text_pictures


#: Per cent between the points of a picture for which there is a class in pictures.css.
_STEP, _MIDDLE = 10, 50


def focus_classes(point: Point | None) -> str:
    """The classes that keep a point of a cropped picture in sight, since no page has a style of its own."""
    if point is None:
        return ""
    places = {
        axis: _STEP * ((value + _STEP // 2) // _STEP) for axis, value in (("x", point.x), ("y", point.y))
    }
    return "".join(f" focus-{axis}{place}" for axis, place in places.items() if place != _MIDDLE)


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
    if image_name not in of_pack(g.edition.pack):
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
