"""Why people sign, in their own words: public once an organiser has accepted it."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reason",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), nullable=False),
        sa.Column("signer", sa.BigInteger, nullable=False, unique=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("words", sa.String(500), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("erase_on", sa.Date),
    )
    op.create_index("ix_reason_campaign_state", "reason", ["campaign_id", "state", "day", "id"])


def downgrade() -> None:
    op.drop_index("ix_reason_campaign_state", "reason")
    op.drop_table("reason")
