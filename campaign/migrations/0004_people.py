"""People, what they may, how they sign in, and the audit."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _person(primary_key: bool = False, index: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey("person.id")
    return sa.Column("person_id", sa.Integer, key, nullable=False, primary_key=primary_key, index=index)


def _campaign(primary_key: bool = False, index: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey("campaign.id")
    return sa.Column("campaign_id", sa.Integer, key, nullable=False, primary_key=primary_key, index=index)


def _time(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("email", sa.String(254), nullable=False, unique=True),
        sa.Column("password", sa.String(255), nullable=False),
        sa.Column("totp", sa.String(64), nullable=False),
        sa.Column("totp_step", sa.Integer, nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
    )
    op.create_table(
        "membership",
        _person(primary_key=True),
        _campaign(primary_key=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("languages", sa.String(40), nullable=False),
    )
    op.create_table(
        "recovery_code", sa.Column("digest", sa.LargeBinary(32), primary_key=True), _person(index=True)
    )
    op.create_table(
        "sign_in",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        _person(index=True),
        _time("began"),
        _time("seen"),
        _time("proved"),
    )
    op.create_table(
        "invitation",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        _campaign(index=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("languages", sa.String(40), nullable=False),
        _time("until"),
        sa.Column("used", sa.Boolean, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        _campaign(index=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("who", sa.String(254), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("on", sa.String(254), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
    )


def downgrade() -> None:
    for table in ("audit", "invitation", "sign_in", "recovery_code", "membership", "person"):
        op.drop_table(table)
