"""The pages with which anybody checks a receipt: one that does it in the browser, and the instructions."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from flask import Response, g, make_response, render_template
from flask.typing import ResponseReturnValue

from campaign.database import db
from campaign.petition import public_log
from campaign.petition.pages.common import petitions
from campaign.web import offers
from campaign.web.kept_reads import kept
from campaign.web.markdown_pages import Document, document
from campaign.web.routes import Routes

routes = Routes()

_INSTRUCTIONS = Path(__file__).parents[2] / "handbook" / "en" / "verifying.md"


@routes.get("/check")
def check_receipt() -> ResponseReturnValue:
    """Checks a receipt without sending it anywhere."""
    offers.need("petition")
    campaign = petitions().held(g.edition.pack.slug).campaign
    tree = kept(("tree", campaign), lambda: public_log.state(db.session.connection(), campaign))
    policy = public_log.policy_text(tree) if tree else ""
    g.alone = g.camera = True
    return _cached(render_template("petition/check.html", policy=policy))


@routes.get("/checking")
def checking() -> ResponseReturnValue:
    """The instructions, as they are in the handbook."""
    offers.need("petition")
    return _cached(render_template("petition/checking.html", shown=_instructions()))


@lru_cache(maxsize=1)
def _instructions() -> Document:
    return document(_INSTRUCTIONS.read_text(encoding="utf-8"), "")


def _cached(html: str) -> Response:
    response = make_response(html)
    response.headers["Cache-Control"] = "public, max-age=60"
    return response
