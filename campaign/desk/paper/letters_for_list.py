"""A letter for each row of a list of senders, from the desk: read in memory, kept nowhere."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from typing import Any

from flask import abort, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.desk.pages import Pages, download, page, upload
from campaign.editions.edition_cache import LoadedEdition
from campaign.letters import merge as merging
from campaign.letters import senders
from campaign.letters.compose import compose
from campaign.letters.formats import pdf
from campaign.letters.letter import Choices, Sender
from campaign.letters.senders import Row, SendersError
from campaign.people.roles import Permission
from campaign.press.papers import PAPERS
from campaign.web.addresses import grouped
from campaign.web.messages import translated
from campaign.web.open_edition import campaign_day, edition_cache

pages = Pages()

#: Letters of one press of the button: some seconds of one processor. `python -m campaign merge` makes 20,000.
MOST_ROWS = 500

#: Bytes of a list, and problems that are told at once.
MOST_BYTES = 4 * 1024 * 1024
MOST_TOLD = 50

#: One list at a time in a process, so that the site goes on beside it.
_ONE = threading.Semaphore(1)


@pages.page("/<slug>/paper/letters", Permission.TYPE)
def merge() -> ResponseReturnValue:
    """The form: a list, an office, a language."""
    return _page(_loaded_edition())


def _page(edition: LoadedEdition, status: int = 200, problems: Sequence[str] = ()) -> ResponseReturnValue:
    return page(
        "desk/paper/merge.html",
        status,
        problems=problems[:MOST_TOLD],
        more=max(0, len(problems) - MOST_TOLD),
        columns=senders.COLUMNS,
        offices=[one for one in edition.pack.open_addressees() if not one.typed],
        languages=edition.pack.languages,
        typed={name: request.form.get(name, "") for name in ("to", "language", "paper")},
        most=grouped(MOST_ROWS),
    )


@pages.page("/<slug>/paper/letters", Permission.TYPE, methods=["POST"])
def merge_post() -> ResponseReturnValue:
    """All letters as one PDF, or what is wrong in which row and no letter at all."""
    edition = _loaded_edition()
    common = _common(edition)
    given = upload("senders", MOST_BYTES)
    try:
        rows, problems = _looked_at(given, edition)
    except SendersError as error:
        rows, problems = [], [translated(error.message)]
    if problems:
        return _page(edition, 422, problems)
    if not _ONE.acquire(blocking=False):
        return _page(edition, 503, [_("Another list is being prepared. Press again in a moment.")])
    try:
        letters = [compose(edition.pack, one) for one in merging.choices_of(rows, edition.pack, common)]
        body = pdf.render(*letters)
    finally:
        _ONE.release()
    return download(body, f"letters-{common.language}.pdf", "application/pdf")


def _common(edition: LoadedEdition) -> Choices:
    """What the list does not say of a letter; 404 for a choice that was not offered."""
    pack, typed = edition.pack, request.form
    to, language, paper = typed.get("to", ""), typed.get("language", ""), typed.get("paper", "a4")
    offered = {one.key for one in pack.open_addressees() if not one.typed}
    if to not in offered or language not in pack.languages or paper not in PAPERS:
        abort(404)
    choices: dict[str, Any] = {"opening": None, "seed": 1, "paper": paper, "edition": edition.number}
    return Choices(to, language, tuple(pack.demands), Sender(""), campaign_day(g.desk.slug), **choices)


def _looked_at(given: bytes, edition: LoadedEdition) -> tuple[list[Row], list[str]]:
    """Every row of the list, and every problem of them in the reader's language. Raises SendersError."""
    too_long = _("This list is too long: %(most)s rows at most.", most=grouped(MOST_ROWS))
    if not given or len(given) > MOST_BYTES:
        return [], [too_long if given else _("Choose a CSV file.")]
    rows: list[Row] = []
    for row in senders.rows_of(io.BytesIO(given), str(_("The list"))):
        rows.append(row)
        if len(rows) > MOST_ROWS:
            return [], [too_long]
    problems: list[str] = []

    def say(problem: senders.Problem) -> None:
        where = _("row %(row)s, %(column)s", row=problem.row, column=problem.column or "–")
        problems.append(f"{where}: {translated(problem.text)}")

    merging.checked(rows, edition.pack, say)
    if not rows:
        problems.append(_("There is no row to make a letter from."))
    return rows, problems


def _loaded_edition() -> LoadedEdition:
    edition = edition_cache().newest().get(g.desk.slug)
    if edition is None:
        abort(404)
    return edition
