"""A version may say that its file was taken out."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("version", sa.Column("removed", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index("ix_version_campaign_path", "version", ["campaign_id", "path", "id"])


def downgrade() -> None:
    op.drop_index("ix_version_campaign_path", "version")
    op.execute("DELETE FROM version WHERE removed")
    op.drop_column("version", "removed")
