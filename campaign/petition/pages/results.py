"""The pages that say what a form or a button has done.

They come by a redirect, so that reloading and going back and forward never send a form again. They are the
same for everybody and their addresses name nobody: opening one tells nothing about anybody.
"""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, g, render_template
from flask.typing import ResponseReturnValue

from campaign.petition.pages.common import private
from campaign.web import languages, offers
from campaign.web.addresses import page_address
from campaign.web.public_pages import shown_mark
from campaign.web.routes import Routes

routes = Routes()

#: The results that have an address, with their templates.
RESULTS = {
    "sent": "petition/sent.html",
    "organisation-sent": "petition/organisation-sent.html",
    "confirmed": "petition/result.html",
    "withdrawn": "petition/result.html",
    "withdrawn-before": "petition/result.html",
    "unsubscribed": "petition/unsubscribe.html",
    "reason-sent": "petition/reason-result.html",
    "reason-taken-back": "petition/reason-result.html",
}


def address(result: str, quiet: bool = False) -> str:
    """The address of a result. A quiet one is for somebody in a country at risk: it offers a way out."""
    return page_address(f"petition.{'done_quietly' if quiet else 'done'}", result=result)


@routes.get("/done/<result>")
def done(result: str) -> ResponseReturnValue:
    """What a form or a button has done."""
    return _page(result, quiet=False)


@routes.get("/done/<result>/quiet")
def done_quietly(result: str) -> ResponseReturnValue:
    """The same for somebody in a country at risk: by `quiet`, templates know what not to offer."""
    return _page(result, quiet=True)


def _page(result: str, quiet: bool) -> ResponseReturnValue:
    offers.need("petition")
    if result not in RESULTS:
        abort(404)
    return private(cached(result, RESULTS[result], quiet))


def cached(result: str, template: str = "petition/result.html", quiet: bool = False) -> str:
    """The page of a result, which is the same for everybody: rendered once per edition and language."""
    pages: dict[tuple[Any, ...], str] = current_app.extensions.setdefault("kept_results", {})
    mark = (g.edition.number, shown_mark())
    key = (g.edition.pack.slug, mark, languages.current(), result, quiet)
    if key not in pages:
        for outdated in [old for old in pages if old[0] == key[0] and old[1] != key[1]]:
            del pages[outdated]
        pages[key] = render_template(template, result=result, quiet=quiet)
    return pages[key]
