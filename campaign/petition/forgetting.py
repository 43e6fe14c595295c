"""What was promised to be gone is gone: after a night that was missed, on every machine, in every process.

Records, names and reasons are rows, which one process deletes for all. Keys are files and memory of each
machine and process: each checks twice a minute what was erased or closed, and destroys its own.
"""

from __future__ import annotations

import logging
import threading

from flask import Flask

from campaign import clock
from campaign.editions.edition_cache import EditionCache
from campaign.mail.outbox import Outbox
from campaign.petition.nightly import erase_due
from campaign.petition.public_counts import PublicCounts
from campaign.petition.shown_reasons import ShownReasons
from campaign.petition.status import Petitions, index_is_closed
from campaign.refreshing import repeat
from campaign.services import service

#: Seconds between two looks of a process: twice a minute.
EVERY = 30

log = logging.getLogger("campaign.petition")


def catch_up(app: Flask) -> list[str]:
    """Erase and close what is due, and forget it here; the campaigns that were erased.

    At each start and every hour: the worker may have been down on the night.
    """
    erased = []
    with app.app_context():
        for slug, edition in service(EditionCache, app).newest().items():
            if erase_due(app, slug, edition.pack, clock.today(edition.pack.time_zone)):
                erased.append(slug)
    forget(app)
    return erased


def forget(app: Flask) -> None:
    """Destroy the keys that this machine and process still have of what was erased, closed or renewed."""
    petitions = service(Petitions, app)
    with app.app_context():
        for slug, edition in service(EditionCache, app).newest().items():
            keys, pack = petitions.server_keys(slug), edition.pack
            if petitions.held(slug, fresh=True).erased is not None:
                keys.erase()
            elif index_is_closed(pack.terms, clock.today(pack.time_zone)):
                keys.close_index()
            keys.forget(int(clock.seconds() // 86_400))
    service(PublicCounts, app).forget_names()
    service(ShownReasons, app).forget()
    service(Outbox, app).destroy_keys()


def keep_forgetting(app: Flask, every: float = EVERY) -> threading.Event:
    """Do so in a thread of this process until it ends, or until the returned event is set."""

    def failed(error: Exception) -> None:
        log.warning("could not look what was erased: %s", type(error).__name__)

    return repeat(lambda: forget(app), every, "forgetting", failed)
