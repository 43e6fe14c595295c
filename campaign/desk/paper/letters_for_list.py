"""A letter for each row of a list of senders, from the desk: read in memory, kept nowhere."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence

from flask import abort, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.desk.fields import posted
from campaign.desk.pages import Pages, download, page
from campaign.desk.paper.common import published_edition
from campaign.desk.paper.forms import MOST_SENDERS, MergeForm
from campaign.editions.edition_cache import LoadedEdition
from campaign.letters import cover, senders
from campaign.letters import merge as merging
from campaign.letters.duplicates import Duplicates
from campaign.letters.letter import Choices, Sender
from campaign.letters.merge import Printing
from campaign.letters.senders import Row, SendersError
from campaign.people.roles import Permission
from campaign.web.addresses import grouped
from campaign.web.messages import translated
from campaign.web.open_edition import campaign_day

pages = Pages()

#: Letters of one press of the button: some seconds of one processor. `python -m campaign merge` makes 20,000.
MOST_ROWS = 500

#: Problems that are shown at once.
MOST_TOLD = 50

#: One list at a time in a process, so that the site goes on beside it.
_ONE = threading.Semaphore(1)


@pages.page("/<slug>/paper/letters", Permission.TYPE)
def merge() -> ResponseReturnValue:
    """The form: a list, an office, a language."""
    return _page(published_edition(), MergeForm())


def _page(
    edition: LoadedEdition, form: MergeForm, status: int = 200, problems: Sequence[str] = ()
) -> ResponseReturnValue:
    return page(
        "desk/paper/merge.html",
        status,
        problems=problems[:MOST_TOLD],
        more=max(0, len(problems) - MOST_TOLD),
        columns=senders.COLUMNS,
        offices=[office for office in edition.pack.open_addressees() if not office.typed],
        languages=edition.pack.languages,
        form=form,
        most=grouped(MOST_ROWS),
    )


@pages.page("/<slug>/paper/letters", Permission.TYPE, methods=["POST"])
def merge_post() -> ResponseReturnValue:
    """All letters as one PDF, or what is wrong in which row and no letter at all."""
    edition, form = published_edition(), posted(MergeForm)
    form.offer(edition)
    if not form.validate():
        abort(404)  # a choice that was not offered
    common = _common(form, edition)
    try:
        rows, problems = _looked_at(form, edition)
    except SendersError as error:
        rows, problems = [], [translated(error.message)]
    if problems:
        return _page(edition, form, 422, problems)
    if not _ONE.acquire(blocking=False):
        return _page(edition, form, 503, [_("Another list is being prepared. Press again in a moment.")])
    try:
        return download(
            _letters(rows, edition, common, form), f"letters-{common.language}.pdf", "application/pdf"
        )
    finally:
        _ONE.release()


def _letters(rows: list[Row], edition: LoadedEdition, common: Choices, form: MergeForm) -> bytes:
    """All letters as one PDF, with a bookmark for each."""
    letters = list(merging.choices_of(rows, edition.pack, common))
    documents: list[bytes] = []
    if form.cover.data:
        language = g.address["language"]
        documents += cover.documents(cover.rows_of(letters, edition.pack, language), language, common.paper)
    return merging.one_pdf(edition.pack, letters, Printing(form.duplex.data, documents))


def _common(form: MergeForm, edition: LoadedEdition) -> Choices:
    """What the list does not say of a letter."""
    return Choices(
        str(form.to.data),
        str(form.language.data),
        tuple(edition.pack.demands),
        Sender(""),
        campaign_day(g.desk.slug),
        opening=None,
        seed=1,
        paper=str(form.paper.data),
        edition=edition.number,
    )


def _looked_at(form: MergeForm, edition: LoadedEdition) -> tuple[list[Row], list[str]]:
    """Every row of the list, and every problem of them in the reader's language. Raises SendersError."""
    given = form.senders.data
    too_long = _("This list is too long: %(most)s rows at most.", most=grouped(MOST_ROWS))
    if not given or len(given) > MOST_SENDERS:
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

    duplicates = None if form.duplicates.data else Duplicates(str(form.to.data))
    merging.checked(rows, edition.pack, say, duplicates=duplicates)
    if duplicates is not None and duplicates.count:
        problems.append(_("If these are different people, tick the box that asks for a letter for each row."))
    if not rows:
        problems.append(_("There is no row to make a letter from."))
    return rows, problems
