"""A list of names that were typed elsewhere: all of it is taken, or none with what is wrong by row."""

from __future__ import annotations

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.database import db
from campaign.desk.fields import posted
from campaign.desk.pages import Pages, back_to
from campaign.desk.paper.common import typing_context
from campaign.desk.paper.forms import ListForm
from campaign.desk.paper.overview import paper_page
from campaign.messages import Message
from campaign.paper import forms as rows
from campaign.paper import lists, transcription
from campaign.people.roles import Permission
from campaign.petition.ledger import Ledger
from campaign.services import service
from campaign.web.messages import translated
from campaign.web.open_edition import campaign_day

pages = Pages()

#: Problems that are shown at once.
MOST_TOLD = 30


@pages.page("/<slug>/paper/list", Permission.TYPE, methods=["POST"])
def bring_in_list() -> ResponseReturnValue:
    """Names that were typed elsewhere, all of them or none with what is wrong by row."""
    entries, problems = lists.read(posted(ListForm).list.data, campaign_day(g.desk.slug), _checked)
    if problems or not entries:
        messages = [_message(problem) for problem in problems[:MOST_TOLD]]
        messages = messages or [_("There is no row in this list.")]
        return paper_page(422, _("Nothing was imported."), problems=messages)
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
    text = translated(problem.why) if isinstance(problem.why, Message) else problem.why
    row = _("Row %(number)s", number=problem.row)
    return f"{row}: {text}" if problem.row else text
