"""One reader of lists: whatever a spreadsheet or a person does to a file, every list of ours takes it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from campaign.desk.content import addressee_table
from campaign.desk.draft_snapshot import DraftSnapshot
from campaign.editions.drafts import Draft, FileVersion
from campaign.languages.lists import headings as headings_of_all_languages
from campaign.letters import senders
from campaign.pack.files import parse
from campaign.paper import lists
from campaign.paper.transcription import NAME, RowEntry
from campaign.spreadsheets import dates, headings, reading
from campaign.spreadsheets.headings import Column
from campaign.spreadsheets.rows import Limits, SpreadsheetError
from tests.minimal import FILES
from tests.spreadsheets import files, generated

DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PACK = parse(FILES)


def letters(data: bytes) -> list[str]:
    with senders.table_of(io.BytesIO(data)) as table:
        rows = [senders.check(row, PACK) for row in table.rows]
    assert [problem for row in rows for problem in row.problems] == []
    return [row.name for row in rows]


def signatures(data: bytes) -> list[str]:
    def checked(given: dict[str, str]) -> RowEntry:
        return RowEntry(NAME, given["name"].strip(), country=given["country"])

    rows, problems = lists.check(reading.read(data, lists.LIMITS, lists.READ)[1], DAY, checked)
    assert problems == []
    return [row.typed.name for row in rows]


def offices(data: bytes) -> list[str]:
    versions = {path: FileVersion(1, path, text, "", NOW, "") for path, text in FILES.items()}
    draft = DraftSnapshot("trees", Draft(versions), None)
    _table, given = reading.read(data, addressee_table.LIMITS, addressee_table.read_columns(["en", "fr"]))
    changed, problems = addressee_table.changed_files(draft, given)
    assert problems == []
    table = list(addressee_table.rows(changed))
    return [row[table[0].index("title.en")] for row in table[1:] if row[0] == "mayor"]


#: Each reader with the two headings of its list, and a second cell.
READERS: dict[str, tuple[Callable[[bytes], list[str]], str, str, str]] = {
    "letters": (letters, "name", "country", "FR"),
    "signatures": (signatures, "name", "country", "FR"),
    "offices": (offices, "title.en", "key", "mayor"),
}

TEXT = "Zoé Қасым"


def written(first: str, second: str, value: str, delimiter: str = ",") -> str:
    return f"{first}{delimiter}{second}\n{TEXT}{delimiter}{value}\n"


def table(*cells: str) -> list[list[str]]:
    first, second, value = cells
    return [["A list of ours"], [], [first, second, "", "our notes"], [TEXT, value], []]


INPUTS: dict[str, Callable[[str, str, str], bytes]] = {
    "commas": lambda *cells: written(*cells).encode(),
    "semicolons": lambda *cells: written(*cells, ";").encode(),
    "tabs": lambda *cells: written(*cells, "\t").encode(),
    "bars": lambda *cells: written(*cells, "|").encode(),
    "byte order mark": lambda *cells: written(*cells).encode("utf-8-sig"),
    "sep=;": lambda *cells: ("sep=;\n" + written(*cells, ";")).encode(),
    "SEP=| and CRLF": lambda *cells: ("SEP=|\r\n" + written(*cells, "|").replace("\n", "\r\n")).encode(),
    "byte order mark and sep": lambda *cells: ("sep=;\n" + written(*cells, ";")).encode("utf-8-sig"),
    "sep in quotes": lambda *cells: ('"sep=;"\r\n' + written(*cells, ";")).encode("utf-8-sig"),
    "sep and empty columns": lambda *cells: ("sep=;;;\r\n" + written(*cells, ";")).encode(),
    "UTF-16, commas": lambda *cells: written(*cells).encode("utf-16"),
    "UTF-16, tabs": lambda *cells: written(*cells, "\t").encode("utf-16"),
    "UTF-16, big-endian": lambda *cells: ("\ufeff" + written(*cells, "\t")).encode("utf-16-be"),
    "UTF-16 without a mark": lambda *cells: written(*cells, "\t").encode("utf-16-le"),
    "UTF-16, big-endian without a mark": lambda *cells: written(*cells, ";").encode("utf-16-be"),
    "old Macs' line ends": lambda *cells: written(*cells, ";").replace("\n", "\r").encode(),
    "quotes": lambda *cells: written(*(f'"{cell}"' for cell in cells), ";").encode(),
    "a space before quotes": lambda *cells: written(*cells).replace(",", ', "').replace("\n", '"\n').encode(),
    "a text as a formula": lambda *cells: written(*cells).replace(TEXT, f'"=""{TEXT}"""').encode(),
    "empty rows": lambda *cells: written(*cells).replace("\n", "\n,\n\n").encode(),
    "empty columns at the end": lambda *cells: written(*cells).replace("\n", ",,,\n").encode(),
    "empty columns in the rows": lambda *cells: written(*cells)[:-1].encode() + b",,\n",
    "an unknown column": lambda *cells: written(*cells).replace("\n", ",note\n").encode(),
    "an empty row first": lambda *cells: (";;\n" + written(*cells, ";")).encode(),
    "titles": lambda *cells: ("Our list\n\nNovember;;\n" + written(*cells, ";")).encode(),
    "spaces that do not break": lambda *cells: written(*cells).replace(",", "\xa0,").encode(),
    "headings again": lambda *cells: (written(*cells) + written(*cells).split("\n")[0]).encode(),
    ".xlsx": lambda *cells: files.xlsx(table(*cells)),
    ".xlsx with other sheets": lambda *cells: files.xlsx(table(*cells), more_sheets=2),
    ".ods": lambda *cells: files.ods(table(*cells)),
}  # fmt: skip


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("reader", READERS)
def test_every_list_takes_what_any_spreadsheet_writes(reader: str, name: str) -> None:
    read, *cells = READERS[reader]
    assert read(INPUTS[name](*cells)) == [TEXT]


