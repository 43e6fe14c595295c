"""The desk: where organisers sign in, edit, translate, check and publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init(app: Flask) -> None:
    """Add the desk to the site."""
    # Importing a file of pages hangs them on the blueprint.
    from campaign.desk import (  # noqa: F401
        account,
        adding,
        attention,
        directory,
        editor,
        entrance,
        exchange,
        lists,
        merging,
        paper,
        people,
        photographs,
        publishing,
        raw,
        shown,
        signatures,
        steps,
    )
    from campaign.desk.doors import blueprint

    app.register_blueprint(blueprint)
