"""Networks of events; and of what was used once, only the day."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_network",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), nullable=False, index=True),
        sa.Column("network", sa.String(43), nullable=False),
        sa.Column("note", sa.String(80), nullable=False),
        sa.Column("begins", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
    )
    _remake_spent(sa.Date(), TO_DAYS)


def downgrade() -> None:
    _remake_spent(sa.DateTime(timezone=True), TO_TIMES)
    op.drop_table("event_network")


#: What was used today stays used for as long as a token can live.
TO_DAYS = {
    "sqlite": "INSERT INTO spent_again SELECT key, date(until, '+2 days') FROM spent ORDER BY key",
    "postgresql": "INSERT INTO spent_again SELECT key, CAST(until AS date) + 2 FROM spent ORDER BY key",
}
TO_TIMES = {
    "sqlite": "INSERT INTO spent_again SELECT key, until || ' 00:00:00.000000' FROM spent",
    "postgresql": "INSERT INTO spent_again SELECT key, CAST(until AS timestamptz) FROM spent",
}


def _remake_spent(until: sa.types.TypeEngine[Any], statements: dict[str, str]) -> None:
    op.create_table(
        "spent_again",
        sa.Column("key", sa.LargeBinary(16), primary_key=True),
        sa.Column("until", until, nullable=False),
    )
    op.execute(statements[op.get_bind().dialect.name])
    op.drop_table("spent")
    op.rename_table("spent_again", "spent")
