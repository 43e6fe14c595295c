"""The public log of signatures: what waits to enter it, its entries, its tiles and its checkpoints."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_tree",
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), primary_key=True),
        sa.Column("log_key", sa.String(400), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("day", sa.Date),
        sa.Column("signatures", sa.BigInteger, nullable=False),
        sa.Column("withdrawn", sa.BigInteger, nullable=False),
        sa.Column("excluded", sa.BigInteger, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
    )
    own_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "log_pending",
        sa.Column("id", own_id, primary_key=True, autoincrement=False),
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), nullable=False),
        sa.Column("what", sa.SmallInteger, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
    )
    op.create_table(
        "log_entry",
        sa.Column("id", own_id, primary_key=True, autoincrement=False),
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), nullable=False),
        sa.Column("entry", sa.BigInteger, nullable=False),
        sa.Column("removal", sa.BigInteger),
    )
    op.create_table(
        "log_tile",
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), primary_key=True),
        sa.Column("level", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "log_checkpoint",
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), primary_key=True),
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    # Signatures that are there already enter on the first night. On which day they came is sealed.
    op.execute(
        "INSERT INTO log_pending (id, campaign_id, what, day)"
        " SELECT id, campaign_id, 1, '2026-01-01' FROM signature"
    )


def downgrade() -> None:
    for table in ("log_checkpoint", "log_tile", "log_entry", "log_pending", "log_tree"):
        op.drop_table(table)
