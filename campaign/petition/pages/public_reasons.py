"""Why people sign, in public: a few texts below the petition, and the page of all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from flask import Response, abort, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from campaign.languages.countries import countries
from campaign.pack.model import Pack
from campaign.petition.pages.common import public_counts
from campaign.petition.shown_reasons import MOST, ShownReason, ShownReasons
from campaign.services import service
from campaign.web import languages, offers
from campaign.web.foreign_text import with_languages
from campaign.web.routes import Routes

routes = Routes()

#: Texts below the petition, and on a page of all.
BESIDE, ON_A_PAGE = 3, 50

#: A text must disappear within a minute after it was taken back.
CACHE = "public, max-age=15"

#: What stands for the texts in the petition's page, which is kept longer than they are.
HERE = "reasons-of-this-moment"


def public_countries() -> dict[str, str]:
    """The countries that may be named beside a text: those that the counts name, from five signatures up."""
    names, counted = countries(languages.current()), public_counts().of(g.edition.pack.slug).countries
    return {code: names.get(code, code) for code in counted}


@routes.get("/reasons")
def all_reasons() -> ResponseReturnValue:
    """Why people sign, the newest first."""
    return _page_of_all(1)


@routes.get("/reasons/<int:page>")
def more_reasons(page: int) -> ResponseReturnValue:
    """The pages after the first."""
    return _page_of_all(page)


def _page_of_all(page: int) -> Response:
    offers.need("petition")
    pack, shown = g.edition.pack, service(ShownReasons)
    if not pack.terms.reasons:
        abort(404)
    newest = shown.newest(pack)
    last = max(-(-len(newest) // ON_A_PAGE), 1)
    if not 1 <= page <= last:
        abort(404)
    html = render_template(
        "petition/reasons.html",
        shown=newest[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        total=shown.number(pack),
        left_out=len(newest) == MOST and page == last,
        number=page,
        last=last,
        named_countries=public_countries(),
    )
    response = make_response(html)
    response.headers["Cache-Control"] = CACHE
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:20])
    response.make_conditional(request)
    return response


def fill(html: bytes) -> bytes:
    """A cached page of the petition with the texts of this moment.

    They are not in the cached page itself: it would keep them in memory after they were taken back.
    """
    here = HERE.encode()
    return html.replace(here, _beside()) if here in html else html


def _beside() -> bytes:
    """The newest texts as a part of the petition's page; nothing where there are none."""
    pack: Pack = g.edition.pack
    shown = service(ShownReasons)
    if not shown.are_there(pack):
        return b""
    parts = shown.parts  # another one takes its place when texts are read again
    key = (pack.slug, g.edition.number, languages.current(), public_counts().version())
    if key not in parts:
        html = render_template(
            "petition/newest-reasons.html",
            shown=_for_reader(shown.newest(pack)),
            total=shown.number(pack),
            named_countries=public_countries(),
        )
        parts[key] = with_languages(html).encode()
    return parts[key]


def _for_reader(newest: Sequence[ShownReason]) -> list[ShownReason]:
    """A few of the newest, first those in the reader's language."""
    own = languages.current()
    return sorted(newest, key=lambda one: one.language != own)[:BESIDE]
