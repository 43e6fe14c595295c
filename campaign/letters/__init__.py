"""Letters: a pack and a supporter's choices become one structure, and that becomes every format.

Nothing that a supporter types is written anywhere by this room.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init(app: Flask) -> None:
    """Add the composer to the site."""
    from campaign.letters.views import blueprint

    app.register_blueprint(blueprint)
