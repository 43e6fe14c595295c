"""Writing the sealed list of a campaign from the database to a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import Engine, text

from campaign.petition.manifests import amount
from campaign.signatures.sealed_list import Record, write_file


def write(engine: Engine, slug: str, campaign: int, path: Path, day: date) -> str:
    """Write the list, all of it or nothing; returns the SHA-256 of the file. Raises OSError."""
    query = text(
        "SELECT signature.id, counted, no_news.id, sealed FROM signature"
        " LEFT JOIN no_news ON no_news.id = signature.id"
        " WHERE signature.campaign_id = :campaign ORDER BY signature.id"
    )
    with engine.connect() as connection:
        # One transaction, so that the totals in the head match the records that follow.
        totals = amount(connection, slug, campaign, day)
        streamed = connection.execution_options(stream_results=True, yield_per=1_000)
        rows = streamed.execute(query, {"campaign": campaign})
        records = (
            Record(id_, bool(counted), unsubscribed is not None, bytes(sealed))
            for id_, counted, unsubscribed, sealed in rows
        )
        return write_file(path, totals, records)
