"""What crawlers and browsers ask a site for by itself: robots.txt, sitemaps, the icon, the web manifest."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, abort, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from campaign.editions.edition_cache import LoadedEdition
from campaign.pack.model import Pack
from campaign.services import service
from campaign.settings import Settings
from campaign.site.listed import listed
from campaign.web import languages, offers
from campaign.web.addresses import page_address
from campaign.web.compression import Packed
from campaign.web.domains import by_onion, known_base, slug_of_host
from campaign.web.open_edition import editions_of_host, open_edition
from campaign.web.public_pages import CACHE, PageCache, answer_with, page_of
from campaign.web.static_files import answer_for, file_address

blueprint = Blueprint("search", __name__)

#: What no search engine should ask for: the desk, links of e-mails, and e-mails that were caught.
NOT_FOR_CRAWLERS = ("/*/desk", "/r/", "/mail")

#: The page and the text behind it, as static/css/tokens.css has them.
BACKGROUND = "#fbfcfd"


@blueprint.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """What crawlers may read (RFC 9309), and where the sitemap is if the settings name a host."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_CRAWLERS)]
    if base := _base_here():
        lines += ["", f"Sitemap: {base}/sitemap.xml"]
    response = Response("\n".join(lines) + "\n", mimetype="text/plain")
    response.headers["Cache-Control"] = CACHE
    return response


@blueprint.get("/sitemap.xml")
def sitemaps() -> ResponseReturnValue:
    """The sitemap of each campaign of this host (sitemaps.org); 404 if the settings name no host."""
    editions = _editions_here()
    html = render_template("site/sitemaps.xml", base=_base_here(), editions=editions)
    return _xml(page_of(html, often=False))


@blueprint.get("/sitemap-<slug>.xml")
def sitemap(slug: str) -> ResponseReturnValue:
    """Every public page of a campaign in each of its languages; old editions are not among them."""
    if slug not in _editions_here():
        abort(404)
    open_edition(_editions_here()[slug].pack.languages[0], slug)
    return _xml(service(PageCache).get((0, offers.current().mark), _sitemap))


def _sitemap() -> str:
    pack: Pack = g.edition.pack
    base = known_base(pack.slug)
    pages = [
        {code: base + page.path(pack.slug, code) for code in page.languages}
        for page in listed(pack, offers.current())
    ]
    return render_template("site/sitemap.xml", pages=pages, day=g.edition.day)


def _base_here() -> str:
    """Where the addresses of this host begin, by the settings; '' if they name none."""
    settings = service(Settings)
    return "" if by_onion() else settings.domains.get(slug_of_host(), settings.public_url)


def _editions_here() -> dict[str, LoadedEdition]:
    """The campaigns whose pages have their one address on this host. 404 if the settings name no host."""
    base = _base_here()
    if not base:
        abort(404)
    return {slug: edition for slug, edition in editions_of_host().items() if known_base(slug) == base}


def _xml(page: Packed) -> Response:
    response = answer_with(page)
    response.mimetype = "application/xml"
    return response


@blueprint.get("/favicon.ico")
def favicon() -> ResponseReturnValue:
    """The icon for programs that do not read the page's head."""
    return answer_for("favicon.ico")


@blueprint.get("/<language>/<slug>/site.webmanifest")
def webmanifest(language: str, slug: str) -> ResponseReturnValue:
    """Name, icon and colours for a phone's home screen (W3C, Web Application Manifest)."""
    open_edition(language, slug)
    response = make_response(json.dumps(_manifest(g.edition.pack, language), ensure_ascii=False))
    response.mimetype = "application/manifest+json"
    response.headers["Cache-Control"] = CACHE
    response.add_etag()
    return response.make_conditional(request)


def _manifest(pack: Pack, language: str) -> dict[str, Any]:
    """It opens in the browser, so that none offers to install it: others can see an icon on a phone."""
    start = page_address("site.home")
    return {
        "name": pack.name[language],
        "short_name": pack.site_name[language],
        "description": pack.headline[language],
        "lang": language,
        "dir": languages.direction(language),
        "id": start,
        "start_url": start,
        "scope": start,
        "display": "browser",
        "background_color": BACKGROUND,
        "theme_color": BACKGROUND,
        "icons": [
            {"src": file_address(f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
            for size in (192, 512)
        ],
    }
