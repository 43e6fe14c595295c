"""Each language's own table: figures with their qualifiers, endings of numerals, what joins an inserted text."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import Any

import pytest

from campaign.languages.data import FOLDER, installed, language
from campaign.languages.initials import initials
from campaign.languages.numbers import QUALIFIERS, Written, case_after, line_of, number, phrase
from campaign.languages.typography import joined
from campaign.pack.model import Place, Unit


def cases(kind: str) -> list[Any]:
    """The cases of a kind in all languages, each with its language."""
    found = []
    for code in installed():
        path = FOLDER / code / "cases.toml"
        table = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        found += [pytest.param(code, case, id=f"{code}-{n}") for n, case in enumerate(table.get(kind, []))]
    return found


def unit(forms: dict[str, Any], code: str) -> Unit:
    """A unit of one language from a case: plural classes, and cases as tables inside."""
    plain = {name: text for name, text in forms.items() if isinstance(text, str)}
    by_case = {f"{code}-{name}": table for name, table in forms.items() if isinstance(table, dict)}
    return Unit("unit", {code: plain, **by_case}, Place("", 1))


@pytest.mark.parametrize(("code", "case"), cases("phrase"))
def test_a_figure_has_its_qualifier_and_its_noun_in_the_right_form(code: str, case: dict[str, Any]) -> None:
    qualifier, value = case["qualifier"], Decimal(str(case.get("value", case.get("low"))))
    upper = Decimal(str(case["high"])) if "high" in case else None
    asked = case_after(line_of(qualifier, upper is not None), code)
    noun = unit(case["unit"], code).form(upper or value, code, asked)
    written = Written(number(value, code), upper, number(upper, code) if upper else "")
    assert phrase(value, qualifier, noun, code, written) == case["gives"]


@pytest.mark.parametrize(("code", "case"), cases("joined"))
def test_what_is_inserted_joins_what_stands_before_it(code: str, case: dict[str, Any]) -> None:
    assert list(joined(case["before"], case["slot"], code)) == case["gives"]


@pytest.mark.parametrize(("code", "case"), cases("numeral_endings"))
def test_an_ending_follows_the_last_word_of_the_numeral(code: str, case: dict[str, Any]) -> None:
    endings = language(code).rule("numeral_endings")(case["number"])
    assert endings == {name: text for name, text in case.items() if name != "number"}


@pytest.mark.parametrize(("code", "case"), cases("word_endings"))
def test_an_ending_follows_the_last_word_that_is_written(code: str, case: dict[str, Any]) -> None:
    endings = language(code).rule("word_endings")(case["word"])
    assert endings == {name: text for name, text in case.items() if name != "word"}


@pytest.mark.parametrize(("code", "case"), cases("initials"))
def test_a_name_has_its_initials(code: str, case: dict[str, Any]) -> None:
    assert initials(case["name"], code) == case["gives"]


@pytest.mark.parametrize("code", installed())
def test_every_language_has_names_with_their_initials(code: str) -> None:
    assert len([case for case in cases("initials") if case.values[0] == code]) >= 2


@pytest.mark.parametrize("code", installed())
def test_every_language_has_cases_for_every_qualifier_and_every_rule(code: str) -> None:
    named = {case.values[1]["qualifier"] for case in cases("phrase") if case.values[0] == code}
    assert named >= set(QUALIFIERS)
    for rule in ("joined", "numeral_endings", "word_endings"):
        if language(code).rule(rule):
            assert len([case for case in cases(rule) if case.values[0] == code]) >= 12
