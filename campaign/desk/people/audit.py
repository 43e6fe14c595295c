"""What was done at the desk, by whom. For owners."""

from __future__ import annotations

from flask import g
from flask.typing import ResponseReturnValue

from campaign import csv_files
from campaign.database import db
from campaign.desk.pages import Pages, download, page
from campaign.people import audit as trail
from campaign.people.roles import Permission
from campaign.web.messages import translated

pages = Pages()

#: Rows that the page shows; the table has all.
MOST_SHOWN = 500


@pages.page("/<slug>/audit", Permission.AUDIT)
def audit() -> ResponseReturnValue:
    """Who did what, the newest first, and whether the chain is whole."""
    campaign = trail.campaign_of(db.session, g.desk.slug)
    rows = trail.rows(db.session, campaign)
    return page(
        "desk/people/audit.html",
        verbs={verb.value: translated(label) for verb, label in trail.LABELS.items()},
        rows=rows[::-1][:MOST_SHOWN],
        total=len(rows),
        broken=trail.broken_at(db.session, campaign),
        head=trail.head(db.session, campaign).hex(),
    )


def audit_table() -> str:
    """Every row of the campaign's audit as CSV, the oldest first."""
    rows = trail.rows(db.session, trail.campaign_of(db.session, g.desk.slug))
    cells = [[row.at, row.who, row.what, row.on, row.note, row.digest.hex()] for row in rows]
    return csv_files.table([["at", "who", "what", "on", "note", "hash"], *cells])


@pages.page("/<slug>/audit.csv", Permission.AUDIT)
def audit_csv() -> ResponseReturnValue:
    """The same as a file, to be kept elsewhere."""
    return download(audit_table(), f"audit-{g.desk.slug}.csv", "text/csv")
