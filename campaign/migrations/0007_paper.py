"""Paper: batches of sheets, sheets that came back, rows while a sheet is being typed, sealed scans."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sheet_batch",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), nullable=False, index=True),
        sa.Column("holder", sa.String(120), nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("languages", sa.String(40), nullable=False),
        sa.Column("rows", sa.SmallInteger, nullable=False),
        sa.Column("email", sa.Boolean, nullable=False),
        sa.Column("sheets", sa.Integer, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("due", sa.Date),
        sa.Column("given_up", sa.Date),
        sa.Column("layout", sa.Text, nullable=False),
    )
    op.create_table(
        "sheet",
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), primary_key=True),
        sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("batch_id", sa.Integer, sa.ForeignKey("sheet_batch.id"), index=True),
        sa.Column("rows", sa.SmallInteger, nullable=False),
        sa.Column("email", sa.Boolean, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("returned", sa.Date, nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("signed_on", sa.String(10), nullable=False),
        sa.Column("first_id", sa.Integer),
        sa.Column("second_id", sa.Integer),
        sa.Column("closed", sa.Date),
        sa.Column("names", sa.SmallInteger, nullable=False),
        sa.Column("unreadable", sa.SmallInteger, nullable=False),
        sa.Column("crossed", sa.SmallInteger, nullable=False),
        sa.Column("doubtful", sa.SmallInteger, nullable=False),
    )
    op.create_table(
        "sheet_row",
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), primary_key=True),
        sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("look", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("row", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("what", sa.String(12), nullable=False),
        sa.Column("marks", sa.LargeBinary, nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("slot", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.add_column(
        "petition_state", sa.Column("double_entry", sa.Boolean, nullable=False, server_default=sa.true())
    )


def downgrade() -> None:
    with op.batch_alter_table("petition_state") as table:
        table.drop_column("double_entry")
    for table_name in ("sheet_row", "sheet", "sheet_batch"):
        op.drop_table(table_name)
