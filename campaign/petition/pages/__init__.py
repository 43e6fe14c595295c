"""The petition's pages: sign, confirm, withdraw, say why, counts, photographs.

Nothing that waits is stored, no page reads the index, and only a button changes anything:
mail scanners open links, and run scripts.
"""

from __future__ import annotations

from flask import Blueprint, Flask

from campaign.petition.pages import (
    checking,
    counts,
    links,
    log,
    mail_links,
    organisations,
    own_reason,
    pasting,
    photographs,
    public_reasons,
    results,
    signing,
    unsubscribing,
    writing_reasons,
)
from campaign.petition.pages.common import open_campaign
from campaign.web.open_edition import read_address


def init(app: Flask) -> None:
    """Add the pages to the site."""
    blueprint = Blueprint("petition", __name__, url_prefix="/<language>/<slug>/petition")
    blueprint.url_value_preprocessor(read_address)
    blueprint.before_request(open_campaign)
    for pages in (
        signing, links, pasting, results, unsubscribing, photographs, counts, checking, organisations,
        writing_reasons, own_reason, public_reasons,
    ):  # fmt: skip
        pages.routes.add_to(blueprint)
    app.register_blueprint(blueprint)
    app.register_blueprint(signing.public.blueprint)
    app.register_blueprint(organisations.public.blueprint)
    app.register_blueprint(mail_links.blueprint)
    app.register_blueprint(log.blueprint)
