"""A letter for each row of a list of senders, from the desk: read in memory, kept nowhere."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from flask import abort, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.desk.fields import posted
from campaign.desk.pages import Pages, Upload, download, page
from campaign.desk.paper.common import published_edition
from campaign.desk.paper.forms import MOST_SENDERS, MergeForm
from campaign.desk.sent_rows import MOST_ROWS_BYTES, packed, understood
from campaign.editions.edition_cache import LoadedEdition
from campaign.languages.countries import countries
from campaign.letters import cover, senders
from campaign.letters import merge as merging
from campaign.letters.duplicates import Duplicates
from campaign.letters.letter import Choices, Sender
from campaign.letters.merge import Printing
from campaign.letters.senders import SenderRow
from campaign.people.roles import Permission
from campaign.spreadsheets import reading
from campaign.spreadsheets.reading import Table
from campaign.spreadsheets.rows import Row, SpreadsheetError
from campaign.web.addresses import grouped
from campaign.web.messages import translated
from campaign.web.open_edition import campaign_day

pages = Pages()

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
        problems=problems,
        columns=senders.COLUMNS,
        offices=edition.pack.addressees_by_post(),
        languages=edition.pack.languages,
        form=form,
        most=grouped(MOST_SENDERS.rows),
    )


def _too_large(problem: str, _name: str) -> ResponseReturnValue:
    edition, form = published_edition(), posted(MergeForm)
    form.offer(edition)
    return _page(edition, form, 413, [problem])


@pages.page(
    "/<slug>/paper/letters",
    Permission.TYPE,
    methods=["POST"],
    upload=Upload(MOST_SENDERS.size, _too_large, beside=MOST_ROWS_BYTES),
)
def merge_post() -> ResponseReturnValue:
    """A page with every row of a list; and from there, the letters as one PDF."""
    edition, form = published_edition(), posted(MergeForm)
    form.offer(edition)
    if not form.validate():
        abort(404)  # a choice that was not offered
    if form.rows.data is not None:
        return _made(edition, form, form.rows.data)
    try:
        table, rows = reading.read(form.senders.data, MOST_SENDERS, senders.READ)
    except SpreadsheetError as error:
        return _page(edition, form, 422, [translated(error.message)])
    if not rows:
        return _page(edition, form, 422, [_("There is no row to make a letter from.")])
    return _preview(edition, form, table, rows)


def _preview(
    edition: LoadedEdition, form: MergeForm, table: Table | None, rows: list[Row], busy: bool = False
) -> ResponseReturnValue:
    """What was understood of a list, what is left out and why, and the button."""
    checked = [(row, senders.check(row, edition.pack, str(form.to.data))) for row in rows]
    good = [(row, sender) for row, sender in checked if not sender.problems]
    duplicates = Duplicates(str(form.to.data))
    repeated = [problem for row, sender in good if (problem := duplicates.problem(row.number, sender))]
    columns = [key for key in senders.COLUMNS if any(row.cells.get(key) for row, _sender in good)]
    return page(
        "desk/paper/merge-preview.html",
        503 if busy else 200 if good else 422,
        busy=busy,
        understood=understood(table),
        good=len(good),
        cells=[(row.number, [_shown(sender, column) for column in columns]) for row, sender in good],
        problems=[
            (problem.row, problem.column, translated(problem.text))
            for _row, one in checked
            for problem in one.problems
        ],
        left_out=len(checked) - len(good),
        repeated=[(problem.row, translated(problem.text)) for problem in repeated],
        columns=columns,
        packed=packed(row for row, _sender in good),
        form=form,
    )


def _shown(sender: SenderRow, column: str) -> str:
    """A cell as it was understood."""
    if column == "country":
        return countries(g.address["language"]).get(sender.country, sender.country)
    return ", ".join(sender.demands) if column == "demands" else str(getattr(sender, column))


def _made(edition: LoadedEdition, form: MergeForm, rows: list[Row]) -> ResponseReturnValue:
    """The letters of rows that were shown; the page again if the rules, or the rows, have changed since."""
    common = _common(form, edition)
    if not rows or any(senders.check(row, edition.pack, common.addressee).problems for row in rows):
        return _preview(edition, form, None, rows)
    if not _ONE.acquire(blocking=False):
        return _preview(edition, form, None, rows, busy=True)
    try:
        letters = _letters(rows, edition, common, form)
    finally:
        _ONE.release()
    return download(letters, f"letters-{common.language}.pdf", "application/pdf")


def _letters(rows: list[Row], edition: LoadedEdition, common: Choices, form: MergeForm) -> bytes:
    """All letters as one PDF, with a bookmark for each."""
    duplicates = None if form.duplicates.data else Duplicates(common.addressee)
    letters = list(merging.choices_of(rows, edition.pack, common, duplicates))
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
        edition.pack.asked_demands(),
        Sender(""),
        campaign_day(g.desk.slug),
        opening=None,
        seed=1,
        paper=str(form.paper.data),
        edition=edition.number,
    )
