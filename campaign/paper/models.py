"""The tables of paper. The rows of a sheet are sealed, and are deleted when the sheet is closed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Date, ForeignKey, Integer, LargeBinary, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.database import Base


class SheetBatch(Base):
    """Sheets that were printed together: for whom, how, and when they should be back.

    `holder` is a group, or '' for a visitor's own print (`public`). `given_up`: we no longer ask for them.
    """

    __tablename__ = "sheet_batch"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    holder: Mapped[str] = mapped_column(String(120))
    public: Mapped[bool]
    languages: Mapped[str] = mapped_column(String(120))
    rows: Mapped[int] = mapped_column(SmallInteger)
    email: Mapped[bool]
    sheets: Mapped[int]
    edition: Mapped[int]
    day: Mapped[date] = mapped_column(Date)
    due: Mapped[date | None] = mapped_column(Date)
    given_up: Mapped[date | None] = mapped_column(Date)
    layout: Mapped[str] = mapped_column(Text)


class Sheet(Base):
    """A sheet that came back. Its states are first, second, third, closed (see `transcription.py`).

    `country` and `signed_on` apply to rows that say nothing else. `extra` has the keys of its extra fields,
    with spaces between them: those of the edition from which it was printed.
    """

    __tablename__ = "sheet"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("sheet_batch.id"), index=True)
    rows: Mapped[int] = mapped_column(SmallInteger)
    email: Mapped[bool]
    extra: Mapped[str] = mapped_column(String(130), default="", server_default="")
    language: Mapped[str] = mapped_column(String(35))
    edition: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    returned: Mapped[date] = mapped_column(Date)
    country: Mapped[str] = mapped_column(String(2))
    signed_on: Mapped[str] = mapped_column(String(10))
    first_id: Mapped[int | None] = mapped_column(Integer)
    second_id: Mapped[int | None] = mapped_column(Integer)
    closed: Mapped[date | None] = mapped_column(Date)
    names: Mapped[int] = mapped_column(SmallInteger, default=0)
    unreadable: Mapped[int] = mapped_column(SmallInteger, default=0)
    crossed: Mapped[int] = mapped_column(SmallInteger, default=0)
    doubtful: Mapped[int] = mapped_column(SmallInteger, default=0)


class SheetRow(Base):
    """One row as typed in one look, until the sheet is closed.

    `marks` are keyed hashes (name, place, country, e-mail address, extra fields) that show whether two looks
    agree; their key is a file that is destroyed on closing. `what` is name, unreadable or crossed.
    """

    __tablename__ = "sheet_row"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    look: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    row: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    what: Mapped[str] = mapped_column(String(12))
    marks: Mapped[bytes] = mapped_column(LargeBinary)
    country: Mapped[str] = mapped_column(String(2))
    slot: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    typed_by: Mapped[int | None] = mapped_column(Integer)


class ScanRow(Base):
    """A sealed scan or photograph of a sheet; `body` is a file of scans.py."""

    __tablename__ = "scan"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    sheet: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
