"""The webhooks of a campaign: adding, removing, switching on and off, and the log. Nothing here commits."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from campaign import clock
from campaign.webhooks import addresses
from campaign.webhooks.delivering import LOGGED, give_up
from campaign.webhooks.models import Webhook, WebhookDelivery
from campaign.webhooks.queue import OFFERED, Event, write

#: Webhooks of one campaign.
MOST = 5

#: Why a webhook was switched off at the desk.
BY_HAND = "by hand"


class WebhookError(ValueError):
    """A webhook that can't be. `reason`: “many”, or one of `addresses.problem`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def of_campaign(session: Session, campaign: int) -> Sequence[Webhook]:
    """The webhooks of a campaign, the oldest first."""
    return session.scalars(select(Webhook).where(Webhook.campaign_id == campaign).order_by(Webhook.id)).all()


def find(session: Session, campaign: int, number: int) -> Webhook:
    """A webhook of this campaign. Raises LookupError."""
    hook = session.get(Webhook, number)
    if hook is None or hook.campaign_id != campaign:
        raise LookupError(number)
    return hook


def add(session: Session, campaign: int, url: str, events: Iterable[str]) -> Webhook:
    """Add a webhook for these events. Raises WebhookError."""
    if reason := addresses.problem(url):
        raise WebhookError(reason)
    if len(of_campaign(session, campaign)) >= MOST:
        raise WebhookError("many")
    wanted = " ".join(event for event in OFFERED if event in set(events))
    hook = Webhook(
        campaign_id=campaign,
        url=url,
        events=wanted,
        salt=secrets.token_bytes(16),
        counted=clock.today(),
    )
    session.add(hook)
    session.flush()
    return hook


def remove(session: Session, hook: Webhook) -> None:
    """Remove a webhook with all that was sent to it."""
    session.execute(delete(WebhookDelivery).where(WebhookDelivery.webhook_id == hook.id))
    session.delete(hook)
    session.flush()


def forget(session: Session, campaign: int) -> None:
    """Remove all webhooks of a campaign."""
    for hook in of_campaign(session, campaign):
        remove(session, hook)


def switch(session: Session, hook: Webhook, on: bool) -> None:
    """Switch a webhook on or off. What waited is given up; one that is switched on begins today."""
    give_up(session, hook.id)
    hook.stopped = "" if on else BY_HAND
    hook.counted = clock.today()
    session.flush()


def test(session: Session, hook: Webhook, slug: str) -> None:
    """Write a message by which the receiver can be tried."""
    write(session, [hook], Event.TEST, {"campaign": slug})


def log(session: Session, hook: Webhook) -> Sequence[WebhookDelivery]:
    """The newest messages of a webhook, the newest first."""
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == hook.id)
    order = query.order_by(WebhookDelivery.made.desc(), WebhookDelivery.id)
    return session.scalars(order.limit(LOGGED)).all()
