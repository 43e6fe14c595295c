"""A list of names that were typed elsewhere: all of it is taken, or none with what is wrong by row."""

from __future__ import annotations

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign.database import db
from campaign.desk.access.session import clock
from campaign.desk.fields import posted
from campaign.desk.pages import Pages, back_to
from campaign.desk.paper.common import typing_context
from campaign.desk.paper.forms import ListForm
from campaign.desk.paper.overview import paper_page
from campaign.paper import forms as rows
from campaign.paper import lists, transcription
from campaign.people.roles import Permission
from campaign.petition.ledger import Ledger
from campaign.services import service

pages = Pages()

#: Problems that are told at once.
MOST_TOLD = 30

#: What is wrong with a list, by the reason of a Problem.
LIST_ERRORS = {
    "bytes": _l("This file is too large."),
    "encoding": _l("This is no text in UTF-8. Save the table as CSV (UTF-8)."),
    "heading": _l("The first row names the columns: name, country, and if you like place, email, day."),
    "rows": _l("At most %(most)s rows in one list.", most=lists.MOST_ROWS),
    "cells": _l("This row has too many or too few cells, or a very long one."),
    "day": _l("A day looks like 2026-01-31 and is not in the future."),
}


@pages.page("/<slug>/paper/list", Permission.TYPE, methods=["POST"])
def bring_in_list() -> ResponseReturnValue:
    """Names that were typed elsewhere, all of them or none with what is wrong by row."""
    entries, problems = lists.read(posted(ListForm).list.data, clock().date(), _checked)
    if problems or not entries:
        messages = [_message(problem) for problem in problems[:MOST_TOLD]]
        messages = messages or [_("There is no row in this list.")]
        return paper_page(422, _("Nothing was brought in."), problems=messages)
    ledger: Ledger = service(Ledger)
    names, doubtful = lists.bring_in(db.session, typing_context(), ledger, entries, g.desk.email)
    return back_to("paper", said="brought-in", names=names, doubtful=doubtful)


def _checked(given: dict[str, str]) -> transcription.RowEntry:
    """A row with a name in it. Raises RowError."""
    entry = rows.row(given, g.address["language"])
    if entry is None or entry.what != transcription.NAME:
        raise rows.RowError({"name": str(_("A signature needs a name."))})
    return entry


def _message(problem: lists.Problem) -> str:
    """One thing that is wrong with a list, with its row."""
    text = str(LIST_ERRORS.get(problem.why, problem.why))
    return f"{_('Row %(number)s', number=problem.row)}: {text}" if problem.row else text
