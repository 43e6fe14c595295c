"""What organisers typed and have not saved; who typed a row; what people who signed on paper ask for."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_form",
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), primary_key=True),
        sa.Column("person_id", sa.Integer, primary_key=True),
        sa.Column("form", sa.String(300), primary_key=True),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("sheet_row", sa.Column("typed_by", sa.Integer))
    op.create_table(
        "paper_request",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), nullable=False, index=True),
        sa.Column("what", sa.String(8), nullable=False),
        sa.Column("sheet", sa.String(20), nullable=False),
        sa.Column("row", sa.SmallInteger, nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("slot", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("erase_on", sa.Date),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("paper_request")
    op.drop_column("sheet_row", "typed_by")
    op.drop_table("kept_form")
