"""The report for a period: looked at, and taken as a PDF or as CSV.

Everybody who may read the desk may have it: it has no number that is not public, or follows the public rules.
"""

from __future__ import annotations

from typing import Any

from flask import abort, g, request
from flask.typing import ResponseReturnValue
from wtforms import Field, Form

from campaign.database import db
from campaign.desk import charts
from campaign.desk.fields import TypedText
from campaign.desk.pages import Pages, download, page
from campaign.pack.model import Pack
from campaign.people.roles import Permission
from campaign.reports import making, period
from campaign.reports.period import Period, PeriodError
from campaign.web.fields import refuse_unlisted
from campaign.web.messages import translated
from campaign.web.open_edition import campaign_day, edition_cache

pages = Pages()

#: Characters of a day that are kept.
_MOST = 40


class ReportForm(Form):
    """The days of a report, and its language."""

    first = TypedText(most=_MOST)
    last = TypedText(most=_MOST)
    language = TypedText(most=_MOST)

    period: Period
    pack: Pack

    def validate(self, extra_validators: Any = None) -> bool:
        try:
            self.period = period.read(self.first.data, self.last.data, campaign_day(self.pack.slug))
        except PeriodError as error:
            self[error.field].errors = [translated(error.message)]
            return False
        return bool(super().validate(extra_validators))

    def validate_language(self, _field: Field) -> None:
        refuse_unlisted(self.chosen in self.pack.languages)

    @property
    def chosen(self) -> str:
        """The language that was chosen; the reader's, or the campaign's first, where none was."""
        reader = g.address["language"]
        return self.language.data or (reader if reader in self.pack.languages else self.pack.languages[0])


@pages.page("/<slug>/report", Permission.READ)
def report() -> ResponseReturnValue:
    """The sums of a period, and the form to take them away."""
    return _answer("")


@pages.page("/<slug>/report.<kind>", Permission.READ)
def report_file(kind: str) -> ResponseReturnValue:
    """The report as a PDF or as CSV; the form again if there is none of these days."""
    if kind not in making.FORMATS:
        abort(404)
    return _answer(kind)


def _answer(kind: str) -> ResponseReturnValue:
    edition = edition_cache().newest().get(g.desk.slug)
    if edition is None:
        return page("desk/report.html", form=None, languages=(), report=None)
    form = ReportForm(request.args)
    form.pack = edition.pack
    if not form.validate():
        return page("desk/report.html", 422, form=form, languages=edition.pack.languages, report=None)
    made = making.make(db.session, edition.pack, form.period, form.chosen)
    if kind:
        return download(made.file(kind), made.name(kind), making.FORMATS[kind])
    return page(
        "desk/report.html", form=form, languages=edition.pack.languages, report=made, bars=charts.bars
    )
