"""The campaign of the address, in its newest edition or in an old one."""

from __future__ import annotations

from flask import abort, current_app, g

from campaign.editions.edition_cache import Library


def library() -> Library:
    """The published packs."""
    found: Library = current_app.extensions["library"]
    return found


def is_old() -> bool:
    """Whether the edition at hand is another than the newest; a draft is not."""
    return bool(g.shelf.number != g.get("newest", g.shelf.number))


def open_shelf(language: str, slug: str, number: int | None = None) -> None:
    """Put the campaign of the address into `g.shelf`, in its newest edition or that of a number.

    404 for an unknown language, campaign or edition.
    """
    shelf = library().shelves().get(slug)
    if shelf is not None and number is not None:
        try:
            g.newest, shelf = shelf.number, library().edition(slug, number)
        except LookupError:
            abort(404)
    if shelf is None or language not in shelf.pack.languages:
        abort(404)
    g.shelf = shelf
