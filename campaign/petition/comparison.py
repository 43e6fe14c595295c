"""The nightly comparison of each tally with the rows that it counts."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Comparison:
    """The tally and the records that it should count; `difference` must be 0.

    `waiting`: by how much the tally of undecided records differs from those records.
    """

    tally: int
    records: int
    waiting: int = 0

    @property
    def difference(self) -> int:
        return (self.tally - self.records) or self.waiting


def compare(connection: Connection, campaign: int) -> Comparison:
    """Each tally next to its rows, by counting all of them: once a night, never on a page."""
    values = {"campaign": campaign, "yes": True, "no": False}

    def total(query: str) -> int:
        return int(connection.execute(text(f"{query} WHERE campaign_id = :campaign"), values).scalar() or 0)

    records = total("SELECT count(CASE WHEN counted = :yes THEN 1 END) FROM signature")
    return Comparison(
        tally=total("SELECT sum(count) FROM signature_tally"),
        records=records
        + total("SELECT count(CASE WHEN owed = :yes THEN 1 END) FROM seen")
        + total("SELECT erased_records FROM petition_state"),
        waiting=total("SELECT sum(waiting) FROM index_tally")
        - total("SELECT count(CASE WHEN counted = :no THEN 1 END) FROM signature")
        - total("SELECT erased_waiting FROM petition_state"),
    )
