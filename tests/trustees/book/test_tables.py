"""The spreadsheet of a book: rows that are put into a workbook of XlsxWriter's are as it writes them."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from campaign.trustees.book import collecting, tables

DAY = date(2026, 11, 24)
HOSTILE = (
    "Ana Example", "", " ", " Ana ", "Ana\n", "A & B <c> \"d\" 'e'", "=1+1", "https://example.org", "00123", "A\0B",
    "A\tB\rC", "\x7f\x85", "_x0041_", "_xA_ _x00e9_", "\ufffe\uffff", "Ғалым 小龍 𝒜", "]]>", "a" * 32_767,
)  # fmt: skip


def sheets(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as book:
        assert book.testzip() is None
        assert {entry.compress_type for entry in book.infolist()} == {zipfile.ZIP_DEFLATED}
        names = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
        return [book.read(name).decode() for name in names]


def written(folder: Path, patch: pytest.MonkeyPatch, *names: str) -> Path:
    """The spreadsheet of people with these names."""
    found = [(number, name, "FR", "Lyon", "2026-11-24", "online") for number, name in enumerate(names, 1)]
    patch.setattr(tables, "rows", lambda _people: iter(found))
    patch.setattr(collecting, "how_many", lambda _people: len(found))
    tables.write_xlsx(folder / "people", folder / "names.xlsx", DAY)
    return folder / "names.xlsx"


@pytest.mark.security(43)
@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_cell_is_as_the_library_writes_a_text(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with xlsxwriter.Workbook(tmp_path / "its.xlsx", {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, tables.COLUMNS)
        sheet.freeze_panes(1, 0)
        sheet.write_number(1, 0, 1)
        for column, text in enumerate((name, "FR", "Lyon", "2026-11-24", "online"), 1):
            sheet.write_string(1, column, text)
    assert sheets(written(tmp_path, monkeypatch, name)) == sheets(tmp_path / "its.xlsx")


def test_a_new_sheet_begins_when_one_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 4)
    found = sheets(written(tmp_path, monkeypatch, *"abcdefg"))
    assert [re.findall(r"<t>([a-g])</t>", text) for text in found] == [[*"abc"], [*"def"], ["g"]]
    assert [re.findall(r'<dimension ref="(.+?)"', text) for text in found] == [
        ["A1:F4"],
        ["A1:F4"],
        ["A1:F2"],
    ]
