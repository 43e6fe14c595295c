"""What was done at the desk, by whom. For owners."""

from __future__ import annotations

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from campaign import csv_files
from campaign.database import db
from campaign.desk.pages import Pages, download, page
from campaign.people import audit as trail
from campaign.people.roles import Permission

pages = Pages()

#: Rows that the page shows; the table has all.
MOST_SHOWN = 500

#: The audit's verbs in the reader's language.
DEEDS = {
    "invited": _l("invited"),
    "joined": _l("joined"),
    "changed role": _l("changed the role of"),
    "removed": _l("removed"),
    "ended sign-ins": _l("ended the sign-ins of"),
    "changed password": _l("changed a password"),
    "changed code generator": _l("changed a code generator"),
    "made recovery codes": _l("made recovery codes"),
    "used recovery code": _l("used a recovery code"),
    "added passkey": _l("added a passkey"),
    "removed passkey": _l("removed a passkey"),
    "published": _l("published"),
    "brought back": _l("brought back an edition"),
    "imported": _l("brought a campaign in"),
    "exported": _l("took the campaign out"),
}


@pages.page("/<slug>/audit", Permission.AUDIT)
def audit() -> ResponseReturnValue:
    """Who did what, the newest first, and whether the chain is whole."""
    campaign = trail.campaign_of(db.session, g.desk.slug)
    rows = trail.rows(db.session, campaign)
    return page(
        "desk/audit.html",
        deed_names=DEEDS,
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
