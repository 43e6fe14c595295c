"""Once a day, the public counts are announced to the webhooks that want them."""

from __future__ import annotations

from datetime import time, timedelta

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from campaign import clock
from campaign.editions.edition_cache import EditionCache
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.site.api.views import public_numbers
from campaign.webhooks import queue

#: When (UTC): by then the counts were taken in the new day, so that all of the day before is in them.
DUE = time(0, 20)


def announce(app: Flask) -> int:
    """Announce the counts of yesterday to each webhook that has not had them; for how many campaigns.

    It is safe to do this twice, also by several processes at once.
    """
    now, engine = clock.now(), service(Engine, app)
    if now.time() < DUE:
        return 0
    today = now.date()
    with Session(engine) as session:
        waiting = queue.campaigns_to_count(session, today)
    if not waiting:
        return 0
    with app.app_context():
        bodies = {
            service(Petitions).held(slug).campaign: {
                "campaign": slug,
                "day": (today - timedelta(days=1)).isoformat(),
                **public_numbers(slug),
            }
            for slug in service(EditionCache).newest()
        }
    for campaign in waiting:
        if campaign in bodies:
            with Session(engine.execution_options(writes=True)) as session, session.begin():
                queue.announce_counts(session, campaign, today, bodies[campaign])
    return len(waiting)
