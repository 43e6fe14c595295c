"""The public pages of a campaign. All that they show comes from the pack in memory."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from campaign.counts.letter_counts import Board
from campaign.pack.languages import INTERFACE, Day
from campaign.petition import pages as signing
from campaign.web import languages, limits
from campaign.web.addresses import page_address
from campaign.web.open_edition import is_old, library, open_shelf
from campaign.web.prose import Notes

blueprint = Blueprint("site", __name__)

#: A page may be a minute old, and may be shown while the application does not answer.
CACHE = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"

View = Callable[..., str]

#: The pages of a campaign by name: the end of their address, and what makes their HTML of `g.shelf`.
PAGES: dict[str, tuple[str, View]] = {}


@dataclass(frozen=True, slots=True)
class Kept:
    """A page that was made: as it is, packed by gzip, and the digest that names it."""

    html: bytes
    packed: bytes
    digest: str

    @classmethod
    def of(cls, html: bytes) -> Kept:
        """The page to keep; packing it once costs less than sending it once."""
        return cls(html, gzip.compress(html, 9, mtime=0), hashlib.sha256(html).hexdigest()[:20])


def page(
    rule: str,
    version: Callable[[], int] | None = None,
    fill: Callable[[bytes], bytes] | None = None,
    **options: Any,
) -> Callable[[View], View]:
    """Route a page under /<language>/<campaign>/ and keep its HTML as long as the edition lasts.

    The pages depend on the edition, the language and the address only, so each is made once;
    or once for each number that `version` gives. What `fill` puts in is made for each visitor.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(language: str, slug: str, number: int | None = None, **values: str) -> Response:
            open_shelf(language, slug, number)
            if is_old():
                _few_old_ones()
                return _answer(Kept.of(view(**values).encode()))
            kept: dict[tuple[Any, ...], Kept] = current_app.extensions.setdefault("kept_pages", {})
            key = (slug, g.shelf.number, version() if version else 0, request.path)
            if key not in kept:
                html = view(**values).encode()
                for old in [one for one in kept if one[0] == slug and one[1:3] != key[1:3]]:
                    if old[1] != key[1] or old[3] == key[3]:
                        del kept[old]
                kept[key] = Kept.of(html)
            return _answer(kept[key]) if fill is None else _filled(fill(kept[key].html))

        PAGES[view.__name__] = (rule, view)
        blueprint.add_url_rule(f"/<language>/<slug>{rule}", view.__name__, answer, **options)
        old = f"/<language>/<slug>/editions/<int:number>{rule}"
        blueprint.add_url_rule(old, view.__name__, answer, **options)
        return view

    return decorate


def _few_old_ones() -> None:
    """Old editions are made anew for each reader, so a part of the network has a budget of them."""
    budgets: limits.Budgets = current_app.extensions["budgets"]
    if not budgets.spend("edition", limits.FORM, limits.client_address()):
        abort(429)


def _answer(page: Kept) -> Response:
    """The page, packed where the browser takes it so; nothing secret is in it that packing could tell."""
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    headers = [("Cache-Control", CACHE), ("Vary", "Accept-Encoding")]
    headers.append(("ETag", f'"{page.digest}{"-gz" if packed else ""}"'))
    if packed:
        headers.append(("Content-Encoding", "gzip"))
    response = Response(page.packed if packed else page.html, headers=headers, mimetype="text/html")
    if "If-None-Match" in request.headers:
        response.make_conditional(request)
    return response


