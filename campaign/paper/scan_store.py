"""Sealed scans in the database, where every machine finds them; files of a folder only while they arrive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign import secret_files
from campaign.database import transaction
from campaign.paper.models import ScanRow


def take_in(session: Session, campaign: int, folder: Path) -> int:
    """Move every complete scan of a folder into the database; how many. Commits.

    A file is destroyed after its row is on the disk; one that is there again is the same row.
    """
    paths = sorted(folder.glob("*.scan"))
    with transaction(session):
        for path in paths:
            sheet, _dash, name = path.stem.partition("-")
            if session.get(ScanRow, name) is None:
                row = ScanRow(id=name, campaign_id=campaign, sheet=int(sheet, 16), body=path.read_bytes())
                session.add(row)
    for path in paths:
        secret_files.destroy(path)
    return len(paths)


def of_sheet(session: Session, campaign: int, sheet: int) -> int:
    """How many scans of a sheet are there."""
    query = select(func.count()).where(ScanRow.campaign_id == campaign, ScanRow.sheet == sheet)
    return int(session.scalar(query) or 0)


def every(session: Session, campaign: int) -> Iterator[bytes]:
    """All scans, one after the other, by sheet."""
    query = select(ScanRow.id).where(ScanRow.campaign_id == campaign).order_by(ScanRow.sheet, ScanRow.id)
    for name in session.scalars(query).all():
        body = session.scalar(select(ScanRow.body).where(ScanRow.id == name))
        if body is not None:
            yield body
