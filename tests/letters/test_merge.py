"""Many senders: what spreadsheets write is understood, faults are told by row, a letter for each row."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from campaign import csv_files
from campaign.letters import cover, merge, senders
from campaign.letters.compose import compose
from campaign.letters.duplicates import Duplicates
from campaign.letters.formats import pdf
from campaign.letters.letter import Choices, Sender
from campaign.pack.model import Pack
from campaign.press.preparing import MOST_CHUNKS
from campaign.spreadsheets.rows import SpreadsheetError
from tests.letters.test_commands import campaign
from tests.tools import DAY, pdf_text, words_of

HEAD = "name,place,country,own_words,demands,language,to\n"


def listed(tmp_path: Path, content: str | bytes, name: str = "senders.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(tmp_path: Path, content: str | bytes, pack: Pack) -> list[senders.SenderRow]:
    return [senders.check(row, pack) for row in senders.rows(listed(tmp_path, content))]


@pytest.mark.parametrize(
    "content",
    [
        "name,place\nZoé Қасым,Lyon\n",
        "\ufeffname,place\r\nZoé Қасым,Lyon\r\n",
        "name;place\nZoé Қасым;Lyon\n",
        "name\tplace\nZoé Қасым\tLyon\n",
        "sep=;\nname;place\nZoé Қасым;Lyon\n",
        "SEP=,\nname,place\nZoé Қасым,Lyon\n",
        "Name, PLACE \nZoé Қасым,Lyon\n",
        'name,place\n"Zoé Қасым","Lyon"\n',
        'name,place\n"=""Zoé Қасым""",Lyon\n',
        "name,place\nZoé Қасым,Lyon\n,,\n\n;\n".replace(";", ","),
        "name,place,,\nZoé Қасым,Lyon,,\n",
        "place,name\nLyon, Zoé Қасым \n",
        "name,place\rZoé Қасым,Lyon\r",
        "name;place\nZoé Қасым;Lyon\n".encode("utf-16"),
    ],
    ids=range(14),
)
def test_what_spreadsheets_do_to_a_file_is_understood(
    content: str | bytes, tmp_path: Path, pack: Pack
) -> None:
    (given,) = read(tmp_path, content, pack)
    assert given.problems == []
    assert (given.name, given.place) == ("Zoé Қасым", "Lyon")


def test_every_column_is_read(tmp_path: Path, pack: Pack) -> None:
    row = 'A,Almaty,Kazakhstan,"One.\nTwo.","reparations; accountability",RU,un-torture\n'
    (given,) = read(tmp_path, HEAD + row, pack)
    assert given.problems == []
    assert (given.country, given.language, given.to) == ("KZ", "ru", "un-torture")
    assert given.own_words == "One.\nTwo."
    assert given.demands == ("reparations", "accountability")


@pytest.mark.parametrize("country", ["FR", "fr", "France", "Франция", "ФРАНЦИЯ", ""])
def test_a_country_is_a_code_or_a_name_in_any_language(country: str, tmp_path: Path, pack: Pack) -> None:
    (given,) = read(tmp_path, f"name,country\nA,{country}\n", pack)
    assert given.problems == []
    assert given.country == ("FR" if country else "")


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (",Lyon,,,,,", "name", "a letter needs a name."),
        ("   ,Lyon,,,,,", "name", "a letter needs a name."),
        (f"{'x' * 121},,,,,,", "name", "121 characters; the limit is 120."),
        (f"A,,,{'x' * 2001},,,", "own_words", "2,001 characters; the limit is 2,000."),
        ("A\0B,,,,,,", "name", "can’t be printed"),
        ("A\u202eB,,,,,,", "name", "can’t be printed"),
        (
            "A,,,\U00013000,,,",
            "own_words",
            "None of our fonts has \U00013000 U+13000 egyptian hieroglyph a001.",
        ),
        ("A,,Atlantis,,,,", "country", "“Atlantis” is not a country."),
        ("A,,Frnace,,,,", "country", "Did you mean “France”?"),
        ("A,,,,peace,,", "demands", "there is no demand “peace”."),
        ("A,,,,reparation,,", "demands", "Did you mean “reparations”?"),
        ("A,,,,,de,", "language", "not one of en, ru, kk, fr"),
        ("A,,,,,,presidnt", "to", "Did you mean “president”?"),
        ("A,,,,,,parliament", "to", "there is no addressee “parliament”."),
        ("A,,,,,,,more", "", "more cells than columns"),
    ],
)
def test_a_fault_is_told_by_row_and_column(
    row: str, column: str, said: str, tmp_path: Path, pack: Pack
) -> None:
    good, bad = read(tmp_path, f"{HEAD}Good,,,,,,\n{row}\n", pack)
    assert good.problems == []
    assert [(problem.row, problem.column) for problem in bad.problems] == [(3, column)]
    assert said in str(bad.problems[0])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"place\nLyon\n", "no column “name”"),
        (b"\n\n", "No row of this file names the columns"),
        (b"name,name\nA,B\n", "mean the same"),
        (b"name\n" + b"A\n" * 20_001, "Row 20002: at most 20,000 rows"),
        (b"\xff\xfe", "No row of this file names the columns"),
    ],
    ids=range(6),
)
def test_a_file_that_can_not_be_used_is_refused_in_one_line(
    content: bytes, said: str, tmp_path: Path, pack: Pack
) -> None:
    with pytest.raises(SpreadsheetError) as raised:
        read(tmp_path, content, pack)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.security(50)
