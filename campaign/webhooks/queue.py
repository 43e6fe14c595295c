"""Messages for webhooks, written in the transaction of what they announce."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from campaign import clock
from campaign.webhooks.models import Webhook, WebhookDelivery


class Event(StrEnum):
    """What is announced. Receivers know the names: they never change."""

    EDITION = "edition.published"
    COUNTS = "counts.daily"
    TEST = "webhook.test"


#: What owners can choose.
OFFERED = (Event.EDITION, Event.COUNTS)


def announce(session: Session, campaign: int, event: Event, data: Mapping[str, Any]) -> None:
    """Write a message for each webhook of a campaign that wants the event. Does not commit."""
    query = select(Webhook).where(Webhook.campaign_id == campaign, Webhook.stopped == "")
    write(session, (hook for hook in session.scalars(query) if event in hook.events.split()), event, data)


def write(session: Session, hooks: Iterable[Webhook], event: Event, data: Mapping[str, Any]) -> None:
    """Write a message for each of these webhooks. Does not commit."""
    now = clock.now()
    timestamp = now.isoformat(timespec="seconds").replace("+00:00", "Z")
    content = {"type": event.value, "timestamp": timestamp, "data": data}
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    seconds = int(now.timestamp())
    for hook in list(hooks):
        name = f"msg_{secrets.token_hex(16)}"
        session.add(
            WebhookDelivery(
                id=name, webhook_id=hook.id, event=event.value, body=body, made=seconds, due=seconds
            )
        )
    session.flush()


def campaigns_to_count(session: Session, day: date) -> list[int]:
    """The campaigns that have a webhook to which the counts of a day have not been announced yet."""
    query = select(Webhook).where(Webhook.stopped == "", Webhook.counted < day)
    return sorted(
        {hook.campaign_id for hook in session.scalars(query) if Event.COUNTS in hook.events.split()}
    )


def announce_counts(session: Session, campaign: int, day: date, data: Mapping[str, Any]) -> None:
    """Write the message with the counts of a day, once for each webhook that wants it. Does not commit.

    Two workers that do so at once write one message: the second finds the row changed.
    """
    changed = session.scalars(
        update(Webhook)
        .where(Webhook.campaign_id == campaign, Webhook.stopped == "", Webhook.counted < day)
        .values(counted=day)
        .returning(Webhook)
    ).all()
    write(session, (hook for hook in changed if Event.COUNTS in hook.events.split()), Event.COUNTS, data)
