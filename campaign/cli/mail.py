"""python -m campaign mail work, send: the e-mails that are waiting."""

from __future__ import annotations

import sys

import click
from flask import current_app
from sqlalchemy.orm import Session

from campaign.application import create_app
from campaign.cli.database import with_database
from campaign.cli.starting import checked_settings
from campaign.mail import worker
from campaign.mail.outbox import Outbox
from campaign.mail.worker import Tasks
from campaign.petition.forgetting import catch_up, forget
from campaign.petition.nightly import nightly
from campaign.services import service
from campaign.settings import Settings, SettingsError


@click.command()
def work() -> int:
    """Send e-mails as they come (`serve` starts this itself)."""
    try:
        app = create_app(checked_settings())
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    worker.work(app, Tasks(lambda: nightly(app), lambda: catch_up(app), lambda: forget(app)))
    return 0


@click.command()
@with_database
def send(_session: Session) -> int:
    """Send every e-mail that is due, and stop."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    sender = worker.sender_of(service(Settings, app))
    count = worker.Postman(app, service(Outbox, app), sender).sweep()
    print(f"{count} sent, {service(Outbox, app).waiting().count} wait.")
    return 0
