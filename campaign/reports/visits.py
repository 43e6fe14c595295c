"""The part of a report on visits: how many of those who opened a page went on, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from campaign.counts.visits import FormKind, Step
from campaign.languages.catalogues import words
from campaign.reports.parts import Cell, Section, Table, lines

#: Page views from which on shares are shown: of fewer, the days before and after would change them too much.
SHARES_FROM = 100


def section(form: FormKind, counted: Mapping[Step, int | None], language: str) -> Section:
    """The steps of a page. `counted` has None for what is below ten."""
    _ = words(language)
    titles = {
        FormKind.PETITION: _("From the page to the signature"),
        FormKind.LETTERS: _("From the page to the letter"),
    }
    numbers = [(_names(form, language)[step], counted.get(step)) for step in Step]
    rows = _with_shares(numbers, _("fewer than ten"), _("fewer than one"))
    columns = (_("Step"), _("Number"), _("Per 100 page views"))[: len(rows[0])]
    empty = "" if counted else _("Fewer than ten in this period.")
    return Section(titles[form], Table(columns, rows), lines(numbers), empty=empty)


def _names(form: FormKind, language: str) -> dict[Step, str]:
    _ = words(language)
    if form is FormKind.PETITION:
        begun, finished = _("Forms begun"), _("Signatures confirmed")
    else:
        begun, finished = _("Letters begun"), _("Letters finished")
    return {Step.OPENED: _("Page views"), Step.BEGUN: begun, Step.FINISHED: finished}


def _with_shares(
    numbers: Sequence[tuple[str, int | None]], hidden: str, little: str
) -> tuple[tuple[Cell, ...], ...]:
    """Rows with a share of the first number; without shares where that is too small for them."""
    whole = numbers[0][1] or 0
    rows = [(label, hidden if count is None else count) for label, count in numbers]
    if whole < SHARES_FROM:
        return tuple(rows)

    def share(count: int | None) -> Cell:
        return None if count is None else min(round(100 * count / whole), 100) or little

    return tuple((*row, share(count)) for row, (_label, count) in zip(rows, numbers, strict=True))


def notes(language: str) -> tuple[str, ...]:
    """What one has to know to read these numbers."""
    _ = words(language)
    return (
        _(
            "Page views and the steps after them are counted without anything about the visitor, so that "
            "somebody who comes back is counted again. Pages from a cache or a copy of the site are not "
            "counted, nor are robots that say what they are."
        ),
        _(
            "Numbers below ten are not shown: they are added to those of the following days. A signature is "
            "confirmed after the form was sent, sometimes in the next period."
        ),
    )