LIST = [
    Column("name", needed=True), Column("place"), Column("country"), Column("own_words", lines=True), Column("email"),
    Column("day"),
]  # fmt: skip
SMALL = Limits(1_000_000, 50, 200)

QUOTE = "A quotation mark is not closed"
AFTER = "This line may belong to row"
DITTO = "A ditto mark"


def outcome(data: bytes, limits: Limits = SMALL) -> tuple[list[str], dict[int, str], list[int]]:
    """The rows that were understood, as cells with bars between; what is wrong by row; headings again."""
    found, rows = reading.read(data, limits, LIST)
    keys = [key for _heading, key in found.columns]
    good = ["|".join(row.cells[key] for key in keys) for row in rows if row.fault is None]
    return good, {row.number: str(row.fault.text) for row in rows if row.fault}, found.repeated


HEAD = "name,place,country\n"
WORDS = "name,place,own_words\n"
NO: dict[int, str] = {}

#: What people send, in the order of the findings: rows that are understood, faults by row.
CASES: dict[str, tuple[str | bytes, list[str], dict[int, str]]] = {
    "l01 an empty column at the end": ("name,place,country,\nOne,Lyon,FR,\n", ["One|Lyon|FR"], NO),
    "l02 Excel's Unicode text": ("name\tplace\tcountry\nПример\tАлматы\tKZ\n".encode("utf-16"), ["Пример|Алматы|KZ"], NO),
    "l03 tabs": ("name\tplace\tcountry\nOne\tLyon\tFR\n", ["One|Lyon|FR"], NO),
    "l04 sep=;": ("sep=;\r\nname;place;country\r\nOne;Lyon;FR\r\n", ["One|Lyon|FR"], NO),
    "l05 line ends of old Macs": ("name,place,country\rOne,Lyon,FR\rTwo,Lille,FR\r", ["One|Lyon|FR", "Two|Lille|FR"], NO),
    "l08 empty cells at the end": (HEAD + "One,Lyon,FR,,\n", ["One|Lyon|FR"], NO),
    "l09 a short row": ("name,place,country,email\nOne,Lyon,FR\n", ["One|Lyon|FR|"], NO),
    "l10 Windows-1251": ("name;place;country\nПример;Алматы;KZ\n".encode("cp1251"), ["Пример|Алматы|KZ"], NO),
    "l11 an unclosed name": (HEAD + '"One,Lyon,FR\nTwo,Lille,FR\n', ["Two|Lille|FR"], {2: QUOTE}),
    "l12 an unclosed town": (
        'name,country,place\nOne,FR,"Lyon\nTwo,FR,Lille\nThree,FR,Nice\n', ["Two|FR|Lille", "Three|FR|Nice"], {2: QUOTE},
    ),
    "m01 another column": ("name,place,telephone\nOne,Lyon,1\n", ["One|Lyon"], NO),
    "m03 UTF-16 without a mark": ("name\tplace\nПример\tАлматы\n".encode("utf-16-le"), ["Пример|Алматы"], NO),
    "m05 a title": ("List of our stall;;\nname;place;country\nOne;Lyon;FR\n", ["One|Lyon|FR"], NO),
    "m07 Russian headings": ("Имя;Город;Страна\nПример;Алматы;Казахстан\n", ["Пример|Алматы|Казахстан"], NO),
    "m13 many empty cells": ("name,place,,,\nOne,Lyon,,,\n,,,,\n", ["One|Lyon"], NO),
    "m18 spaces that do not break": ("\ufeffname\xa0,place\nOne,Lyon\n\xa0,\n", ["One|Lyon"], NO),
    "m21 a mark, and sep in quotes": ('\ufeff"sep=;"\r\nname;place\r\nOne;Lyon\r\n', ["One|Lyon"], NO),
    "m22 the headings again": ("name,place\nOne,Lyon\nname,place\nTwo,Lille\n", ["One|Lyon", "Two|Lille"], NO),
    "m35 unclosed words": (
        WORDS + 'One,Lyon,"I agree\nTwo,Lille,I lost a friend\nThree,Nice,My number\nFour,Metz,\n',
        ["Two|Lille|I lost a friend", "Three|Nice|My number", "Four|Metz|"], {2: QUOTE},
    ),
    "unclosed words before a row in quotes": (
        WORDS + 'One,Lyon,"I agree\n"Two",Lille,"Yes"\nThree,Nice,\n', ["Two|Lille|Yes", "Three|Nice|"], {2: QUOTE},
    ),
    "unclosed words before empty cells in quotes": (
        WORDS + 'One,Lyon,"I agree\nTwo,Lille,""\nThree,Nice,""\n', ["Two|Lille|", "Three|Nice|"], {2: QUOTE},
    ),
    "two rows that open a quotation": (
        WORDS + 'One,Lyon,"I agree\nTwo,Lille,"\nThree,Nice,\n', ["Three|Nice|"], {2: QUOTE, 3: QUOTE},
    ),
    "a quotation that ends in another row": (
        WORDS + 'One,Lyon,"I agree\nTwo,Lille,yes"\nThree,Nice,\n', ["Three|Nice|"], {2: "A cell of this row has lines"},
    ),
    "words without their first mark": (
        WORDS + 'One,Lyon,I agree\nand hope"\nThree,Nice,\n', ["Three|Nice|"], {2: QUOTE, 3: AFTER},
    ),
    "a mark that is not doubled": (WORDS + 'One,Lyon,"I said "no" to it"\nTwo,Lille,\n', ["Two|Lille|"], {2: QUOTE}),
    "words of several lines": (
        WORDS + 'One,Lyon,"Dear Sir,\n\nI live in Lyon, France, and agree.\n"\nTwo,Lille,\n',
        ["One|Lyon|Dear Sir,\n\nI live in Lyon, France, and agree.\n", "Two|Lille|"], NO,
    ),
    "a name on two lines of a cell": (HEAD + '"Family\nGiven",Lyon,FR\n', ["Family\nGiven|Lyon|FR"], NO),
    "marks inside a text": (HEAD + 'Ana "Anya" Example,Lyon,FR\n', ['Ana "Anya" Example|Lyon|FR'], NO),
    "n03 ditto marks": (
        HEAD + 'One,Lyon,FR\nTwo,"""",FR\nThree,〃,FR\nFour,-//-,FR\n', ["One|Lyon|FR"], dict.fromkeys((3, 4, 5), DITTO),
    ),
    "n04 a ditto mark for the country": (HEAD + 'One,Lyon,FR\nTwo,Lyon,""""\n', ["One|Lyon|FR"], {3: DITTO}),
    "n10 values of errors": (HEAD + "#N/A,#REF!,FR\nTwo,#ИМЯ?,FR\nThree,,FR\n", ["Three||FR"], dict.fromkeys((2, 3), "could not calculate")),
    "an odd byte": ("name,place\nПример,Лион\nДругой,Li".encode() + b"\xff" + "lle\nТретий,Ницца\n".encode(), ["Пример|Лион", "Третий|Ницца"], {3: "Some bytes are not text"}),
    "an odd byte between ASCII": (b"name,place\nOne,Lyon\nTwo \xff x,Lille\nThree,Nice\n", ["One|Lyon", "Three|Nice"], {3: "Some bytes"}),
    "Windows-1252": ("name,place\nJosé,L’Haÿ-les-Roses\n".encode("cp1252"), ["José|L’Haÿ-les-Roses"], NO),
    "UTF-16 with a byte too few": ("name\tplace\nOne\tLyon\nTwo\tLille".encode("utf-16")[:-1], ["One|Lyon"], {3: "Some bytes"}),
    "UTF-16 with half a character": (
        "name\tplace\nOne\ud83d\tLyon\nTwo\tLille\n".encode("utf-16", "surrogatepass"), ["Two|Lille"], {2: "Some bytes"},
    ),
    "a cell over the limit": (HEAD + f"One,{'x' * 201},FR\nTwo,Lille,FR\n", ["Two|Lille|FR"], {2: "more than 200 characters"}),
    "a line without end": (HEAD + f"One,{'x' * 300_000},FR\nTwo,Lille,FR\n", ["Two|Lille|FR"], {2: "more than 200 characters"}),
    "a cell too many": (HEAD + "One,Lyon,FR,more\nTwo,Lille,FR\n", ["Two|Lille|FR"], {2: "more cells than columns"}),
    "given and family names": ("Фамилия;Имя;Отчество;Город\nПримеров;Иван;Иванович;Алматы\n", ["Алматы|Иван Иванович Примеров"], NO),
    "name and surname": ("Name;Surname;Town\nAna;Example;Lyon\n", ["Lyon|Ana Example"], NO),
    "name and first name": ("Name;First name;Town\nExample;Ana;Lyon\n", ["Lyon|Ana Example"], NO),
    "Nom and Prénom": ("Nom;Prénom;Ville\nExemple;Ana;Lyon\n", ["Lyon|Ana Exemple"], NO),
    "Nom alone": ("Nom;Ville;Pays\nAna Exemple;Lyon;France\n", ["Ana Exemple|Lyon|France"], NO),
    "Kazakh headings": ("Аты-жөні;Қала;Ел\nАна;Алматы;ҚР\n", ["Ана|Алматы|ҚР"], NO),
    "two languages in one heading": ("ФИО / Nom;Город/Ville *\nАна;Алматы\n", ["Ана|Алматы"], NO),
    "numbers in front": ("№;Name;Town\n1;One;Lyon\n", ["One|Lyon"], NO),
    "a column without a heading": ("name;;place\nOne;x;Lyon\n", ["One|Lyon"], NO),
    "names alone": ("name\nOne\n\"Two\nThree\n", ["One", "Three"], {3: QUOTE}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_row_is_understood_or_reported_and_no_other_suffers(name: str) -> None:
    data, understood, faults = CASES[name]
    good, wrong, _repeated = outcome(data if isinstance(data, bytes) else data.encode())
    assert good == understood
    assert list(wrong) == list(faults)
    assert all(words in wrong[row] for row, words in faults.items())


def test_the_headings_again_are_counted_and_not_a_person() -> None:
    assert outcome(CASES["m22 the headings again"][0].encode())[2] == [3]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Choose a file"),
        (b"place\nLyon\n", "no column “name”"),
        (b"\n\n", "No row of this file names the columns"),
        (b"Ana,Lyon\nBo,Lille\n", "No row of this file names the columns"),
        (b"name,name\nA,B\n", "mean the same"),
        ("name;Город;place\nA;B;C\n".encode(), "“Город” and “place” mean the same"),
        (b"name\n" + b"A\n" * 51, "Row 52: at most 50 rows"),
        (b"name\n" + b"A" * 1_000_000, "more than 1,000,000 bytes"),
        (("name," + ",".join(f"c{n}" for n in range(600)) + "\nA\n").encode(), "601 columns"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "old Excel file"),
        (b"<html><table><tr><td>name</td></tr></table>", "web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "web page"),
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04 and no more", "can’t be read"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_one_line(data: bytes, said: str) -> None:
    with pytest.raises(SpreadsheetError) as raised:
        outcome(data)
    assert said in str(raised.value) and "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("data", "notes"),
    [
        (
            b"name;telefon\nA;1\n",
            ["Text in UTF-8, with columns separated by semicolons.", "Column 2, “telefon”, is not used."],
        ),
        (
            "Name;Town\nИван Пример;x\n".encode("cp1251"),
            ["Text in Windows-1251 (Cyrillic)", "is assumed: check the names."],
        ),
        (b"Title\nname\nA\n", ["Text in UTF-8", "1 row above the headings is left out."]),
        (b"name;plaec;\nA;1;\n", ["semicolons", "Did you mean “place”?"]),
        (
            files.xlsx([["name"], ["A"]], more_sheets=1),
            ["A spreadsheet file", "It has 2 sheets. Only the first one is read."],
        ),
        (
            b"First name,Last name\nA,B\n",
            ["commas", "The name is put together from these columns: First name, Last name."],
        ),
    ],
)
def test_what_was_assumed_is_said(data: bytes, notes: list[str]) -> None:
    said = [str(note) for note in reading.read(data, SMALL, LIST)[0].notes]
    assert len(said) == len(notes)
    assert all(words in note for words, note in zip(notes, said, strict=True))


def test_every_heading_of_every_language_means_its_column() -> None:
    for column in LIST:
        known = headings.KnownColumns(LIST)
        for name in headings_of_all_languages(column.key):
            for spelling in (name, name.upper(), f" {name.title()} *", f"{name}:"):
                assert known.key(spelling) == column.key, spelling


@pytest.mark.parametrize(
    "text",
    ["24.11.2026", "24/11/2026", "24-11-2026", "2026-11-24", "2026/11/24", "2026-11-24 00:00:00", "2026-11-24T10:30:00Z",
     "24.11.2026 г.", "24.11.2026 9:05", "٢٤.١١.٢٠٢٦", "۲۰۲۶/۱۱/۲۴", "46350", "46350.75", " 24.11.2026 "],
)  # fmt: skip
def test_a_day_is_read_as_people_and_spreadsheets_write_it(text: str) -> None:
    assert dates.read(text) == DAY


@pytest.mark.parametrize("text", ["", "11/24/2026", "24.13.2026", "31.02.2026", "24.11.26", "1405/09/03", "۱۴۰۵/۰۹/۰۳", "1448-06-14", "3.9.2569", "463500", "1", "yesterday", "9" * 400])  # fmt: skip
def test_what_is_no_day_is_none(text: str) -> None:
    assert dates.read(text) is None


# Spreadsheets that do harm


def far_out(sheet: bytes) -> bytes:
    return sheet.replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )


LAUGHS = b"<!DOCTYPE x [" + b'<!ENTITY a "lol">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
) + b"]>"  # fmt: skip
ONE = [["name"], ["Ana"]]
REPEATED = '<table:table-row table:number-rows-repeated="{}"><table:table-cell table:number-columns-repeated="{}"{}/></table:table-row>'

