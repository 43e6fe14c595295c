"""Cells of spreadsheets, going out and coming in, without formulas of anybody's."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

#: A cell that begins so is a formula to a spreadsheet (OWASP, CSV injection).
FORMULA = re.compile(r"^\s*[=+\-@\t\r\n\0＝＋－＠﹢﹣﹦﹫]")


def harmless(cell: str) -> str:
    """The cell as a spreadsheet shows it and does not reckon it: a quote before what looks like a formula."""
    clean = cell.encode("utf-8", "replace").decode()
    return f"'{clean}" if FORMULA.match(clean) else clean


def unquoted(cell: str) -> str:
    """A cell without what spreadsheets put around text: `="00123"`, or the quote before a formula."""
    if text := re.fullmatch(r'="([^"]*)"', cell):
        return text[1]
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell[1:]) else cell


def table(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV (RFC 4180) with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()
