"""Batches of signatures from devices at stalls, and the codes with which they are handed over."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stall_batch",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), nullable=False, index=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("epoch", sa.SmallInteger, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("records", sa.Integer, nullable=False),
        sa.Column("collected", sa.Date, nullable=False),
        sa.Column("receipt", sa.String(11), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("who", sa.String(254), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("decided_by", sa.String(254), nullable=False),
        sa.Column("decided", sa.Date),
        sa.Column("erase_on", sa.Date),
        sa.Column("known", sa.Integer, nullable=False),
        sa.Column("counted", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "stall_code",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), nullable=False, index=True),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("who", sa.String(254), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    for table in ("stall_code", "stall_batch"):
        op.drop_table(table)
