"""Campaigns that are archived, and campaigns that were removed."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaign", sa.Column("archived", sa.Date))
    op.add_column("campaign", sa.Column("removed", sa.Date))


def downgrade() -> None:
    op.drop_column("campaign", "removed")
    op.drop_column("campaign", "archived")