def test_a_file_of_2_gigabytes_is_refused_before_it_is_read(tmp_path: Path, pack: Pack) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(2 * 1024**3)  # sparse: takes no room
    with pytest.raises(SpreadsheetError, match="Split the list"):
        next(senders.rows(path))


FORMULAS = ['=HYPERLINK("http://x")', "+7 701", "-1", "@a", " =1", "＝1", "﹦1", "\t=1"]


@pytest.mark.security(43)
@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_is_plain_text_in_a_letter_and_harmless_in_the_rejected_rows(
    formula: str, tmp_path: Path, pack: Pack
) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["own_words", "name", "country"], [formula, "Ana", "nowhere"]])
    path = tmp_path / "rejected.csv"
    rejected = senders.RejectedRow(path)
    (row,) = senders.rows(listed(tmp_path, out.getvalue()))
    rejected.add(row, senders.check(row, pack).problems)
    rejected.close()
    with path.open(encoding="utf-8-sig", newline="") as file:
        (_, written) = csv.reader(file)
    place = senders.COLUMNS.index("own_words")
    assert written[place] == csv_files.harmless(formula) and written[place].startswith("'")
    (again,) = senders.rows(path)
    assert again.cells["own_words"] == formula
    (given,) = read(tmp_path, out.getvalue().replace("nowhere", "FR"), pack)
    assert given.problems == []
    assert given.own_words == formula.strip()
    assert (
        compose(pack, Choices("president", "en", (), Sender(formula.strip()), DAY)).signature
        == formula.strip()
    )


# the command


def run(tmp_path: Path, content: str, out: str, *words: str) -> tuple[int, str, str, Path]:
    path, made = listed(tmp_path, content), tmp_path / out
    done = campaign("merge", "--pack", "seeds/january-2022", "--to", "prosecutor-general", "--language", "fr",
                    "--senders", str(path), "--out", str(made), *words)  # fmt: skip
    return done.returncode, done.stdout, done.stderr, made


def many(count: int) -> str:
    return HEAD + "".join(f"Person {n},Lyon,FR,Number {n}.,,,\n" for n in range(1, count + 1))


@pytest.mark.slow
def test_each_row_becomes_a_letter_in_the_order_of_the_list(tmp_path: Path) -> None:
    status, said, wrong, made = run(tmp_path, many(23), "letters.pdf")
    assert (status, wrong) == (0, "")
    assert "letters.pdf: 23 letters." in said
    with pikepdf.open(made) as opened:
        assert len(opened.pages) == 23
        assert opened.check_pdf_syntax() == []
    pages = pdf_text(made.read_bytes()).split("\f")
    assert [f"Number {n}." in words_of(page) for n, page in enumerate(pages[:23], 1)] == [True] * 23
    texts = [
        words_of(page).replace(f"Number {n}.", "").replace(f"Person {n}", "")
        for n, page in enumerate(pages[:23], 1)
    ]
    assert len(set(texts)) == 23, "two rows have the same wording"


@pytest.mark.slow
def test_rows_choose_their_own_addressee_language_and_demands(tmp_path: Path) -> None:
    rows = HEAD + "A,,,,,,\nB,,,,reparations,kk,president\n"
    status, _said, _wrong, made = run(tmp_path, rows, "letters.pdf")
    assert status == 0
    first, second, *_ = pdf_text(made.read_bytes()).split("\f")
    assert "Monsieur le Procureur général," in first
    assert "Құрметті Президент мырза!" in second


def titles(made: Path) -> list[str]:
    with pikepdf.open(made) as opened, opened.open_outline() as outline:
        assert opened.check_pdf_syntax() == []
        return [item.title for item in outline.root]


