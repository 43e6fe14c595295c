"""The count as anybody may read it: the page with curve and map, JSON, and the day's manifest."""

from __future__ import annotations

import hashlib
import json
from datetime import date

from flask import Response, abort, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from campaign import maps
from campaign.database import db
from campaign.pack.languages import countries
from campaign.petition import manifests
from campaign.petition.chart import curve
from campaign.petition.pages import blueprint, board, petitions
from campaign.petition.public_counts import MOST_NAMES
from campaign.signatures import manifest
from campaign.web import languages

#: A number changes every quarter of an hour; whoever asks more often gets it from a cache.
CACHE = "public, max-age=60, stale-while-revalidate=600"

#: A shown name has to be gone within a minute of its withdrawal.
NAMES_CACHE = "public, max-age=15"


def add_pages() -> None:
    """The pages are there once this file was read."""


@blueprint.get("/signatures")
def signatures() -> ResponseReturnValue:
    """How many, when, from where; the names of those who want it; what makes the count provable."""
    slug, counted = g.shelf.pack.slug, board().of(g.shelf.pack.slug)
    newest = manifests.newest(db.session, petitions().held(slug).campaign)
    html = render_template(
        "petition/signatures.html",
        counted=counted,
        curve=curve(counted.days),
        shapes=maps.shaded(counted.countries),
        country_names=countries(languages.current()),
        names=board().names(slug)[:MOST_NAMES] if g.shelf.pack.terms.names else [],
        manifest=newest,
        manifest_day=date.fromisoformat(newest.day) if newest else None,
    )
    return _kept(make_response(html), NAMES_CACHE)


@blueprint.get("/count.json")
def count_json() -> ResponseReturnValue:
    """The public numbers for other programs, with an ETag."""
    counted = board().of(g.shelf.pack.slug)
    body = {
        "counted_at": counted.at.isoformat().replace("+00:00", "Z"),
        "total": counted.total,
        "countries_until": counted.at.date().isoformat(),
        "countries": dict(counted.countries),
        "elsewhere": counted.elsewhere,
        "days": {day.isoformat(): new for day, new in counted.days.items()},
    }
    return _json(body, CACHE)


@blueprint.get("/names.json")
def names_json() -> ResponseReturnValue:
    """The names that their owners chose to show."""
    if not g.shelf.pack.terms.names:
        abort(404)
    listed = [{"name": name, "country": country} for name, country in board().names(g.shelf.pack.slug)]
    return _json(listed, NAMES_CACHE)


@blueprint.get("/manifest.json")
def manifest_json() -> ResponseReturnValue:
    """What the list amounted to at the end of each day, signed; the newest last."""
    campaign = petitions().held(g.shelf.pack.slug).campaign
    key = manifest.public_key(current_app.extensions["settings"].secrets["manifest"])
    found = [json.loads(row.body) for row in manifests.every(db.session, campaign)]
    return _json({"key": key.hex(), "manifests": found}, CACHE)


def _json(body: object, cache: str) -> Response:
    response = make_response(json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n")
    response.mimetype = "application/json"
    return _kept(response, cache)


def _kept(response: Response, cache: str) -> Response:
    response.headers["Cache-Control"] = cache
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:20])
    response.make_conditional(request)
    return response
