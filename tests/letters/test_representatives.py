"""Supporters find their own representative in a list of the pack."""

from __future__ import annotations

from dataclasses import replace

import pytest

from campaign.letters import proof
from campaign.letters.representatives import MOST_MATCHES, check, directory, read
from campaign.pack.files import parse
from tests.addressees import FILES, REPRESENTATIVES
from tests.tools import DAY

LIST = read(REPRESENTATIVES)

FOUND = [
    ("Anytown North", ["Ann North"]),
    ("  anytown NORTH ", ["Ann North"]),
    ("anytown", ["Ann North", "Sam South"]),
    ("south", ["Sam South"]),
    ("D01 X2", ["Ann North"]),
    ("d02ab12", ["Ann North"]),
    ("D99", ["Ida Isle"]),
    ("D77", []),
    ("isle", ["Ida Isle"]),
    ("e", []),  # too short for a part of a name
    ("", []),
    ("   ", []),
    ("<script>", []),
]


@pytest.mark.parametrize(("query", "names"), FOUND)
def test_an_area_or_a_postcode_finds_who_represents_it(query: str, names: list[str]) -> None:
    assert [person.name for person in LIST.find("member", query)] == names


def test_the_longest_beginning_of_a_postcode_wins() -> None:
    text = "area,name,email,postcodes\nNear,A,a@example.org,SW1\nNearer,B,b@example.org,SW1A\n"
    assert [person.name for person in read(text).find("member", "sw1a 1aa")] == ["B"]
    assert [person.name for person in read(text).find("member", "sw1b 1aa")] == ["A"]


def test_a_row_can_be_for_one_addressee_alone() -> None:
    text = "area,name,email,to\nNorth,A,a@example.org,member\nNorth,B,b@example.org,senator\n"
    assert [person.name for person in read(text).find("senator", "north")] == ["B"]


def test_too_many_matches_are_no_answer() -> None:
    rows = "".join(f"Town {n},P {n},p@example.org\n" for n in range(MOST_MATCHES + 1))
    assert read("area,name,email\n" + rows).find("member", "town") == ()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_list_is_read_as_any_spreadsheet_saves_it(separator: str) -> None:
    text = "\ufeffConstituency,Full name,E-mail,Postal code\nNorth,Ann,ann@example.org,D01\n"
    (person,) = read(text.replace(",", separator)).people
    assert (person.area, person.name, person.email, person.postcodes) == (
        "North", "Ann", "ann@example.org", ("D01",),
    )  # fmt: skip


BAD = [
    ("North,,a@example.org,,", "An area and a name are needed."),
    ("North,Ann,nobody@,,", "“nobody@” is not an e-mail address."),
    ("North,Ann,,javascript:alert(1),", "is not a web address"),
    ("North,Ann,,,", "An address, an e-mail address or a web form is needed."),
    ("North,A\u202enn,a@example.org,,", "can’t be printed"),
    (f"North,{'x' * 200},a@example.org,,", "too long"),
    ("#N/A,Ann,a@example.org,,", "it says #N/A"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("row", "said"), BAD)
def test_a_row_that_cannot_be_used_is_left_out_and_check_names_it(row: str, said: str) -> None:
    text = f"area,name,email,web_form,address\n{row}\nSouth,Sam,sam@example.org,,\n"
    assert [person.name for person in read(text).people] == ["Sam"]
    pack = parse({**FILES, "representatives.csv": text})
    (finding,) = [one for one in proof.check(pack, DAY) if one.path == "representatives.csv"]
    assert (finding.line, finding.level) == (2, "error") and said in str(finding.text)


def test_a_list_that_is_none_and_an_unknown_addressee_are_errors() -> None:
    pack = parse({**FILES, "representatives.csv": "a letter\n"})
    assert "names the columns" in str(next(check(pack)).text)
    text = "area,name,email,to\nNorth,Ann,a@example.org,membre\n"
    (finding,) = check(parse({**FILES, "representatives.csv": text}))
    assert "Unknown addressee “membre”" in str(finding.text)


def test_a_list_is_read_once_for_a_pack() -> None:
    pack = parse(FILES)
    assert directory(pack) is directory(pack)
    assert directory(replace(pack, representatives="")).people == ()
