"""python -m campaign mail work, mail send, nightly: what the worker does, and the same by hand."""

from __future__ import annotations

import sys
from typing import Any

import click
from flask import Flask, current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from campaign.cli.database import with_database
from campaign.cli.seeding import for_worker
from campaign.counts.answers import AnswerCounts
from campaign.counts.letter_counts import LetterCounts
from campaign.counts.partners import PartnerCounts
from campaign.counts.quarterly import QuarterHourly
from campaign.desk import daily_mail
from campaign.desk.publishing.due import publish_due
from campaign.locking import only_one
from campaign.mail import worker
from campaign.mail.outbox import Outbox
from campaign.mail.worker import Tasks
from campaign.memory import one_heap
from campaign.monitoring import alarms
from campaign.monitoring.webhooks import courier
from campaign.petition.forgetting import catch_up, forget
from campaign.petition.journal import Journal
from campaign.petition.nightly import nightly, nightly_if_due
from campaign.petition.public_counts import PublicCounts
from campaign.services import service
from campaign.setting_values import SettingsError
from campaign.settings import Settings
from campaign.site import daily_counts


@click.command()
def work() -> int:
    """Send e-mails as they come (`serve` starts this itself)."""
    one_heap()
    return worked()


def worked(app: Flask | None = None) -> int:
    """Do so until a signal to stop; the exit code of the command. `app`: what this process has already."""
    try:
        app = for_worker(app)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    alarms.keep_watching(app)
    tasks = Tasks(
        nightly=lambda: nightly_if_due(app),
        hourly=lambda: _each_hour(app),
        minutely=lambda: _look(app),
        webhooks=courier(app).sweep,
    )
    worker.work(app, tasks)
    return 0


def _each_hour(app: Flask) -> None:
    """What was to be erased is, and organisers are informed of what waits."""
    catch_up(app)
    daily_mail.send_due(app)


def _look(app: Flask) -> None:
    """Every minute: forget what others erased, publish what is due, take the public counts, and note what
    others removed. Once a day the counts are announced to webhooks.
    """
    forget(app)
    publish_due(app)
    kinds: tuple[type[QuarterHourly[Any]], ...] = (LetterCounts, PublicCounts, AnswerCounts, PartnerCounts)
    for counts in kinds:
        service(counts, app).publish()
    daily_counts.announce(app)
    with service(Engine, app).connect() as connection:
        service(Journal, app).catch_up(connection)


@click.command()
@click.option("--now", is_flag=True, help="Those, too, that wait for their next try.")
@with_database
def send(_session: Session, now: bool) -> int:
    """Send every e-mail that is due, and stop.

    Exit code 1: some wait whose key this machine does not have.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    outbox, sender = service(Outbox, app), worker.sender_of(service(Settings, app))
    if now:
        outbox.hasten()
    count = worker.Postman(app, outbox, sender, worker.AT_ONCE).sweep()
    print(f"{count} sent, {outbox.waiting().count} wait.")
    if unreadable := outbox.unreadable():
        print(
            f"{unreadable} wait whose key this machine does not have: the one that wrote them sends them.",
            file=sys.stderr,
        )
        return 1
    return 0


@click.command("nightly")
@with_database
def run_nightly(_session: Session) -> int:
    """Do the nightly work now, for every campaign.

    The worker does it by itself at 0:07 UTC, or later if it was down then. Exit code 1: a tally differs
    from its records, or another machine is doing it.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with only_one(service(Engine, app), service(Settings, app).data, "nightly") as is_ours:
        if not is_ours:
            print("Another process is doing it now.", file=sys.stderr)
            return 1
        reports = nightly(app)
    for report in reports:
        print(f"{report.slug}: difference {report.difference}{', erased' if report.erased else ''}.")
    return int(any(report.difference for report in reports))
