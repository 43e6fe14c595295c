"""Webhooks, and the messages that wait or were sent."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, DateTime, ForeignKey, LargeBinary, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign import clock
from campaign.database import Base


class Webhook(Base):
    """An address that gets a campaign's messages. `events`: the names of those it wants.

    `stopped` is why it gets none any more, '' while it does. `counted`: the last day (UTC) on which counts
    were announced to it. Its secret follows from `salt`.
    """

    __tablename__ = "webhook"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[str] = mapped_column(String(100))
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    made: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)
    counted: Mapped[date] = mapped_column(Date)
    stopped: Mapped[str] = mapped_column(String(10), default="")


class WebhookDelivery(Base):
    """One message to one webhook. `id` is its webhook-id, the same in every try.

    `made` and `due`, when it may be tried, are seconds since 1970. `answer`: the last status, or what
    happened instead (`outgoing.OutgoingError`).
    """

    __tablename__ = "webhook_delivery"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"), index=True)
    event: Mapped[str] = mapped_column(String(30))
    body: Mapped[str] = mapped_column(Text)
    made: Mapped[int] = mapped_column(BigInteger)
    due: Mapped[int] = mapped_column(BigInteger, index=True)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    answer: Mapped[str] = mapped_column(String(12), default="")
