"""Any language of CLDR fits, and a translation says which language it was made from."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

#: Columns of codes, by table, with their lengths before and after: sr-Latn-BA has ten characters.
COLUMNS = (
    ("review", "language", 8, 35),
    ("sheet", "language", 8, 35),
    ("sheet_batch", "languages", 40, 120),
    ("membership", "languages", 40, 400),
    ("invitation", "languages", 40, 400),
)


def upgrade() -> None:
    _resize({(table, column): after for table, column, _before, after in COLUMNS})
    op.add_column("review", sa.Column("source_language", sa.String(35), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("review", "source_language")
    _resize({(table, column): before for table, column, before, _after in COLUMNS})


def _resize(lengths: dict[tuple[str, str], int]) -> None:
    for (table, column), length in lengths.items():
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, type_=sa.String(length), existing_nullable=False)
