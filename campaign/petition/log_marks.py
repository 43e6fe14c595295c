"""The mark of a campaign's public log: what feeds and pictures say of it, so that copies can be compared.

It is read once a minute in a process: every page of the petition names a picture that shows it.
"""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Engine

from campaign import clock
from campaign.petition import public_log
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.transparency_log import checkpoints
from campaign.web.kept_reads import kept


def mark(slug: str) -> str:
    """Size and beginning of the root of the newest checkpoint; '' for a campaign without a log."""
    return _in_minute(service(Engine), slug, int(clock.seconds()) // 60)


@lru_cache(maxsize=64)
def _in_minute(engine: Engine, slug: str, _minute: int) -> str:
    def read() -> str:
        campaign = service(Petitions).held(slug).campaign
        note = public_log.newest(engine, campaign)
        return checkpoints.read(note).mark if note else ""

    return kept(("log mark", slug), read)
