"""Networks of events; and of what was used once, only the day."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
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
    # What was used today stays used for as long as a token can live.
    _remake_spent(sa.Date(), "date(until, '+2 days')", "CAST(until AS date) + 2")


def downgrade() -> None:
    _remake_spent(sa.DateTime(timezone=True), "until || ' 00:00:00.000000'", "CAST(until AS timestamptz)")
    op.drop_table("event_network")


def _remake_spent(until: sa.types.TypeEngine[Any], on_sqlite: str, on_postgresql: str) -> None:
    op.create_table(
        "spent_again",
        sa.Column("key", sa.LargeBinary(16), primary_key=True),
        sa.Column("until", until, nullable=False),
    )
    value = on_sqlite if op.get_bind().dialect.name == "sqlite" else on_postgresql
    op.execute(f"INSERT INTO spent_again (key, until) SELECT key, {value} FROM spent ORDER BY key")  # noqa: S608  ours
    op.drop_table("spent")
    op.rename_table("spent_again", "spent")
