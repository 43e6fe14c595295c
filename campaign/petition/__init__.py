"""Signing on line: sealed when the form arrives, confirmed by mail, counted, opened by trustees alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init(app: Flask) -> None:
    """Add the petition's pages, and what they write with."""
    from campaign.database import sessions
    from campaign.petition import pages, public_pages
    from campaign.petition.index import Cost
    from campaign.petition.ledger import Ledger
    from campaign.petition.public_counts import Board
    from campaign.petition.status import Petitions

    settings = app.extensions["settings"]
    mail = bool(settings.smtp_url) or not settings.production
    make = sessions(app)
    app.extensions["petitions"] = Petitions(make, settings.data, settings.volatile, mail)
    app.extensions["ledger"] = Ledger(app.extensions["engine"])
    app.extensions["signature_board"] = Board(make)
    app.extensions["index_cost"] = Cost()
    public_pages.add_pages()
    app.register_blueprint(pages.blueprint)
