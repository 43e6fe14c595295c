"""What each organiser wants to hear of by e-mail, and what the last one said."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "daily_mail",
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("off", sa.String(100), nullable=False),
        sa.Column("looked", sa.Date, nullable=True),
        sa.Column("sent", sa.Date, nullable=True),
        sa.Column("said", sa.LargeBinary(32), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("daily_mail")
