"""oEmbed 1.0 (oembed.com): an editor that is given the address of a page here gets the frame for it.

The answer is of type `rich`. Pages name it in their head, so that editors find it (discovery). Addresses of
other sites, and pages that have no frame, are 404; XML is 501, as the specification says.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from flask import current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from campaign.pack.model import Pack
from campaign.services import service
from campaign.settings import Settings
from campaign.site import embed, listed
from campaign.site.embed_code import EmbedCode, code_of
from campaign.untrusted import whole_number
from campaign.web import languages
from campaign.web.bundles import SCHEMES
from campaign.web.domains import campaign_base, known_base
from campaign.web.open_edition import open_edition
from campaign.web.public_pages import CACHE
from campaign.web.routes import Routes

routes = Routes()

#: The frame for a page, by its endpoint; for the front page, what the campaign asks for first.
_FRAMES = {
    "site.home": "",
    "signing.petition": "sign",
    "petition.signatures": "count",
    "letters.write": "write",
    "answers_table.answers": "count",
}

#: Seconds for which an editor may keep an answer; and characters of an address.
_AGE, _LONGEST = 3600, 2_000


@routes.get("/oembed")
def oembed() -> ResponseReturnValue:
    """The frame for an address of this site, as JSON."""
    if request.args.get("format", "json") != "json":
        return _error(501, "This site answers in JSON only: format=json.")
    url = request.args.get("url", "")
    if not url:
        return _error(400, "The parameter url is missing.")
    try:
        kind, language, scheme = _asked(url)
    except LookupError:
        return _error(404, "There is no frame for this address.")
    with languages.forced(language):
        response = jsonify(_answer(kind, scheme))
    response.headers["Cache-Control"] = CACHE
    response.add_etag()
    return response.make_conditional(request)


def _error(status: int, message: str) -> ResponseReturnValue:
    response = jsonify({"status": status, "error": message})
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _asked(url: str) -> tuple[str, str, str]:
    """The frame that is meant by an address, its language and its colours; its campaign is `g.edition`.

    Raises LookupError for an address of another site, or of a page without a frame.
    """
    parts = _parts(url)
    try:
        endpoint, values = current_app.url_map.bind("localhost").match(unquote(parts.path), method="GET")
    except (HTTPException, RoutingException):
        raise LookupError(url) from None
    kind = values.get("kind", "") if endpoint == "embed.frame" else _FRAMES.get(endpoint)
    if kind is None or "number" in values:
        raise LookupError(url)
    try:
        open_edition(values["language"], values["slug"])
    except HTTPException:
        raise LookupError(url) from None
    kind = kind or _first(g.edition.pack)
    if not embed.is_offered(g.edition.pack, kind):
        raise LookupError(url)
    scheme = parts.query.removeprefix("colours=") if endpoint == "embed.frame" else ""
    return kind, values["language"], scheme if scheme in SCHEMES else ""


def _parts(url: str) -> Any:
    """The parts of an address of this site. Raises LookupError for any other."""
    try:
        parts = urlsplit(url) if len(url) <= _LONGEST else None
        host = parts.hostname if parts else None
    except ValueError:
        raise LookupError(url) from None
    if not parts or parts.scheme not in {"http", "https"} or host not in service(Settings).trusted_hosts:
        raise LookupError(url)
    return parts


def _first(pack: Pack) -> str:
    """The frame for the front page: what people can do there, or else how many did."""
    return next(kind for kind in ("sign", "write", "count") if embed.is_offered(pack, kind))


def _answer(kind: str, scheme: str) -> dict[str, Any]:
    """The answer; a frame is no larger than the editor has room for."""
    code = code_of(kind, scheme, _most("maxwidth", embed.USUAL))
    code = replace(
        code,
        width=min(code.width, _most("maxwidth", code.width)),
        height=min(code.height, _most("maxheight", code.height)),
    )
    pack, language = g.edition.pack, languages.current()
    return {
        "version": "1.0",
        "type": "rich",
        "title": code.title,
        "provider_name": pack.site_name[language],
        "provider_url": f"{campaign_base(pack.slug)}/{language}/{pack.slug}/",
        "cache_age": _AGE,
        "width": code.width,
        "height": code.height,
        "html": str(_html(code)),
    }


def _html(code: EmbedCode) -> Markup:
    """The frame; for one who found this by the head of a page, a quotation with the link before it.

    WordPress shows a frame of a site that it does not know in a sandbox in which no link works. Of a
    quotation before the frame it shows the quotation alone (wp_filter_oembed_result), and its link works.
    """
    if request.args.get("link") == "yes":
        return Markup("<blockquote>{}</blockquote>{}").format(code.link, code.frame)
    return code.frame


def _most(name: str, usual: int) -> int:
    """The room that an editor has, in pixels; `usual` if it does not say."""
    return min(whole_number(request.args.get(name, ""), 100_000) or usual, usual)


def discovery() -> str:
    """The address at which an editor asks for the frame of this page; '' for a page without one."""
    if request.endpoint not in _FRAMES or not listed.is_public():
        return ""
    base = known_base(g.edition.pack.slug)
    page = base + request.path
    return f"{base}/oembed?{urlencode({'url': page, 'format': 'json', 'link': 'yes'})}"
