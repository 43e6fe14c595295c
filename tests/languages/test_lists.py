"""Words that people type into lists: those of every language are understood, and none is taken for another."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import cycle, islice, product
from pathlib import Path

import pytest

from campaign import country_names, names
from campaign.country_names import code_of, fold
from campaign.languages import countries, data, lists
from campaign.languages.catalogues import words
from campaign.languages.data import installed, language
from campaign.languages.documents import names_by_hand
from campaign.paper import ditto
from campaign.paper.ditto import filled, is_ditto
from campaign.spreadsheets import dates, headings, reading
from campaign.spreadsheets import rows as spreadsheet_rows
from campaign.spreadsheets.headings import PARTS, Column, KnownColumns
from campaign.spreadsheets.rows import Limits
from tests.tools import BARE

#: Every column of every list.
COLUMNS = (
    "name",
    "place",
    "country",
    "email",
    "day",
    "own_words",
    "demands",
    "language",
    "to",
    "key",
    "reason",
)
KNOWN = KnownColumns([Column(key) for key in COLUMNS])

#: The type of a function that remembers.
CACHED = type(lru_cache(len))

#: What the interface calls a column, in its own words.
OUR_WORDS = {
    "Full name": "name", "Name": "name", "Your name": "name", "Town": "place", "Country": "country",
    "E-mail": "email", "Day": "day", "Date": "day", "In your own words": "own_words", "Demands": "demands",
    "Language": "language", "Addressee": "to", "Key": "key",
}  # fmt: skip


def headings_of(code: str, key: str) -> list[str]:
    """What a column is called in one language."""
    return list(language(code).line("headings", key.replace("_", "-")))


def read(text: str) -> list[str]:
    """The names in a list."""
    _table, rows = reading.read(text.encode(), Limits(10_000, 10), [Column("name", needed=True)])
    return [row.cells["name"] for row in rows]


# Headings


@pytest.mark.parametrize("code", installed())
def test_a_language_that_is_shipped_has_words_for_every_column(code: str) -> None:
    empty = [key for key in (*COLUMNS, "given", "family") if not headings_of(code, key)]
    assert set(empty) <= {"reason"}
    assert language(code).line("lists", "ditto")


@pytest.mark.parametrize("code", installed())
def test_a_heading_finds_its_column_however_it_is_written(code: str) -> None:
    for key in COLUMNS:
        for word in headings_of(code, key):
            for text in (
                word,
                word.upper(),
                word.title(),
                f" {word} *",
                f"{word}:",
                f"{word} (1)",
                f"{word}（一）",
            ):
                assert KNOWN.key(text) == key, text


def test_no_word_stands_for_two_columns() -> None:
    columns: dict[str, set[str]] = {}
    for key in (*COLUMNS, *PARTS):
        for word in lists.headings(key):
            columns.setdefault(fold(word), set()).add("name" if key in PARTS else key)
    assert {word: keys for word, keys in columns.items() if len(keys) > 1} == {}


@pytest.mark.parametrize(("first", "second"), [*product(installed(), repeat=2)])
def test_a_list_in_two_languages_has_each_column_once(first: str, second: str) -> None:
    keys = [key for key in COLUMNS if headings_of(first, key) and headings_of(second, key)]
    widest = max(len(headings_of(first, key)) for key in keys)
    for number in range(widest):
        one, other = ([next(islice(cycle(headings_of(code, key)), number, None)) for key in keys]
                      for code in (first, second))  # fmt: skip
        assert list(headings.found(1, one, KNOWN).keys) == keys
        both = [f"{a} / {b}" for a, b in zip(one, other, strict=True)]
        assert list(headings.found(1, both, KNOWN).keys) == keys


@pytest.mark.parametrize("code", installed())
def test_given_and_family_names_are_put_together_as_the_language_does(code: str) -> None:
    first, last = (
        ("family", "given")
        if language(code).line("names", "order") == "family-first"
        else ("given", "family")
    )
    for given, family in product(headings_of(code, "given"), headings_of(code, "family")):
        if given != family:
            assert list(KNOWN.parts([given, "x", family])) == [first, last], (given, family)
            assert KNOWN.key(given) == KNOWN.key(family) == "name"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Apellido paterno,Apellido materno,Nombres\nEjemplo,Muestra,Ana\n", "Ana Ejemplo Muestra"),
        ("Nombre,Primer apellido,Segundo apellido\nAna,Ejemplo,\n", "Ana Ejemplo"),
        ("Прізвище,Ім’я,По батькові\nПриклад,Ганна,Іванівна\n", "Ганна Іванівна Приклад"),
        ("名,姓\n示例,张\n", "张示例"),
        ("姓,名\nExample,Ana\n", "Example Ana"),
        ("Soyadı,Adı\nÖrnek,Ana\n", "Ana Örnek"),
        ("اسم العائلة,الاسم الأول\nمثال,آنا\n", "آنا مثال"),
        ("Vorname,Name\nAna,Beispiel\n", "Ana Beispiel"),
    ],
)
def test_a_name_in_several_columns_is_one_name(text: str, name: str) -> None:
    assert read(text) == [name]


@pytest.mark.parametrize("code", installed())
def test_what_we_call_a_column_ourselves_is_understood(code: str) -> None:
    for text, key in OUR_WORDS.items():
        assert KNOWN.key(words(code)(text)) == key, words(code)(text)
    assert KNOWN.key(names_by_hand(code)[1]) == "name"


@pytest.mark.parametrize("code", installed())
def test_a_heading_that_is_typed_as_a_name_is_doubted(code: str) -> None:
    for key in ("name", *PARTS):
        for word in headings_of(code, key):
            assert names.is_heading(word) and names.is_heading(word.upper()), word


# Ditto words, errors, days


@pytest.mark.parametrize("code", installed())
def test_a_ditto_word_stands_for_the_row_above(code: str) -> None:
    for word in language(code).line("lists", "ditto"):
        for text in (word, f" {word}.", word.capitalize(), word.replace(" ", "  ")):
            assert is_ditto(text), text
        assert filled({"place": word}, {"place": "Lyon"}) == {"place": "Lyon"}


@pytest.mark.parametrize(
    "place", ["Ayni", "So", "Ebenau", "Iguala", "Identidad", "Samé", "Там", "上海", "مكة", "Dо Son"]
)
def test_a_place_that_looks_like_a_ditto_word_is_a_place(place: str) -> None:
    assert not is_ditto(place)


@pytest.mark.parametrize("value", [*lists.spreadsheet_errors(), "#VALEUR\u00a0!", "#NOM ?"])
def test_what_a_spreadsheet_could_not_calculate_is_a_fault(value: str) -> None:
    columns = [Column("name"), Column("place")]
    _table, rows = reading.read(f'name,place\nAna,"{value}"\n'.encode(), Limits(10_000, 10), columns)
    assert [str(row.fault.text).partition(":")[0] for row in rows if row.fault] == [
        "The spreadsheet could not calculate this cell"
    ]
    assert names.is_spreadsheet_error(value)


@pytest.mark.parametrize(
    "text",
    ["Err:502", "err: 508", "Err :502", "Ошибка:502", "Помилка:508", "错误:502", "خطأ:502", "Hata:502"],
)
def test_an_error_of_libreoffice_is_known_in_its_languages(text: str) -> None:
    assert names.is_spreadsheet_error(text)


@pytest.mark.parametrize("text", ["Err", "Error 502", "Ошибкин", "Hatay: 5", "Ана: 502"])
def test_what_only_looks_like_an_error_is_none(text: str) -> None:
    assert not names.is_spreadsheet_error(text)


@pytest.mark.parametrize("sign", [" г.", "г", " ж.", " р.", " року", "\u00a0г.", " م", "م"])
def test_a_day_may_have_what_its_language_writes_after_the_year(sign: str) -> None:
    assert dates.read(f"24.11.2026{sign}") == date(2026, 11, 24)


# Countries


@pytest.mark.parametrize("code", installed())
def test_each_further_name_of_a_country_is_of_one_country(code: str) -> None:
    for country, further in language(code).line("countries", "also").items():
        assert {name: code_of(name) for name in further} == dict.fromkeys(further, country)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("EE. UU.", "US"), ("Reino de España", "ES"), ("República Argentina", "AR"), ("República Dominicana", "DO"),
        ("BRD", "DE"), ("Bundesrepublik Deutschland", "DE"), ("Königreich Spanien", "ES"), ("Republik Kongo", "CG"),
        ("Республіка Польща", "PL"), ("М’янма", "MM"), ("Держава Ізраїль", "IL"), ("ФРН", "DE"),
        ("TÜRKİYE CUMHURİYETİ", "TR"), ("T.C.", "TR"), ("TC", "TC"), ("İngiltere", "GB"), ("Çek Cumhuriyeti", "CZ"),
        ("中华人民共和国", "CN"), ("哈萨克斯坦共和国", "KZ"), ("多米尼加共和国", "DO"), ("英格兰", "GB"),
        ("جمهورية كازاخستان", "KZ"), ("سلطنة عمان", "OM"), ("المملكة العربية السعودية", "SA"), ("امريكا", "US"),
        ("فلسطين", "PS"), ("Republik", ""), ("共和国", ""), ("Republic of", ""), ("الجمهورية", ""),
    ],
)  # fmt: skip
def test_countries_are_found_in_the_languages_forms(typed: str, code: str) -> None:
    assert code_of(typed) == code


# Adding a language


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The languages, and one more that is only a folder with a file. Its words are of no language at all."""
    folder = tmp_path / "languages"
    shutil.copytree(data.FOLDER, folder, ignore=shutil.ignore_patterns("*.po", "*.mo", "*.py", "__pycache__"))
    (folder / BARE).mkdir()
    (folder / BARE / "language.toml").write_text(
        '[headings]\nplace = ["vqloko"]\ngiven = ["vqprima vqnomo"]\nfamily = ["vqfamilia"]\n'
        '[lists]\nditto = ["vqsama"]\nerrors = ["#VQALORO!"]\n'
        '[countries]\nbefore = ["vqrespubliko"]\nalso = {GB = ["Vqbritánio"], NL = "Vqholando"}\n',
        encoding="utf-8",
    )
    _forget()
    monkeypatch.setattr(data, "FOLDER", folder)
    yield BARE
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    """Let every module read the languages again."""
    for module in (data, countries, country_names, names, ditto, headings, spreadsheet_rows, dates):
        for value in vars(module).values():
            if isinstance(value, CACHED):
                value.cache_clear()


def test_adding_a_language_to_lists_is_adding_a_folder(added: str) -> None:
    known = KnownColumns([Column("name"), Column("place")])
    assert added in installed() and known.key("VQLOKO") == "place"
    assert known.parts(["Vqfamilia", "Vqprima vqnomo"]) == {"given": 1, "family": 0}
    assert names.is_heading("Vqfamilia") and is_ditto("Vqsama")
    assert read("name\n#VQALORO!\n") == ["#VQALORO!"]
    typed = {"vqbritanio": "GB", "Vqholando": "NL", "Vqrespubliko Chile": "CL"}
    assert {name: code_of(name) for name in typed} == typed
    assert country_names.nearest("Vqbritanyo") == "GB"


def test_afterwards_that_language_is_unknown_again() -> None:
    assert not names.is_heading("Vqfamilia") and not is_ditto("Vqsama")
