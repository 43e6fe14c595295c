"""The pages in the desk's menu, each with the permission that it needs."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g
from flask_babel import gettext as _

from campaign.desk.petition.overview import has_petition
from campaign.people.roles import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the menu. `also` are further pages that belong to it; `key` leads there from the keyboard."""

    endpoint: str
    needs: Permission
    words: str
    also: tuple[str, ...] = ()
    key: str = ""


def entries() -> list[Entry]:
    """The pages of a campaign that are for the person at the desk."""
    return [
        entry
        for entry in _all()
        if g.desk.may(entry.needs) and (entry.endpoint != "signatures" or has_petition(g.desk.slug))
    ]


def _all() -> tuple[Entry, ...]:
    read, translating = Permission.READ, ("campaign_languages", "po", "po_post")
    report, petition = ("report", "report_file"), has_petition(g.desk.slug)
    signatures = ("organisations", "reasons_page", *(report if petition else ()))
    return (
        Entry("attention", read, _("What needs attention"), () if petition else report, "n"),
        Entry("content", read, _("Content"), ("kind", "edit", "new", "raw", "history", "files"), "c"),
        Entry("translation", read, _("Translation"), translating),
        Entry("signatures", read, _("Signatures"), signatures),
        Entry("paper", Permission.TYPE, _("On paper"), ("batch", "sheet", "find_sheet", "print_sheets")),
        Entry("publish", read, _("Publish"), key="p"),
        Entry("editions", read, _("Editions"), ("edition", "ending")),
        Entry("people", Permission.PEOPLE, _("People")),
        Entry("pending", Permission.PUBLISH, _("Pending changes")),
        Entry("audit", Permission.AUDIT, _("Who did what")),
        Entry("exchange", Permission.EXPORT, _("Import and export")),
        Entry("embedding", read, _("On other sites"), ("webhooks", "add_webhook")),
    )
