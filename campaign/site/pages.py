"""The public pages of a campaign. All that they show comes from the pack in memory."""

from __future__ import annotations

from datetime import date

from flask import (
    Blueprint,
    Response,
    abort,
    g,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from campaign import clock
from campaign.counts.letter_counts import LetterCounts
from campaign.pack.languages import INTERFACE, Day
from campaign.paper.views import purpose as sheets_purpose
from campaign.services import service
from campaign.settings import Settings
from campaign.web import languages, tokens
from campaign.web.addresses import page_address
from campaign.web.forwarding import ForwardedRequests
from campaign.web.open_edition import edition_cache, open_edition
from campaign.web.prose import Notes
from campaign.web.public_pages import CACHE, CachedPage, PublicPages, answer_with

blueprint = Blueprint("site", __name__)

public = PublicPages(blueprint)


def notes() -> Notes:
    """A page's notes, empty."""
    return Notes(g.edition.pack, languages.current())


@blueprint.get("/")
def front() -> ResponseReturnValue:
    """To the one campaign, in the reader's language; or the list of all."""
    return _to_language(languages.of_browser())


@blueprint.get("/<language>/")
def campaigns(language: str) -> ResponseReturnValue:
    """The campaigns in a language; the one campaign itself if there is only one."""
    if language not in INTERFACE:
        abort(404)
    editions = edition_cache().newest()
    if len(editions) == 1:
        return _to_language(language)
    with force_locale(language):
        packs = [loaded_edition.pack for loaded_edition in editions.values()]
        return render_template("site/campaigns.html", packs=packs)


def month_name(day: date) -> str:
    """'January 2022' in the current language."""
    return Day(day.year, day.month).show(languages.current())


def _to_language(language: str) -> ResponseReturnValue:
    editions = edition_cache().newest()
    if len(editions) == 1:
        ((slug, loaded_edition),) = editions.items()
        codes = loaded_edition.pack.languages
        code = language if language in codes else languages.of_browser(codes)
        address = page_address("site.home", language=code, slug=slug)
    else:
        address = page_address("site.campaigns", language=language)
    response = redirect(address)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Language"
    return response


def letter_counts() -> LetterCounts:
    """The counts that pages show."""
    letter_counts: LetterCounts = service(LetterCounts)
    return letter_counts


@public.page("/", version=lambda: letter_counts().version())
def home() -> str:
    """What happened, what is demanded, what to do, and how many letters were sent."""
    letter_count = letter_counts().of(g.edition.pack.slug)
    return render_template("site/home.html", notes=notes(), counted=letter_count)


@public.page("/demands/")
def demands() -> str:
    """All demands and their state."""
    return render_template("site/demands.html", notes=notes())


@public.page("/demands/<key>")
def demand(key: str) -> str:
    """One demand: what is demanded, of which office, on what grounds, and what would be progress."""
    if key not in g.edition.pack.demands:
        abort(404)
    return render_template("site/demand.html", demand=g.edition.pack.demands[key], notes=notes())


@public.page("/record")
def record() -> str:
    """Every fact with its sources, figures side by side, the timeline."""
    return render_template("site/record.html")


@public.page("/organisations")
def organisations() -> str:
    """Who makes the demands, who documented, and who is quoted in the statement."""
    return render_template("site/organisations.html")


@public.page("/updates/")
def updates() -> str:
    """What is new, the newest first."""
    return render_template("site/updates.html")


@public.page("/updates/<key>")
def update(key: str) -> str:
    """One update."""
    if key not in g.edition.pack.updates:
        abort(404)
    entry = g.edition.pack.updates[key]
    return render_template(
        "site/update.html", update=entry, text=entry.texts[languages.current()], notes=notes()
    )


@blueprint.get("/<language>/<slug>/updates.atom")
def feed(language: str, slug: str) -> ResponseReturnValue:
    """The updates as an Atom feed (RFC 4287), for feed readers."""
    open_edition(language, slug)
    base = service(Settings).public_url
    response = make_response(render_template("site/updates.xml", base=base, at=g.edition.at))
    response.mimetype = "application/atom+xml"
    response.headers["Cache-Control"] = CACHE
    response.add_etag()
    return response.make_conditional(request)


def _fill_sheets(html: bytes) -> bytes:
    """The page with a token of its own for each visitor: the sheets' form writes a row."""
    return tokens.fill(html, sheets_purpose(g.edition.pack.slug))


@public.page("/print", fill=_fill_sheets)
def printing() -> str:
    """What can be printed and filled in by hand."""
    return render_template("site/print.html", form_token=tokens.TOKEN_HERE)


@blueprint.get("/<language>/<slug>/editions/")
def editions(language: str, slug: str) -> ResponseReturnValue:
    """Every edition with its day: what was published when."""
    open_edition(language, slug)
    summaries = edition_cache().all_editions(slug)
    return answer_with(CachedPage.of(render_template("site/editions.html", editions=summaries).encode()))


@public.page("/<key>")
def text(key: str) -> str:
    """A page of the pack's own: about, privacy, how to send, if you are at risk."""
    pack = g.edition.pack
    if key not in pack.pages:
        abort(404)
    return render_template(
        "site/text.html", key=key, text=pack.pages[key][languages.current()], notes=notes()
    )


@blueprint.get("/.well-known/security.txt")
def security_txt() -> Response:
    """Where to report a weakness (RFC 9116); 404 until a contact is set."""
    contact = service(Settings).security_contact
    if not contact:
        abort(404)
    expires = f"{clock.now().year + 1}-01-01T00:00:00Z"
    response = make_response(
        f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: {', '.join(INTERFACE)}\n"
    )
    response.mimetype = "text/plain"
    return response


@blueprint.get("/health")
def health() -> Response:
    """200 if the packs are in memory, for those who monitor the server."""
    text = "ok\n"
    if service(ForwardedRequests).seen:
        text += "A proxy forwards requests, but CAMPAIGN_TRUSTED_HOPS is 0: visitors share one budget.\n"
    response = make_response(text, 200 if edition_cache().newest() else 503)
    response.mimetype = "text/plain"
    response.headers["Cache-Control"] = "no-store"
    return response
