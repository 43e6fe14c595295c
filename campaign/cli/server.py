"""Starting the site: data folder, secrets, database, the first campaign, and then the server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.editions.edition_cache import EditionCache
from campaign.pack.findings import PackError
from campaign.services import service
from campaign.settings import Settings, SettingsError, busy

if TYPE_CHECKING:
    from flask import Flask


def serve(host: str, port: int, workers: int, seed: Path | None, worker: bool = True) -> int:
    """Prepare everything, print the address, and serve until stopped; with the mail worker beside it.

    1: a pack is broken, and the checker's lines are printed. 2: a setting can't be right.
    """
    os.umask(0o077)  # the database and its log are for their owner alone
    try:
        app = prepare(seed)
    except PackError as error:
        print(error, file=sys.stderr)
        print("The site does not start with a broken pack.", file=sys.stderr)
        return 1
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    if _taken(host, port):
        print(f"Port {port} is taken. Try: PORT={port + 1} make run", file=sys.stderr)
        return 2
    settings = service(Settings, app)
    if host in {"127.0.0.1", "localhost", "::1"}:
        _offer_desk(app, port)
    if not settings.smtp_url:
        print(
            _NO_RELAY.format(f"http://{host}:{port}/mail/") if not settings.production else _NO_MAIL,
            flush=True,
        )
    print(f"Campaign is at {settings.public_url or f'http://{host}:{port}'}/  (stop with Ctrl-C)", flush=True)
    with _worker() if worker else nullcontext():
        run(host, port, workers, busy(settings.database_url))
    return 0


_NO_RELAY = (
    "NO MAIL LEAVES THIS MACHINE: CAMPAIGN_SMTP_URL is not set. Mail is caught, in clear, to be read at\n  {}"
)
_NO_MAIL = "Signing stays shut: CAMPAIGN_SMTP_URL is not set, so no signature can be confirmed."


@contextmanager
def _worker() -> Iterator[None]:
    """The mail worker as a process of its own, started again when it falls, and ended with the server."""
    stopped = threading.Event()
    running: list[subprocess.Popen[bytes]] = []

    def watch() -> None:
        while not stopped.is_set():
            running[:] = [subprocess.Popen([sys.executable, "-m", "campaign", "mail", "work"])]
            running[0].wait()
            stopped.wait(2)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        for process in running:
            process.terminate()
            process.wait(timeout=10)


def prepare(seed: Path | None) -> Flask:
    """The application, with its tables made and the seed published where it is new.

    Raises PackError or SettingsError.
    """
    from campaign.application import create_app
    from campaign.database import db, durable

    app = create_app(load=False)
    with app.app_context():
        db.upgrade()
        if service(Settings, app).production and (reason := durable(db.engine)):
            raise SettingsError(f"A power cut would lose signatures: {reason}.")
        if seed is not None:
            _seed(seed)
        service(EditionCache, app).load(strict=True)
    return app


def _offer_desk(app: Flask, port: int) -> None:
    """On this machine, and while nobody organises yet: the link by which the first owner joins."""
    from campaign import clock
    from campaign.cli.people import link
    from campaign.database import db
    from campaign.editions import store
    from campaign.people import members

    with app.app_context():
        for slug in store.slugs(db.session):
            if token := members.invite_first(db.session, slug, clock.now()):
                address = link(service(Settings, app).public_url, "en", token, port)
                print(f"Nobody organises {slug} yet. The first one joins here, within 48 hours:\n  {address}")


def _seed(folder: Path) -> None:
    """Publish the folder's pack unless organisers have published something since."""
    from campaign.database import db
    from campaign.editions import drafts, store
    from campaign.editions.edition_cache import sound_pack
    from campaign.editions.store import Authorship
    from campaign.pack import photographs
    from campaign.pack.files import parse, read_folder
    from campaign.pack.findings import Finding
    from campaign.photographs import photo_store

    try:
        files = read_folder(folder)
        slug = parse(files).slug
        number = store.newest(db.session).get(slug, 0)
        newest = store.edition(db.session, slug, number)
        if newest and newest.author != store.FROM_DISK:
            return
        held = store.files_of(db.session, slug, number)
        if number and held == files:
            return  # it was checked when it was published
        if number and drafts.draft(db.session, slug).files != held:
            print(f"{slug} has changes that are not published yet: {folder} was not loaded.", file=sys.stderr)
            return
        sound_pack(files)
        pictures = photo_store.brought(db.session, slug, files, photographs.in_folder(folder))
    except PackError as error:
        root = folder.as_posix().rstrip("/")
        raise PackError(
            Finding(f"{root}/{f.path}", f.line, f.level, f.text) for f in error.findings
        ) from None
    note = f"Loaded from {folder.name}"
    with store.writing(db.session, slug, make=True) as campaign:
        published = store.publish(db.session, slug, files, Authorship(store.FROM_DISK, note))
        if published:
            photo_store.add_all(db.session, campaign.id, pictures)
    if published:
        print(f"Published edition {published} of {slug}.")


def load(folder: Path) -> int:
    """`python -m campaign load`: publish a folder's pack. 1 if it is broken, 2 for a wrong setting."""
    try:
        prepare(folder)
    except PackError as error:
        print(error, file=sys.stderr)
        return 1
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _taken(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def run(
    host: str, port: int, workers: int, threads: int, target: str = "campaign.application:create_app"
) -> None:
    """Run granian: no access log, threads for the blocking work, workers renewed when they fail.

    `target` names what makes the application.
    """
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        target,
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        log_access=False,
        log_enabled=False,
        websockets=False,
        respawn_failed_workers=True,
    ).serve()
