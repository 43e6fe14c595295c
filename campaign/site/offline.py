"""The site on a visitor's device, for those who ask for it: the service worker of a campaign in one language.

Its scope is the campaign's pages in that language, so it never sees the desk, another campaign or the log. It
keeps pages that are the same for everybody: none with a form's token, no answer to a form, no letter. Another
edition gives another worker, which drops what the last one kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import escape

from campaign import folders
from campaign.languages.dates import long_date
from campaign.site import copies
from campaign.site.listed import listed
from campaign.web import languages, offers
from campaign.web.addresses import page_address
from campaign.web.open_edition import open_edition

blueprint = Blueprint("offline", __name__)

#: Pages with a form or a number that is soon out of date: offline, something else is shown in their place.
_ONLINE = frozenset({"letters.write", "signing.petition", "petition.signatures", "answers_table.answers"})

#: The file that composes letters without a server, if a copy of this edition was published.
_ONE_FILE = "campaign.html"


@blueprint.get("/<language>/<slug>/offline.js")
def worker(language: str, slug: str) -> ResponseReturnValue:
    """The worker, with the pages of this edition. Browsers look for a new one by themselves."""
    open_edition(language, slug)
    script = (folders.STATIC / "js" / "offline_worker.js").read_text(encoding="utf-8")
    body = f"const KEPT = {json.dumps(_kept(), ensure_ascii=False)};\n{script}"
    response = Response(body, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response


def _kept() -> dict[str, Any]:
    """What the worker keeps: its cache's name, the pages, and what is shown offline."""
    edition, code = g.edition, languages.current()
    copy = copies.newest(edition.pack.slug)
    file = next((file for file in copy.files if file.name == _ONE_FILE), None) if copy else None
    version = f"{edition.number}{f'-{file.digest[:12]}' if file else ''}"
    note = _("You are offline: this is edition %(number)s of %(day)s.", number=edition.number,
             day=long_date(edition.day, code))  # fmt: skip
    return {
        "prefix": f"campaign {edition.pack.slug} {code} ",
        "version": version,
        "home": page_address("site.home"),
        "pages": list(_pages(kept=True)),
        "online": list(_pages(kept=False)),
        "write": page_address("letters.write"),
        "oneFile": page_address("copies.file", file_name=_ONE_FILE) if file else "",
        "letter": f"#{code}/write",
        "note": f'<p class="old-edition" role="note">{escape(note)}</p>',
    }


def _pages(kept: bool) -> Iterator[str]:
    """The addresses of the pages in this language that are kept, or that are not."""
    slug, code = g.edition.pack.slug, languages.current()
    for page in listed(g.edition.pack, offers.current()):
        if code in page.languages and (page.endpoint in _ONLINE) != kept:
            yield page.path(slug, code)
