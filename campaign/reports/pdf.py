"""A report in print: tagged and archivable, each chart beside a table with the same numbers."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from campaign.languages.catalogues import words
from campaign.languages.numbers import number
from campaign.pack.colours import colours
from campaign.pack.model import Pack
from campaign.press import typeset
from campaign.press.printable import replaced
from campaign.press.written import written
from campaign.reports.parts import Cell, Chart, Document, Section, Table


def pdf(document: Document, pack: Pack) -> bytes:
    """The report as a PDF."""
    return typeset.pdf("report.typ", data(document, pack))


def data(document: Document, pack: Pack) -> dict[str, Any]:
    """The report as plain data for templates/press/report.typ."""
    language = document.language
    shown = {
        "title": document.title,
        "campaign": document.campaign,
        "period": document.period,
        "totals": [[label, _number(count, language)] for label, count in document.totals],
        "sections": [_section(section, language) for section in document.sections],
        "notes": list(document.notes),
    }
    return {
        **shown,
        "accent": colours(pack.branding).light,
        "language": written(language, json.dumps(shown, ensure_ascii=False)),
    }


def _section(section: Section, language: str) -> dict[str, Any]:
    return {
        "title": section.title,
        "empty": section.empty,
        "table": {} if section.empty else _table(section.table, language),
        "chart": _chart(section.chart, language) if section.chart else {},
    }


def _table(table: Table, language: str) -> dict[str, Any]:
    return {
        "columns": list(table.columns),
        "numbers": list(table.numeric),
        "rows": [[_cell(cell, language) for cell in row] for row in table.rows],
    }


def _chart(chart: Chart, language: str) -> dict[str, Any]:
    """Lengths are shares of the longest bar, which is 1; a number below 0 has no bar."""
    _, most = words(language), max(chart.most, 1)
    label, count = max(chart.bars, key=lambda bar: bar[1])
    alt = _("Highest: %(count)s (%(what)s). The table has all numbers.")
    return {
        "over-time": chart.over_time,
        "bars": [
            {"label": label, "count": _number(count, language), "share": max(count, 0) / most}
            for label, count in chart.bars
        ],
        "most": _number(chart.most, language),
        "alt": alt % {"count": _number(count, language), "what": label},
    }


def _cell(cell: Cell, language: str) -> str:
    if cell is None:
        return "–"
    return _number(cell, language) if isinstance(cell, int) else replaced(cell)


def _number(count: int, language: str) -> str:
    return number(Decimal(count), language)
