"""Names: what is none, what is asked about, which two are the same; one table for every form and list."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from campaign import names
from campaign.languages.catalogues import words
from campaign.languages.data import installed
from campaign.languages.documents import names_by_hand
from campaign.letters import senders
from campaign.letters.forms import choices_form
from campaign.names import comparable
from campaign.pack.model import Pack
from campaign.paper import forms, lists
from campaign.petition.forms import sign_form
from campaign.spreadsheets.rows import Row
from campaign.text_input import is_seen

TAKEN, REFUSED, ASKED = "taken", "refused", "asked about"

#: What is typed as a name, and what every form and list makes of it.
TYPED = {
    # nobody can see it
    "\u3164": REFUSED,
    "\u115f\u1160": REFUSED,
    "\uffa0": REFUSED,
    "\u200b": REFUSED,
    "\u00ad": REFUSED,
    "\u2800": REFUSED,
    "\u2060\u200d": REFUSED,
    "\ufe0f": REFUSED,
    "\u00a0\u3000": REFUSED,
    "---": REFUSED,
    "...": REFUSED,
    "«»": REFUSED,
    "ʼʼ": REFUSED,
    "ー": REFUSED,
    "!?": REFUSED,
    # no letter
    "12345": REFUSED,
    "１２３": REFUSED,
    "1.23E+11": REFUSED,
    "1,23e+11": REFUSED,
    # what a spreadsheet writes, in any language
    "#N/A": REFUSED,
    "#REF!": REFUSED,
    "#NAME?": REFUSED,
    "＃REF!": REFUSED,
    "#ИМЯ?": REFUSED,
    "#Н/Д": REFUSED,
    "#NOM?": REFUSED,
    "#########": REFUSED,
    "Err:502": REFUSED,
    "=A1": REFUSED,
    "@SUM(A1)": REFUSED,
    # something else
    "sample.person@example.org": ASKED,
    "Ana Example <ana@example.org>": ASKED,
    "sample＠example．org": ASKED,
    "https://example.org/x": ASKED,
    "www.example.org": ASKED,
    "spam.example.com": ASKED,
    "Buy at example.shop": ASKED,
    "+7 701 123 45 67": ASKED,
    "8 (701) 123-45-67": ASKED,
    "Ana, 0612345678": ASKED,
    "name": ASKED,
    "NAME": ASKED,
    "Имя": ASKED,
    "Ф. И. О.": ASKED,
    "Аты-жөні": ASKED,
    "Nom": ASKED,
    # names
    "𠮷田 太郎": TAKEN,
    "𞤀𞤣𞤤𞤢𞤥": TAKEN,
    "ᱥᱟᱱᱛᱟᱲ": TAKEN,
    "ᠮᠣᠩᠭᠣᠯ": TAKEN,
    "𡨸喃": TAKEN,
    "〇〇": TAKEN,
    "O’Connor": TAKEN,
    "’t Hooft": TAKEN,
    "ʻAbd": TAKEN,
    "J. R. R. Tolkien": TAKEN,
    "А.А.Иванов": TAKEN,
    "M.Sc. Ana de Souza": TAKEN,
    "St.John": TAKEN,
    "Ng": TAKEN,
    "Ö": TAKEN,
    "X Æ A-12": TAKEN,
    "Louis 14": TAKEN,
    "Null": TAKEN,
    "Name Surnamov": TAKEN,
    "Err": TAKEN,
    "علی‌رضا": TAKEN,
}


def _signature(pack: Pack, typed: str) -> str:
    form = sign_form(pack, MultiDict({"name": typed}), b"x" * 32)
    form.validate()
    if form.name.errors:
        assert form.name.data == typed
        return ASKED if form.name.doubtful else REFUSED
    return TAKEN


def _row(_pack: Pack, typed: str) -> str:
    if typed.strip() in forms.SIGNS:
        return REFUSED
    try:
        forms.row({"name": typed, "place": "Lyon", "country": "FR"}, "en")
    except forms.RowError:
        return ASKED if names.doubt(typed) and not names.problem(typed) else REFUSED
    return TAKEN


def _list(_pack: Pack, typed: str) -> str:
    def checked(cells: dict[str, str]) -> forms.RowEntry:
        entry = forms.row(cells, "en")
        assert entry
        return entry

    listed = [Row(2, {"name": typed, "place": "Lyon", "country": "FR"})]
    rows, problems = lists.check(listed, date(2026, 11, 26), checked)
    if not problems:
        return TAKEN
    assert rows == [] and [problem.row for problem in problems] == [2]
    return ASKED if names.doubt(typed) and not names.problem(typed) else REFUSED


def _letter(pack: Pack, typed: str) -> str:
    made = senders.check(senders.Row(2, {"name": typed}), pack)
    if not made.problems:
        return TAKEN
    return ASKED if made.problems[0].text == names.doubt(typed) else REFUSED


def _composer(pack: Pack, typed: str) -> str:
    """The composer shows the letter beside the form, so a doubtful name is seen and not asked about."""
    form = choices_form(pack, MultiDict({"name": typed}), b"x" * 32, drawing=False)
    form.validate()
    if form.name.errors:
        return REFUSED
    return ASKED if names.doubt(typed) and not names.problem(typed) else TAKEN


FORMS: dict[str, Callable[[Pack, str], str]] = {
    "signature": _signature, "row of a sheet": _row, "list": _list, "letters for a list": _letter,
    "composer": _composer,
}  # fmt: skip

#: Beyond all fonts: a letter is printed at once.
NOT_IN_LETTERS = {"𡨸喃"}


@pytest.mark.parametrize("form", FORMS)
def test_one_rule_says_everywhere_what_is_a_name(form: str, app: Flask, pack: Pack) -> None:
    with app.test_request_context("/en/"):
        for typed, expected in TYPED.items():
            no_font = form in {"letters for a list", "composer"} and typed in NOT_IN_LETTERS
            assert FORMS[form](pack, typed) == (REFUSED if no_font else expected), ascii(typed)


@pytest.mark.parametrize("language", installed())
def test_the_headings_that_we_print_are_known_in_every_language(language: str) -> None:
    translated = words(language)
    for heading in (names_by_hand(language)[1], translated("Full name"), translated("Name"), "name"):
        assert names.is_heading(heading), heading


@pytest.mark.parametrize(
    "place", ["#N/A", "#ССЫЛКА!", "https://example.org", "ana@example.org", "---", "\u2800"]
)
def test_what_is_no_town_is_refused_and_a_town_of_digits_is_not(place: str) -> None:
    assert names.place_problem(place)
    assert names.place_problem("1770") is None and names.place_problem("Å") is None


def test_what_nobody_can_see_is_not_seen() -> None:
    for unseen in ("", " \u00a0", "\u3164", "\u115f\u1160", "\u200b", "\u2800", "\ufe0f\u200d", "\u0301"):
        assert not is_seen(unseen), ascii(unseen)
    assert all(map(is_seen, ("a", "й", "太", "-", "\u2801")))


# Which two are the same

SAME = [
    ("Артём Ёлкин", "Артем Елкин"),
    ("Артëм", "Артем"),  # a Latin ë
    ("О'Коннор", "О’Коннор"),
    ("O´Connor", "O`Connor"),
    ("Oʻktam", "O'ktam"),
    ("Әлия", "Əлия"),  # U+018F
    ("Ахмəт", "Ахмет".replace("е", "ә")),
    ("Анна‑Мария", "Анна-Мария"),
    ("Анна – Мария", "Анна-Мария"),
    ("Иванов И.", "Иванов И"),
    ("И. И. Иванов", "И.И.Иванов"),
    ("И И Иванов", "И.И. Иванов"),
    ("Aнна", "Анна"),
    ("AHHA", "АННА"),
    ("Bиктор", "ВИКТОР"),
    ("Гауhар", "Гауһар"),
    ("Ciдiқ", "Сідіқ"),
    ("А\u200bна", "Ана"),
    ("А\u00adна\ufeff", "Ана"),
    ("  АНА   ПЕРОВА ", "Ана Перова"),
    ("Ａｎａ", "ana"),
    ("Zoe\u0301", "Zoé"),
    ("IŞIK İnci", "Işık inci"),
    ("STRASSE", "Straße"),
    ("МухIаммад", "Мухӏаммад"),
]

DIFFERENT = [
    ("Гүлнар", "Гулнар"),
    ("Жаһан", "Жанан"),
    ("Иван", "Йван"),
    ("Anna", "Hanna"),
    ("José", "Jose"),
    ("Сания", "Саня"),
    ("И. Иванов", "П. Иванов"),
    ("Анна Мария", "Аннамария"),
    ("Әлия", "Алия"),
    ("Мария", "Марина"),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_names_that_two_people_would_type_for_one_are_the_same(first: str, second: str) -> None:
    assert comparable(first) == comparable(second)


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_names_of_two_people_are_different(first: str, second: str) -> None:
    assert comparable(first) != comparable(second)


#: Letters as they are drawn, with what looks the same; kinds of apostrophe, hyphen and space.
LIKE = {
    **dict(zip("АВЕЅІЈКМНОРСТУХаеѕіјорсухһә", "ABESIJKMHOPCTYXaesijopcyxhə", strict=True)),
    "ё": "е", "Ё": "Е", "'": "’", "-": "\u2011", " ": "\u00a0",
}  # fmt: skip


@given(
    st.lists(
        st.text("АБВГДЕЁЖИКЛМНОРСТУХабвгдеёжзиклмнопрстухәіңғүұқөһ'-", min_size=1, max_size=12), min_size=1
    ),
    st.integers(0, 2**32),
)
def test_no_slip_of_the_keyboard_makes_another_name(parts: list[str], seed: int) -> None:
    chance = random.Random(seed)
    # Latin h is alike Һ, and alike Н in capitals: other letters of the word say which is meant.
    name = " ".join(f"{part}й" if set(part) & set("һҺ") else part for part in parts)
    typed = "".join(
        (LIKE.get(letter, letter) if chance.random() < 0.5 else letter)
        + ("\u200b" if chance.random() < 0.1 else "")
        for letter in name
    )
    assert comparable(typed) == comparable(name)
    assert comparable(typed) == comparable(comparable(typed))


@given(st.text(max_size=60))
def test_any_text_can_be_judged_and_compared(text: str) -> None:
    names.problem(text), names.doubt(text), names.place_problem(text)
    assert comparable(text.upper().lower()) is not None
    assert comparable(f" {text}\u200b") == comparable(text)
