"""Changes that wait for a second owner or for 72 hours, and the day on which each signature is erased.

Signatures that exist already keep the day that the newest edition promises.
"""

import re
from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ERASE_ON = re.compile(r"^erase-on:\s*[\"']?(\d{4}-\d\d-\d\d)", re.MULTILINE)
#: How many counted records, and how many that waited for the trustees, were erased on their day.
_ERASED = ("erased_records", "erased_waiting")

_PROMISING = ("signature", "seen", "public_name")
_NEWEST_TERMS = """
SELECT edition.campaign_id, version.text FROM version
JOIN edition_version ON edition_version.version_id = version.id
JOIN edition ON edition.id = edition_version.edition_id
WHERE version.path = 'petition.yaml' AND edition.number =
  (SELECT max(number) FROM edition AS newer WHERE newer.campaign_id = edition.campaign_id)
"""


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("who", sa.String(254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("decided_by", sa.String(254), nullable=False),
        sa.Column("decided", sa.DateTime(timezone=True), nullable=True),
    )
    for table in _PROMISING:
        op.add_column(table, sa.Column("erase_on", sa.Date, nullable=True))
    for name in _ERASED:
        column = sa.Column(name, sa.Integer, nullable=False, server_default="0")
        op.add_column("petition_state", column)
    connection = op.get_bind()
    for campaign, text in connection.execute(sa.text(_NEWEST_TERMS)).all():
        found = _ERASE_ON.search(text)
        if found is None:
            continue
        day = date.fromisoformat(found[1])
        for table in _PROMISING:
            rows = sa.table(table, sa.column("campaign_id"), sa.column("erase_on", sa.Date))
            connection.execute(rows.update().where(rows.c.campaign_id == campaign).values(erase_on=day))


def downgrade() -> None:
    for name in _ERASED:
        op.drop_column("petition_state", name)
    for table in _PROMISING:
        op.drop_column(table, "erase_on")
    op.drop_table("proposal")
