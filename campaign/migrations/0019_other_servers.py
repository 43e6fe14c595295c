"""Servers of other organisations that collect to the same trustees' key, and what they counted."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "other_server",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), nullable=False, index=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("day", sa.Date),
        sa.Column("people", sa.BigInteger, nullable=False),
        sa.Column("problem", sa.String(12), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("other_server")
