"""What became of letters: numbers by day, office, language and answer."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer_tally",
        *_day_and_office(),
        sa.Column("language", sa.String(35), primary_key=True),
        sa.Column("answer", sa.String(8), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "answer_wait",
        *_day_and_office(),
        sa.Column("weeks", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("count", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("answer_wait")
    op.drop_table("answer_tally")


def _day_and_office() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("addressee", sa.String(80), primary_key=True),
    )
