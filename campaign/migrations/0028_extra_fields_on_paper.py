"""Which extra fields a sheet of paper asks for."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sheet", sa.Column("extra", sa.String(130), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("sheet", "extra")
