"""Letters: a pack and a supporter's choices become one structure, and that becomes every format.

Nothing that a supporter types is written anywhere by this part.
"""

from __future__ import annotations

from flask import Flask

from campaign.letters import views


def init(app: Flask) -> None:
    """Add the composer to the site."""
    app.register_blueprint(views.blueprint)
