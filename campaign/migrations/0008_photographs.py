"""Photographs of what became of a petition."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "photograph",
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), primary_key=True),
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("width", sa.SmallInteger, nullable=False),
        sa.Column("height", sa.SmallInteger, nullable=False),
        sa.Column("small_width", sa.SmallInteger, nullable=False),
        sa.Column("small_height", sa.SmallInteger, nullable=False),
        sa.Column("large", sa.LargeBinary, nullable=False),
        sa.Column("small", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("photograph")
