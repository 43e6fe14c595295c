"""Adding the outbox, its queue and the page of caught e-mail to the application."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import Engine

from campaign.key_store import KeyStore
from campaign.mail import views
from campaign.mail.hourly_keys import HourlyKeys
from campaign.mail.outbox import Outbox
from campaign.mail.worker import Queue
from campaign.services import provide, service
from campaign.settings import Settings


def init(app: Flask) -> None:
    """Give the application its outbox and its queue, and the page that shows caught e-mail."""
    settings = service(Settings, app)
    shared = service(KeyStore, app) if settings.machine_key else None  # type: ignore[type-abstract]
    provide(app, Outbox(service(Engine, app), HourlyKeys(settings.queue_keys, shared)))
    provide(app, Queue(settings))
    app.register_blueprint(views.blueprint)
