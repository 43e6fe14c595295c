"""The campaign at hand: the newest edition of the one in the address."""

from __future__ import annotations

from flask import abort, current_app, g

from campaign.editions.library import Library


def library() -> Library:
    """The published packs."""
    found: Library = current_app.extensions["library"]
    return found


def open_shelf(language: str, slug: str) -> None:
    """Put the campaign of the address into `g.shelf`; 404 for an unknown language or campaign."""
    shelf = library().shelves().get(slug)
    if shelf is None or language not in shelf.pack.languages:
        abort(404)
    g.shelf = shelf
