"""How many signatures wait for the trustees because their slot of the index was taken."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "index_tally",
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("country", sa.String(2), primary_key=True),
        sa.Column("shard", sa.SmallInteger, primary_key=True),
        sa.Column("waiting", sa.Integer, nullable=False),
        sa.Column("sharing", sa.Integer, nullable=False),
        sa.Column("beside", sa.Integer, nullable=False),
    )
    # A slot may now have more records than a SMALLINT of PostgreSQL holds.
    with op.batch_alter_table("seen") as table:
        table.alter_column(
            "records", type_=sa.Integer, existing_type=sa.SmallInteger, existing_nullable=False
        )
    # What waits already. Their countries are sealed, so they count for none.
    op.execute(
        "INSERT INTO index_tally (campaign_id, day, country, shard, waiting, sharing, beside)"
        " SELECT campaign_id, '2026-01-01', '', 0, sum(records - 1), sum(records - 1), 0"
        " FROM seen WHERE records > 1 GROUP BY campaign_id"
    )


def downgrade() -> None:
    with op.batch_alter_table("seen") as table:
        table.alter_column(
            "records", type_=sa.SmallInteger, existing_type=sa.Integer, existing_nullable=False
        )
    op.drop_table("index_tally")
