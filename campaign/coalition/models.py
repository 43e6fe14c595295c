"""The table of organisations that ask to sign on."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Date, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.database import Base


class OrganisationRow(Base):
    """An organisation that asks to sign on, under a random 63-bit id, which its link carries.

    `state` is one of `organisations.State`. `by_domain`: its link went to an address of its own domain.
    `note` is what an organiser looked at otherwise, or why it was refused. `key` is its key in the pack
    once it is accepted. `contact` is who signed for it, sealed with a key that is not in the database;
    None once nobody needs it.
    """

    __tablename__ = "organisation"
    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    website: Mapped[str] = mapped_column(String(300))
    by_domain: Mapped[bool]
    note: Mapped[str] = mapped_column(String(500), default="")
    key: Mapped[str] = mapped_column(String(60), default="")
    contact: Mapped[bytes | None] = mapped_column(LargeBinary)
    day: Mapped[date] = mapped_column(Date)
