"""Languages as data: their files are read strictly, and what they lack is known."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from campaign.languages import data
from campaign.languages.countries import countries
from campaign.languages.data import LanguageFileError, chain, exists, installed, language, source
from campaign.languages.numbers import QUALIFIERS, plural
from campaign.languages.typography import ended_item, sentence_end, stops
from tests.tools import BARE


@pytest.mark.parametrize("code", installed())
def test_a_language_that_is_shipped_lacks_nothing(code: str) -> None:
    own = language(code)
    assert own.missing == frozenset() and own.name and exists(code)
    for name in set(QUALIFIERS) - {"between"}:
        assert "{n}" in own.line("qualifiers", name) and "{unit}" in own.line("qualifiers", name)
    for name in ("between", "range"):
        assert all(place in own.line("qualifiers", name) for place in ("{low}", "{high}", "{unit}"))
    assert set(own.line("cases", "after").values()) <= set(own.cases)
    assert set(own.line("cases", "after")) <= {*QUALIFIERS, "range"}
    assert own.line("letter", "layout") in {"left", "right", "addressee-right"}
    assert own.text("note") in {"after-punctuation", "before-punctuation"}
    assert len(own.line("words", "names-by-hand")) == 4
    assert "{n}" in own.word("edition") and "{date}" in own.line("letter", "date-line")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("pt-BR", ("pt-BR", "pt", "en")),
        ("zh-Hant", ("zh-Hant", "zh", "en")),
        ("en-GB", ("en-GB", "en-001", "en")),
        ("kk", ("kk", "en")),
        ("en", ("en",)),
    ],
)
def test_a_language_falls_back_as_cldr_says_and_at_last_to_the_source(
    code: str, expected: tuple[str, ...]
) -> None:
    assert chain(code) == expected


@pytest.mark.parametrize("code", ["", "../en", "EN", "zh_Hans", "zh-hans", "e", "xx", "root", "en/..", "٣"])
def test_what_cldr_does_not_know_is_no_language(code: str) -> None:
    assert not exists(code)
    with pytest.raises(LookupError):
        language(code)


def test_a_language_without_a_folder_has_signs_and_says_what_is_missing() -> None:
    own = language(BARE)
    assert {f"qualifiers.{name}" for name in QUALIFIERS} <= own.missing
    assert not any(
        character.isalpha() for character in own.line("qualifiers", "over").replace("{n} {unit}", "")
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("nme = 'X'", "nothing reads “nme”"),
        ("name = 3", "“name” must be a str"),
        ("cldr = 'nowhere'", "“cldr” must be a code of CLDR for this language"),
        ("cldr = 'pt-PT'", "“cldr” must be a code of CLDR for this language"),
        ("[text]\ncoma = ','", "nothing reads “text.coma”"),
        ("[text]\nquotation = '“'", "“text.quotation” must be a list"),
        ("[text]\nitalic = 'no'", "“text.italic” must be a bool"),
        ("[headings]\nname = ['Navn', 3]", "“headings.name” must hold texts"),
        ("[headings]\nsurname = ['Navn']", "nothing reads “headings.surname”"),
        ("[countries.also]\nGB = 3", "“countries.also” must hold texts"),
    ],
)
def test_a_file_that_says_what_nobody_reads_is_refused(line: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "xx" / "language.toml"
    path.parent.mkdir()
    path.write_text(line, encoding="utf-8")
    with pytest.raises(LanguageFileError, match=message):
        data._read(path)


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Portuguese alone, and the form of Brazil over it."""
    head = "name = 'Português'\ncldr = 'pt-PT'\noffice-tag = 'pt-PT'\nhyphenation = 'pt'\n"
    files = {"pt": head + "[text]\ncomma = '; '\n", "pt-BR": "[text]\ncomma = ' - '\n"}
    for code, text in files.items():
        (tmp_path / code).mkdir()
        (tmp_path / code / "language.toml").write_text(text, encoding="utf-8")
    (tmp_path / "neutral.toml").write_bytes((data.FOLDER / "neutral.toml").read_bytes())
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    caches = (data.locale, data._neutral_or_file, language, countries, plural)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


@pytest.mark.usefixtures("two")
def test_a_file_may_name_the_country_whose_usage_cldr_gives() -> None:
    assert [countries(code)["VN"] for code in ("pt", "pt-PT", "pt-BR")] == ["Vietname", "Vietname", "Vietnã"]
    assert [plural(Decimal(0), code) for code in ("pt", "pt-BR")] == ["other", "one"]


@pytest.mark.usefixtures("two")
def test_a_countrys_form_has_the_languages_rules_and_a_name_and_a_dictionary_of_its_own() -> None:
    brazil, angola, portuguese = (language(code) for code in ("pt-BR", "pt-AO", "pt"))
    assert [one.text("comma") for one in (brazil, angola, portuguese)] == [" - ", "; ", "; "]
    assert [one.hyphenation for one in (brazil, portuguese)] == ["pt", "pt"]
    assert [one.office_tag for one in (brazil, angola, portuguese)] == ["pt-BR", "pt-AO", "pt-PT"]
    assert [one.name for one in (brazil, portuguese)] == ["português (Brasil)", "Português"]


def test_english_comes_first_because_the_messages_are_english() -> None:
    assert installed()[0] == source() == "en"


@pytest.mark.parametrize(
    ("code", "item", "last", "expected"),
    [
        ("en", "release them;", True, "release them."),
        ("en", "release them.", False, "release them;"),
        ("fr", "les libérer\u202f;", False, "les libérer\u202f;"),
        ("fr", "les libérer\u202f;", True, "les libérer."),
    ],
)
def test_an_item_of_a_list_ends_as_the_language_ends_it(
    code: str, item: str, last: bool, expected: str
) -> None:
    assert ended_item(item, last, code) == expected


@pytest.mark.parametrize("code", installed())
def test_a_sentence_ends_with_the_languages_own_signs(code: str) -> None:
    own = language(code)
    for sign in own.text("sentence-ends"):
        assert sentence_end(code).search(f"a{sign}"), sign
        assert sentence_end(code).search(f"a{sign}{own.line('text', 'quotation')[1]}")
        assert sign in stops(code)
    assert not sentence_end(code).search("a,") and not sentence_end(code).search("a")
