"""The public counts: the page with chart and map, JSON, and the daily manifests."""

from __future__ import annotations

import hashlib
import json
from datetime import date

from flask import Response, abort, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from campaign import maps
from campaign.database import db
from campaign.languages.countries import countries
from campaign.petition import manifests, other_servers, public_log
from campaign.petition.chart import curve
from campaign.petition.other_servers import ServerCount
from campaign.petition.pages.common import petitions, public_counts
from campaign.petition.public_counts import MOST_NAMES
from campaign.services import service
from campaign.settings import Settings
from campaign.signatures import manifest
from campaign.untrusted import json_value
from campaign.web import languages, offers
from campaign.web.kept_reads import kept
from campaign.web.routes import Routes

routes = Routes()

#: A number changes every quarter of an hour; more frequent requests are answered from a cache.
CACHE = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"

#: A shown name must disappear within a minute of its withdrawal.
NAMES_CACHE = "public, max-age=15"


@routes.get("/signatures")
def signatures() -> ResponseReturnValue:
    """How many signed, when and where; the names of those who want it; how the count can be proved."""
    offers.need("petition")
    slug, counts = g.edition.pack.slug, public_counts().of(g.edition.pack.slug)
    campaign = petitions().held(slug).campaign
    newest = kept(("manifest", campaign), lambda: manifests.newest(db.session, campaign))
    html = render_template(
        "petition/signatures.html",
        counted=counts,
        curve=curve(counts.days),
        shapes=maps.shaded(counts.countries),
        country_names=countries(languages.current()),
        names=public_counts().names(slug)[:MOST_NAMES] if g.edition.pack.terms.name_forms else [],
        manifest=newest,
        log=kept(("log", campaign), lambda: public_log.overview(db.session.connection(), campaign)),
        servers=_servers(),
        manifest_day=date.fromisoformat(newest.day) if newest else None,
    )
    return _cacheable(make_response(html), NAMES_CACHE)


@routes.get("/count.json")
def count_json() -> ResponseReturnValue:
    """The public numbers for other programs, with an ETag."""
    offers.need("petition")
    counts = public_counts().of(g.edition.pack.slug)
    body = {
        "counted_at": counts.at.isoformat().replace("+00:00", "Z"),
        "total": counts.total,
        "estimated": counts.estimated,
        "countries_until": counts.today.isoformat(),
        "countries": dict(counts.countries),
        "elsewhere": counts.elsewhere,
        "channels": dict(counts.channels),
        "days": {day.isoformat(): new for day, new in counts.days.items()},
        "servers": [
            {"name": one.name, "total": one.people, "day": one.day.isoformat()} for one in _servers()
        ],
    }
    return _json(body, CACHE)


@routes.get("/names.json")
def names_json() -> ResponseReturnValue:
    """The names that their owners want to show."""
    offers.need("petition")
    if not g.edition.pack.terms.name_forms:
        abort(404)
    names = [
        {"name": name, "country": country} for name, country in public_counts().names(g.edition.pack.slug)
    ]
    return _json(names, NAMES_CACHE)


@routes.get("/manifest.json")
def manifest_json() -> ResponseReturnValue:
    """The totals of the list at the end of each day, signed; the newest last."""
    offers.need("petition")
    campaign = petitions().held(g.edition.pack.slug).campaign
    key = manifest.public_key(service(Settings).secrets["manifest"])
    texts = kept(("manifests", campaign), lambda: [row.body for row in manifests.every(db.session, campaign)])
    bodies = [json_value(text, manifest.MAX_BODY) for text in texts]
    return _json({"key": key.hex(), "manifests": bodies}, CACHE)


def _servers() -> list[ServerCount]:
    """What other servers that collect to the same key have counted."""
    campaign = petitions().held(g.edition.pack.slug).campaign
    return kept(("servers", campaign), lambda: other_servers.counts(db.session, campaign))


def _json(body: object, cache: str) -> Response:
    response = make_response(json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n")
    response.mimetype = "application/json"
    return _cacheable(response, cache)


def _cacheable(response: Response, cache: str) -> Response:
    response.headers["Cache-Control"] = cache
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:20])
    response.make_conditional(request)
    return response
