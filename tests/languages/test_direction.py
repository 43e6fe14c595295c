"""Texts that are put into others keep their order: which of them are isolated, and how programs are told."""

from __future__ import annotations

import pytest

from campaign.languages.direction import isolated, line_in, right_to_left, runs_from_right, with_marks

FSI, PDI, LRM, RLM = "\u2068", "\u2069", "\u200e", "\u200f"


@pytest.mark.parametrize(
    ("text", "code", "changes"),
    [
        ("IUT", "ar", True),
        ("28014 Madrid", "ar", True),
        ("+34 91 123 45", "ar", True),
        ("محمد", "ar", False),
        ("محمد (Claire)", "ar", True),
        ("8 فبراير 2024", "ar", False),
        ("2024", "ar", False),
        ("25,000", "ar", False),
        ("25\u00a0000", "ar", False),
        ("", "ar", False),
        ("محمد", "en", True),
        ("Claire Martin", "en", False),
        ("28014 Madrid", "en", False),
        ("Қайрат", "fr", False),
        ("王小明", "zh-Hans", False),
        ("דוד", "zh-Hans", True),
        ("Claire", "he", True),
        ("Claire", "fa", True),
        ("۱۲٬۵۰۰٫۵", "fa", False),
        ("۱۲ ۵۰۰", "fa", True),
    ],
)
def test_an_inserted_text_is_isolated_where_it_runs_against_its_language(
    text: str, code: str, changes: bool
) -> None:
    assert isolated(text, code) == (f"{FSI}{text}{PDI}" if changes else text)
    assert isolated(isolated(text, code), code) == isolated(text, code)


@pytest.mark.parametrize(
    ("line", "from_right", "changes"),
    [
        ("28014 Madrid", True, True),
        ("Plaza 1 (2º)", True, True),
        ("Town Hall", True, False),
        ("Plaza 1", True, False),
        ("layla@example.org", True, False),
        ("https://example.org/ar/", True, True),
        ("+34 91 123 45", True, True),
        ("شارع الحرية 12", True, False),
        ("شارع الحرية 12", False, False),
        ("12 شارع الحرية", False, True),
        ("(محمد)", False, True),
        ("28014 Madrid", False, False),
    ],
)
def test_a_line_of_its_own_is_isolated_only_where_its_order_would_change(
    line: str, from_right: bool, changes: bool
) -> None:
    assert (line_in(line, from_right) != line) is changes


@pytest.mark.parametrize(
    ("text", "from_right", "expected"),
    [
        (f"{FSI}28014 Madrid{PDI}", True, f"{RLM}{LRM}28014 Madrid{LRM}{RLM}"),
        (f"{FSI}محمد{PDI}, 2024", False, f"{LRM}{RLM}محمد{RLM}{LRM}, 2024"),
        (f"{FSI}IUT{PDI}، {FSI}FIDH{PDI}", True, f"{RLM}{LRM}IUT{LRM}{RLM}، {RLM}{LRM}FIDH{LRM}{RLM}"),
        ("نعم", True, "نعم"),
    ],
)
def test_programs_without_isolates_get_marks(text: str, from_right: bool, expected: str) -> None:
    assert with_marks(text, from_right) == expected


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("محمد", "en", True),
        ("Claire", "ar", False),
        ("2024", "ar", True),
        ("2024", "en", False),
        (f"{FSI}Lyon{PDI}، في 24", "ar", True),
        (f"{FSI}محمد{PDI}, 24 May", "en", False),
    ],
)
def test_the_first_letter_that_is_not_isolated_gives_a_paragraph_its_direction(
    text: str, code: str, expected: bool
) -> None:
    assert runs_from_right(text, code) is expected
    assert right_to_left("Claire") is False