@pytest.mark.slow
def test_for_a_printer_each_letter_has_a_front_a_bookmark_and_a_row_on_the_cover(tmp_path: Path) -> None:
    rows = many(12).replace("Person 2,Lyon", "Zoé Мария-Әлия Ş.,Lyon")
    status, _said, wrong, made = run(tmp_path, rows, "letters.pdf", "--duplex", "--cover")
    assert (status, wrong) == (0, "")
    assert titles(made)[:3] == ["1 · Person 1", "2 · Zoé Мария-Әлия Ş.", "3 · Person 3"]
    on_top, back, *pages = pdf_text(made.read_bytes(), "-layout").split("\f")[:-1]
    assert back.strip() == "" and len(pages) == 24
    assert ["Person 1" in pages[0], *(page.strip() for page in pages[1::2])] == [True, *[""] * 12]
    office = "Procureur général de la République du Kazakhstan"
    lines = [words_of(line).strip() for line in on_top.splitlines()]
    assert f"1 P. {office}" in lines and f"2 Z. М.-Ә. Ş. {office}" in lines
    assert "Person" not in on_top and "Zoé" not in on_top


@pytest.mark.slow
def test_a_zip_has_the_cover_as_its_first_file(tmp_path: Path) -> None:
    status, _said, _wrong, made = run(tmp_path, many(2), "letters.zip", "--cover")
    assert status == 0
    with zipfile.ZipFile(made) as archive:
        assert archive.namelist()[0] == "00000-list.pdf" and len(archive.namelist()) == 3
        assert "Procureur général" in pdf_text(archive.read("00000-list.pdf"))


def test_a_long_cover_has_every_letter_once_and_leaves_the_letters_as_they_are(pack: Pack) -> None:
    common = Choices("president", "ru", (), Sender(""), DAY)
    many_choices = [replace(common, sender=Sender(f"Ана {n}")) for n in range(700)]
    covers = list(cover.documents(cover.rows_of(many_choices, pack, "ru"), "ru", "a4"))
    document = merge.one_pdf(pack, many_choices[:3], merge.Printing(False, covers))
    with pikepdf.open(io.BytesIO(document)) as opened:
        assert opened.check_pdf_syntax() == []
        pages = len(opened.pages)
    numbers = [int(n) for n in re.findall(r"(?m)^\s*(\d+)\s+А\.", pdf_text(document, "-layout"))]
    assert numbers == list(range(1, 701))
    shown = pdf_text(document).split("\f")[:-1]
    assert ["Ана" in page for page in shown] == [False] * (pages - 3) + [True] * 3