def _filled(html: bytes) -> Response:
    """A page with something for this visitor alone, so that nobody may keep it."""
    headers = [("Cache-Control", "no-store"), ("Vary", "Accept-Encoding")]
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        html = gzip.compress(html, 1, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    return Response(html, headers=headers, mimetype="text/html")


def notes() -> Notes:
    """A page's notes, empty."""
    return Notes(g.shelf.pack, languages.current())


@blueprint.get("/")
def front() -> ResponseReturnValue:
    """To the one campaign, in the reader's language; or the list of all."""
    return _to_language(languages.of_browser())


@blueprint.get("/<language>/")
def campaigns(language: str) -> ResponseReturnValue:
    """The campaigns in a language; the one campaign itself if there is only one."""
    if language not in INTERFACE:
        abort(404)
    shelves = library().shelves()
    if len(shelves) == 1:
        return _to_language(language)
    with force_locale(language):
        packs = [shelf.pack for shelf in shelves.values()]
        return render_template("site/campaigns.html", packs=packs)


def month_name(day: date) -> str:
    """'January 2022' in the language at hand."""
    return Day(day.year, day.month).show(languages.current())


def _to_language(language: str) -> ResponseReturnValue:
    shelves = library().shelves()
    if len(shelves) == 1:
        ((slug, shelf),) = shelves.items()
        offered = shelf.pack.languages
        chosen = language if language in offered else languages.of_browser(offered)
        address = page_address("site.home", language=chosen, slug=slug)
    else:
        address = page_address("site.campaigns", language=language)
    response = redirect(address)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Language"
    return response


def board() -> Board:
    """The tallies that pages show."""
    found: Board = current_app.extensions["board"]
    return found


@page("/", version=lambda: board().version())
def home() -> str:
    """What happened, what is demanded, what to do, and how many letters were sent."""
    counted = board().of(g.shelf.pack.slug)
    return render_template("site/home.html", notes=notes(), counted=counted)


@page("/demands/")
def demands() -> str:
    """All demands and their state."""
    return render_template("site/demands.html", notes=notes())


@page("/demands/<key>")
def demand(key: str) -> str:
    """One demand: what, of whom, on which ground, what would be progress."""
    if key not in g.shelf.pack.demands:
        abort(404)
    return render_template("site/demand.html", demand=g.shelf.pack.demands[key], notes=notes())


@page("/record")
def record() -> str:
    """Every fact with its sources, figures side by side, the timeline."""
    return render_template("site/record.html")


@page("/organisations")
def organisations() -> str:
    """Who asks, who documented, whom the statement quotes."""
    return render_template("site/organisations.html")


@page("/petition", version=signing.version, fill=signing.fill)
def petition() -> str:
    """The text of the petition, how many signed, and the form."""
    return signing.page_html(None, signing.standing_now())


@page("/updates/")
def updates() -> str:
    """What is new, the newest first."""
    return render_template("site/updates.html")


@page("/updates/<key>")
def update(key: str) -> str:
    """One update."""
    if key not in g.shelf.pack.updates:
        abort(404)
    found = g.shelf.pack.updates[key]
    return render_template(
        "site/update.html", update=found, text=found.texts[languages.current()], notes=notes()
    )


@blueprint.get("/<language>/<slug>/updates.atom")
def feed(language: str, slug: str) -> ResponseReturnValue:
    """The updates as an Atom feed (RFC 4287), for readers that look by themselves."""
    open_shelf(language, slug)
    base = current_app.extensions["settings"].public_url
    response = make_response(render_template("site/updates.xml", base=base, at=g.shelf.at))
    response.mimetype = "application/atom+xml"
    response.headers["Cache-Control"] = CACHE
    response.add_etag()
    return response.make_conditional(request)


@page("/print")
def printing() -> str:
    """What can be printed and filled in by hand."""
    return render_template("site/print.html")


@blueprint.get("/<language>/<slug>/editions/")
def editions(language: str, slug: str) -> ResponseReturnValue:
    """Every edition with its day: what stood here when."""
    open_shelf(language, slug)
    found = library().all_editions(slug)
    return _answer(Kept.of(render_template("site/editions.html", editions=found).encode()))


@page("/<key>")
def text(key: str) -> str:
    """A page of the pack's own: about, privacy, how to send, if you are at risk."""
    pack = g.shelf.pack
    if key not in pack.pages:
        abort(404)
    return render_template(
        "site/text.html", key=key, text=pack.pages[key][languages.current()], notes=notes()
    )


@blueprint.get("/.well-known/security.txt")
def security_txt() -> Response:
    """Where to report a weakness (RFC 9116); 404 until a contact is set."""
    contact = current_app.extensions["settings"].security_contact
    if not contact:
        abort(404)
    expires = f"{datetime.now(UTC).year + 1}-01-01T00:00:00Z"
    response = make_response(
        f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: {', '.join(INTERFACE)}\n"
    )
    response.mimetype = "text/plain"
    return response


@blueprint.get("/health")
def health() -> Response:
    """200 if the packs are in memory, for whoever watches the server."""
    response = make_response("ok\n", 200 if library().shelves() else 503)
    response.mimetype = "text/plain"
    response.headers["Cache-Control"] = "no-store"
    return response
