"""Mail that the site sends: written with what it announces, sealed for an hour, sent, then forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init(app: Flask) -> None:
    """Give the application its outbox and its queue, and the box for caught mail."""
    from campaign.mail import views
    from campaign.mail.hourly_keys import Hours
    from campaign.mail.outbox import Outbox
    from campaign.mail.worker import Queue

    settings = app.extensions["settings"]
    app.extensions["outbox"] = Outbox(app.extensions["engine"], Hours(settings.queue_keys))
    app.extensions["queue"] = Queue(settings)
    app.register_blueprint(views.blueprint)
