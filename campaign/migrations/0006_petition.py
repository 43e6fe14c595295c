"""The petition: keys, sealed signatures, the index, tallies, shown names; and the outbox of mail."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def campaign(**options: Any) -> sa.Column[int]:
    return sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), nullable=False, **options)


# SQLite keeps an integer key that is declared so as the row's own place: no second index, no order.
OWN_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _signatures()
    _counts()
    _organising()
    op.create_table(
        "mail",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("hour", sa.Integer, nullable=False, index=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("due", sa.Integer, nullable=False, index=True),
        sa.Column("tries", sa.SmallInteger, nullable=False),
        sa.Column("refused", sa.SmallInteger, nullable=False),
    )


def _signatures() -> None:
    op.create_table(
        "campaign_key",
        campaign(primary_key=True),
        sa.Column("epoch", sa.SmallInteger, primary_key=True),
        sa.Column("public", sa.LargeBinary(32), nullable=False),
        sa.Column("added", sa.Date, nullable=False),
    )
    op.create_table(
        "signature",
        sa.Column("id", OWN_ID, primary_key=True, autoincrement=False),
        campaign(),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("counted", sa.Boolean, nullable=False),
    )
    op.create_table(
        "seen",
        campaign(primary_key=True),
        sa.Column("slot", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("records", sa.SmallInteger, nullable=False),
        sa.Column("owed", sa.Boolean, nullable=False),
    )
    op.create_table(
        "gone",
        sa.Column("id", OWN_ID, primary_key=True, autoincrement=False),
        campaign(),
        sa.Column("voided", sa.Boolean, nullable=False),
    )


def _counts() -> None:
    op.create_table(
        "signature_tally",
        campaign(primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("country", sa.String(2), primary_key=True),
        sa.Column("way", sa.String(8), primary_key=True),
        sa.Column("shard", sa.SmallInteger, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "public_name",
        sa.Column("id", OWN_ID, primary_key=True, autoincrement=False),
        campaign(index=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("shown", sa.Boolean, nullable=False),
    )
    op.create_table(
        "no_news",
        sa.Column("id", OWN_ID, primary_key=True, autoincrement=False),
        campaign(),
    )
    op.create_table(
        "spent",
        sa.Column("key", sa.LargeBinary(16), primary_key=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )


def _organising() -> None:
    op.create_table(
        "petition_state",
        campaign(primary_key=True),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("erased", sa.Date),
        sa.Column("trustees", sa.Text, nullable=False),
    )
    op.create_table(
        "manifest",
        campaign(primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "void_list",
        sa.Column("id", sa.Integer, primary_key=True),
        campaign(index=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("done", sa.Date),
    )


def downgrade() -> None:
    for table in (
        "mail", "void_list", "manifest", "petition_state", "spent", "no_news", "public_name",
        "signature_tally", "gone", "seen", "signature", "campaign_key",
    ):  # fmt: skip
        op.drop_table(table)
