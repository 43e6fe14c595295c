"""Imprint and accessibility statement of the site as a whole, for pages that belong to no campaign."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect, render_template
from flask.typing import ResponseReturnValue

from campaign.languages.data import installed
from campaign.pack.model import Pack
from campaign.services import service
from campaign.settings import Settings
from campaign.web import languages
from campaign.web.addresses import page_address
from campaign.web.open_edition import editions_of_host

blueprint = Blueprint("statements", __name__)


def runner_of_site() -> Pack | None:
    """The campaign whose runner runs the site: the only one, or the one that the settings name."""
    packs = {slug: edition.pack for slug, edition in editions_of_host().items()}
    only = next(iter(packs)) if len(packs) == 1 else ""
    return packs.get(service(Settings).site_runner or only)


@blueprint.get("/<language>/imprint")
def imprint(language: str) -> ResponseReturnValue:
    """Who is responsible for the site."""
    return _statement(language, "imprint")


@blueprint.get("/<language>/accessibility")
def accessibility(language: str) -> ResponseReturnValue:
    """How accessible the site is."""
    return _statement(language, "accessibility")


def _statement(language: str, key: str) -> ResponseReturnValue:
    """To the statement of the campaign whose runner runs the site; or a list of all campaigns' statements."""
    editions = editions_of_host().values()
    if language not in {*installed(), *(code for edition in editions for code in edition.pack.languages)}:
        abort(404)
    pack = runner_of_site()
    if pack is None:
        packs = [edition.pack for edition in editions]
        with languages.forced(language):
            return render_template("site/statements.html", key=key, packs=packs)
    code = language if language in pack.languages else languages.of_browser(pack.languages)
    response = make_response(redirect(page_address("site.text", language=code, slug=pack.slug, key=key)))
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Language"
    return response
