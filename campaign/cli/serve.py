"""python -m campaign serve: start the website, and print what the operator has to know."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import Engine

from campaign import clock
from campaign.application import app_to_serve, begin_serving
from campaign.cli import again, server, server_lock, worker_process
from campaign.cli.seeding import prepare, refuse_trials, shipped
from campaign.cli.starting import checked_settings
from campaign.cli.web_process import Serving
from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.mail.worker import Queue
from campaign.memory import collect_less_garbage, no_collection, one_heap
from campaign.pack.findings import PackError
from campaign.people import invitations, members
from campaign.petition.forgetting import catch_up
from campaign.services import service
from campaign.serving.forking import Lifeline
from campaign.serving.supervising import Child
from campaign.setting_values import SettingsError
from campaign.settings import AT_ONCE, Settings

_NO_RELAY = (
    "NO MAIL LEAVES THIS MACHINE: CAMPAIGN_SMTP_URL is not set. "
    "E-mail is caught, unencrypted, and can be read at\n  {}"
)
_NO_MAIL = "Signing stays closed: CAMPAIGN_SMTP_URL is not set, so no signature can be confirmed."

#: Seconds for which the port may still be that of a server that has just ended.
_PATIENCE = 3.0

_NOBODY = (
    "Nobody organises {0} yet. For the first owner's link, run:\n"
    "  python -m campaign people invite NAME EMAIL --role owner --campaign {0}"
)


def listening(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options `--host` and `--port`."""
    host = click.option(
        "--host", default="127.0.0.1", metavar="HOST", help="Address to listen on (default 127.0.0.1)."
    )
    port = click.option(
        "--port", type=int, default=8000, envvar="PORT", metavar="PORT",
        help="Port to listen on (default: the environment's PORT, or 8000).",
    )  # fmt: skip
    return host(port(command))


@click.command()
@listening
@click.option("--workers", type=int, default=1, metavar="N", help="Number of processes (default 1).")
@click.option(
    "--seed", type=Path, metavar="FOLDER", help="Publish this pack first if it is new or has changed on disk."
)
@click.option("--no-worker", is_flag=True, help="Do not start the mail worker: `mail work` runs elsewhere.")
def serve(host: str, port: int, workers: int, seed: Path | None, no_worker: bool) -> int:
    """Start the website (`make run` calls this).

    The mail worker runs beside it. Exit code 1: a pack is broken, and its errors are printed. 2: a
    setting is wrong.
    """
    return started(host, port, workers, seed, no_worker)


def started(host: str, port: int, workers: int = 1, seed: Path | None = None, no_worker: bool = False) -> int:
    """Serve until a signal to stop; the exit code of the command."""
    one_heap()
    try:
        with no_collection():
            apps = _ready(seed, workers)
    except PackError as error:
        print(error, file=sys.stderr)
        print("The site does not start with a broken pack.", file=sys.stderr)
        return 1
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    if not server.becomes_free(host, port, _PATIENCE):
        print(f"Port {port} is taken. Try: PORT={port + 1} make run", file=sys.stderr)
        return 2
    catch_up(apps.here)  # what was due while the site was down is erased before anybody is answered
    _announce(apps.here, host, port)
    share_memory(apps.here)
    lifeline = Lifeline()
    with server.listener(host, port) as listener:
        beside = () if no_worker else (_mail_worker(apps.here, lifeline, listener),)
        application, log = partial(begin_serving, apps.to_serve), service(Settings, apps.here).log
        serving = Serving(listener, AT_ONCE, application, files=(apps.lock,), log=log)
        server.run(serving, workers, lifeline, beside)
    return 0


def _mail_worker(app: Flask, lifeline: Lifeline, listener: socket.socket) -> Child:
    pid = worker_process.forked(app, lifeline, listener)
    return Child("mail worker", pid, again.mail(listener.fileno(), lifeline.end))


@dataclass(frozen=True, slots=True)
class _Apps:
    """Two applications, which share the editions in memory.

    `here` does the work of the start, and then that of the mail worker. `to_serve` is for the web
    processes: it has done nothing yet, and waits for less.
    """

    here: Flask
    to_serve: Flask
    #: The open file that shows that this server uses the folder.
    lock: int


def _ready(seed: Path | None, workers: int) -> _Apps:
    """The applications, made before the processes are: so these share their memory, and begin at once.

    Raises PackError or SettingsError.
    """
    lock = server_lock.locked(checked_settings(workers))  # it stays open here and in the processes
    app = prepare(shipped(seed) if seed else None, workers)
    with app.app_context():
        refuse_trials(app)
    service(Queue, app).load()
    newest = service(EditionCache, app).in_memory
    return _Apps(app, app_to_serve(service(Settings, app), newest), lock)


def share_memory(app: Flask) -> None:
    """Prepare this process for copies of it, which have all of its memory and one of its threads.

    What other threads do is finished, no connection is shared, and looking for garbage copies no memory.
    """
    end = time.monotonic() + _PATIENCE
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(max(0.0, end - time.monotonic()))
    service(Engine, app).dispose()
    collect_less_garbage()


def _announce(app: Flask, host: str, port: int) -> None:
    """Print the site's address, and what is still missing."""
    settings = service(Settings, app)
    if host in {"127.0.0.1", "localhost", "::1"}:
        _offer_desk(app, port)
    if not settings.smtp_url:
        print(
            _NO_RELAY.format(f"http://{host}:{port}/mail/") if not settings.production else _NO_MAIL,
            flush=True,
        )
    print(f"Campaign is at {settings.public_url or f'http://{host}:{port}'}/  (stop with Ctrl-C)", flush=True)


def _offer_desk(app: Flask, port: int) -> None:
    """On this machine, if a campaign has no organisers: print the link for the first owner.

    In production only the command that prints it: what a server prints is kept in a log, and a reader
    of the log could become the owner.
    """
    with app.app_context():
        for slug in store.slugs(db.session):
            if service(Settings, app).production:
                if not members.members(db.session, slug):
                    print(_NOBODY.format(slug))
            elif token := members.invite_first(db.session, slug, clock.now()):
                address = invitations.link(service(Settings, app).public_url, "en", token, port)
                print(f"Nobody organises {slug} yet. The first one joins here, within 48 hours:\n  {address}")