HARM: dict[str, bytes] = {
    "a part of a gigabyte": files.changed(files.xlsx(ONE), files.SHEET, lambda x: x.replace(b"</sheetData>", b"</sheetData>" + b" " * 80_000_000)),
    "elements in elements": files.changed(files.xlsx(ONE), files.SHEET, lambda x: x.replace(b"</sheetData>", b"<a>" * 50_000 + b"</sheetData>")),
    "entities that multiply": files.changed(files.xlsx(ONE), "xl/sharedStrings.xml", lambda x: x.replace(b"?>", b"?>" + LAUGHS, 1).replace(b"Ana", b"&j;")),
    "a file of this machine": files.changed(files.xlsx(ONE), "xl/sharedStrings.xml", lambda x: x.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', 1).replace(b"Ana", b"&a;")),
    "rows without end": files.ods(ONE, REPEATED.format(10**12, 10**12, ' office:value-type="float" office:value="1"')),
    "a number of a text that is none": files.changed(files.xlsx(ONE), files.SHEET, lambda x: x.replace(b"<v>1</v>", b"<v>" + b"9" * 5_000 + b"</v>")),
    "no workbook": files.changed(files.xlsx(ONE), "xl/workbook.xml", lambda _x: b""),
    "cut in the middle": files.xlsx(ONE)[:2_000],
}  # fmt: skip


@pytest.mark.security(47, 50)
@pytest.mark.parametrize("name", HARM)
def test_a_spreadsheet_that_would_do_harm_is_refused_in_words(name: str) -> None:
    with pytest.raises(SpreadsheetError):
        outcome(HARM[name], Limits(10_000_000, 50))


def test_a_cell_far_out_takes_no_memory_and_is_reported() -> None:
    """5 kB that made python-calamine ask for the rectangle of 17,000 million cells, and end the process."""
    good, wrong, _repeated = outcome(files.changed(files.xlsx(ONE), files.SHEET, far_out))
    assert (good, wrong) == (["Ana"], {1_048_576: "There are more cells than columns."})


def test_a_million_empty_rows_of_a_spreadsheet_are_nothing() -> None:
    assert outcome(files.ods(ONE, REPEATED.format(1_048_574, 16_384, "")))[0] == ["Ana"]


def test_cells_of_spreadsheets_are_what_people_see() -> None:
    rows = [
        ["name", "day", "place"],
        ["Ana\nExample", DAY, 7],
        ["  Bo  & <Co>", "24.11.2026", 1.5],
        [True, "", ""],
    ]
    for write in (files.xlsx, files.ods):
        good, wrong, _repeated = outcome(write(rows[:3]))
        assert good == ["Ana\nExample|2026-11-24|7", "  Bo  & <Co>|24.11.2026|1.5"]
        assert wrong == {}


def test_hidden_sheets_and_what_is_spoken_are_not_read() -> None:
    hidden = files.changed(
        files.xlsx(ONE, more_sheets=1),
        "xl/workbook.xml",
        lambda x: x.replace(b'name="Sheet2"', b'name="Sheet2" state="hidden"'),
    )
    assert len(reading.read(hidden, SMALL, LIST)[0].notes) == 1
    spoken = files.changed(
        files.xlsx([["name"], ["李明"]]), "xl/sharedStrings.xml",
        lambda x: x.replace("<t>李明</t>".encode(), "<r><t>李</t></r><r><t>明</t></r><rPh sb='0' eb='1'><t>リ</t></rPh>".encode()),
    )  # fmt: skip
    assert outcome(spoken)[0] == ["李明"]


def test_a_workbook_is_the_same_under_any_name_and_with_other_parts() -> None:
    data = io.BytesIO(files.xlsx(ONE))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("docProps/thumbnail.jpeg", b"x" * 1_000)
    assert outcome(data.getvalue())[0] == ["Ana"]


# Generated lists


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, 2_000, 1_000))
def test_of_generated_lists_no_row_is_lost_and_none_meets_another(start: int) -> None:
    for seed in range(start, start + 1_000):
        made = generated.case(seed)
        assert generated.fault_of(made) == "", f"seed {seed}: {made}"
