"""What several machines share: nights that are done, public counts, keys under a machine key, scans."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "night",
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
    )
    op.create_table(
        "public_count",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("quarter", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "server_key",
        sa.Column("name", sa.String(160), primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("made", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "scan",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), nullable=False, index=True),
        sa.Column("sheet", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    for table in ("scan", "server_key", "public_count", "night"):
        op.drop_table(table)