def test_the_longest_list_and_its_cover_fit_into_one_file() -> None:
    letters, on_top = -(-senders.MAX_ROWS // pdf.CHUNK), -(-senders.MAX_ROWS // cover.ROWS)
    assert letters + on_top <= MOST_CHUNKS


#: Each with the rows that are the same person and addressee as an earlier row, and which that is.
DUPLICATES = [
    ("Sample One,Lyon,FR\nSample One,Lyon,FR\nSAMPLE  ONE,lyon,fr\n", {3: 2, 4: 2}),
    ("Sample One,Lyon,FR\nSample One,Paris,FR\nSample One,Lyon,BE\n", {}),
    ("Sample One,,\nSample One,Lyon,FR\n", {3: 2}),
    ("Sample One,Lyon,\nSample One,,France\n", {3: 2}),
    ("Sample One,Lyon,FR,president\nSample One,Lyon,FR,un-torture\nSample One,Lyon,FR\n", {}),
    ("Sample One,Lyon,FR,prosecutor-general\nSample One,Lyon,FR\n", {3: 2}),
    ("Zoe\u0301 Ana,,\nZo\u00e9 ana,,\n", {3: 2}),
    ("A,,\nB,,\nA,,\nB,,\n", {4: 2, 5: 3}),
]


@pytest.mark.parametrize(("rows", "expected"), DUPLICATES)
def test_the_same_person_twice_to_one_office_is_reported(
    rows: str, expected: dict[int, int], tmp_path: Path, pack: Pack
) -> None:
    problems: list[senders.Problem] = []
    path = listed(tmp_path, "name,place,country,to\n" + rows)
    common = Choices("prosecutor-general", "fr", (), Sender(""), DAY)
    row_check = merge.RowCheck(pack, "prosecutor-general", Duplicates("prosecutor-general"))
    usable = merge.checked(senders.rows(path), row_check, problems.append)
    found = {problem.row: int(str(problem.text).split("row ")[1].rstrip(".")) for problem in problems}
    assert found == expected
    made = list(merge.choices_of(senders.rows(path), pack, common, Duplicates("prosecutor-general")))
    assert len(made) == usable
    assert len(list(merge.choices_of(senders.rows(path), pack, common))) == usable + len(expected)


@pytest.mark.slow
def test_duplicates_stop_the_run_until_somebody_says_what_to_do(tmp_path: Path) -> None:
    rows = "name,place,country\nSample One,Lyon,FR\nSample One,Lyon,FR\nSAMPLE ONE,lyon,fr\nOther,,\n"
    status, said, wrong, made = run(tmp_path, rows, "letters.pdf")
    assert status == 1 and "letters" not in said and not made.exists()
    assert "row 3: the same person and addressee as in row 2." in wrong
    assert "--keep-going" in wrong and "--with-duplicates" in wrong
    status, said, *_ = run(tmp_path, rows, "letters.pdf", "--keep-going")
    assert status == 0 and "2 letters, 2 rows left out" in said
    assert "as in row 2" in (tmp_path / "senders-rejected.csv").read_text(encoding="utf-8-sig")
    status, said, *_ = run(tmp_path, rows, "letters.pdf", "--with-duplicates")
    assert status == 0 and "4 letters." in said


@pytest.mark.slow
@pytest.mark.security(46)
def test_a_zip_has_a_file_for_each_row_that_names_nobody(tmp_path: Path) -> None:
    status, _said, _wrong, made = run(tmp_path, many(12), "letters.zip")
    assert status == 0
    with zipfile.ZipFile(made) as archive:
        names = archive.namelist()
        assert names[0] == "00001-letter-prosecutor-general-fr.pdf" and len(names) == 12
        assert "Person 12" in pdf_text(archive.read(names[11]))
        assert {entry.date_time[:3] for entry in archive.infolist()} == {(1980, 1, 1)}


@pytest.mark.slow
def test_one_bad_row_and_nothing_is_made(tmp_path: Path) -> None:
    rows = many(10_000).replace("Person 5000,Lyon,FR", "Person 5000,Lyon,Frnace")
    status, said, wrong, made = run(tmp_path, rows, "letters.pdf")
    assert status == 1 and "letters" not in said
    assert "senders.csv: row 5001, country: “Frnace” is not a country. Did you mean “France”?" in wrong
    assert "Nothing was made." in wrong
    assert not made.exists() and list(tmp_path.iterdir()) == [tmp_path / "senders.csv"]


@pytest.mark.slow
def test_how_a_list_was_read_is_said_before_anything_is_made(tmp_path: Path) -> None:
    rows = 'Our list;;\nИмя;Город;telephone\nИван;Алматы;1\n"Анна;Алматы;2\nИмя;Город;telephone\nОльга;;\n'
    status, said, wrong, made = run(tmp_path, rows, "letters.pdf", "--check")
    assert status == 1 and not made.exists()
    for words in (
        "Text in UTF-8, with columns separated by semicolons.",
        "1 row above the headings is left out.",
        "Column 3, “telephone”, is not used.",
        "Columns: Имя → name, Город → place.",
        "row 5 repeats the headings and is left out.",
        "2 rows can be used, 1 can’t.",
    ):
        assert words in said
    assert "row 4: A quotation mark is not closed" in wrong and "Анна" not in said


@pytest.mark.slow
def test_with_keep_going_bad_rows_are_left_out_and_written_down_with_the_reason(tmp_path: Path) -> None:
    rows = many(3).replace("Person 2,Lyon,FR", "Person 2,=Lyon,XX")
    status, said, wrong, made = run(tmp_path, rows, "letters.pdf", "--keep-going")
    assert status == 0
    assert "2 letters, 1 rows left out" in said and "row 3, country" in wrong
    with pikepdf.open(made) as opened:
        assert len(opened.pages) == 2
    rejected = (tmp_path / "senders-rejected.csv").read_text(encoding="utf-8-sig")
    assert "'=Lyon" in rejected and "is not a country" in rejected
    mended = rejected.replace('"XX"', '"FR"')
    status, *_ = run(tmp_path, mended, "again.pdf")
    assert status == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "out", "said"),
    [
        (["--window", "nowhere"], "letters.pdf", "din-5008-a"),
        (["--demand", "peace"], "letters.pdf", "independent-investigation"),
        (["--beside", "mine:en"], "letters.pdf", "choose both:"),
        ([], "letters.docx", "choose .pdf or .zip"),
        (["--duplex"], "letters.zip", "choose .pdf"),
    ],
)
def test_a_wrong_choice_is_said_before_the_list_is_read(
    words: list[str], out: str, said: str, tmp_path: Path
) -> None:
    status, _said, wrong, made = run(tmp_path, "nonsense", out, *words)
    assert status == 2
    assert said in wrong and wrong.count("\n") == 1
    assert not made.exists()


@pytest.mark.slow
def test_a_run_that_fails_half_way_leaves_no_file(
    tmp_path: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(merge.Binder, "close", full)
    one = Choices("president", "en", (), Sender("A"), DAY)
    with pytest.raises(OSError, match="No space"):
        merge.write(tmp_path / "letters.pdf", files, [one], lambda _count: None, merge.Printing(workers=1))
    assert list(tmp_path.iterdir()) == []
