"""A campaign's report, from the database to the words; the same for the desk and the command line."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from campaign.counts.partners import PartnerCounts
from campaign.pack.model import Pack
from campaign.petition.public_counts import PublicCounts
from campaign.reports import figures, pdf, spreadsheet
from campaign.reports.document import document
from campaign.reports.figures import Public
from campaign.reports.parts import Document
from campaign.reports.period import Period
from campaign.services import service

#: The formats of a report by the ends of its file's name.
FORMATS = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Report:
    """A report in one language, and the pack that it is of."""

    pack: Pack
    period: Period
    document: Document

    def file(self, kind: str) -> bytes:
        """The report as one of FORMATS."""
        if kind == "pdf":
            return pdf.pdf(self.document, self.pack)
        return spreadsheet.csv(self.document).encode()

    def name(self, kind: str) -> str:
        """What its file is called."""
        slug, period = self.pack.slug, self.period
        return f"report-{slug}-{period.first}-{period.last}-{self.document.language}.{kind}"


def make(session: Session, pack: Pack, period: Period, language: str) -> Report:
    """The report of a published campaign. `language` is one of its pack. Nothing is changed."""
    public = Public(service(PublicCounts).of(pack.slug), *service(PartnerCounts).of(pack.slug))
    return Report(pack, period, document(figures.read(session, pack, period, public), language))
