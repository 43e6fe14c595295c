"""The bytes of a signature: those of earlier versions open as before, and what is new has forms of its own."""

from __future__ import annotations

from dataclasses import replace

import cbor2
import pytest

from campaign.signatures import person
from campaign.signatures.person import Person

ANA = Person("Ana Example", "ana@example.org", "FR", "Lyon", "2026-11-24", "en", 1)
ON_PAPER = replace(ANA, email="", sheet="K7QM-29XR-4T61", row=3)

#: Records as they were before there were extra fields on paper and other forms of a shown name.
BEFORE = {
    "online": (
        replace(ANA, news=True, shown=True),
        128,
        "8a6b416e61204578616d706c656f616e61406578616d706c652e6f7267624652644c796f6e6a323032362d31312d3234"
        "62656e01f5f50280",
    ),
    "online, with an extra field": (
        replace(ANA, extra={"job": "nurse"}),
        320,
        "8b6b416e61204578616d706c656f616e61406578616d706c652e6f7267624652644c796f6e6a323032362d31312d3234"
        "62656e01f4f402a1636a6f62656e7572736580",
    ),
    "paper": (
        ON_PAPER,
        128,
        "8c6b416e61204578616d706c6560624652644c796f6e6a323032362d31312d323462656e01f4f4026e4b37514d2d3239"
        "58522d345436310380",
    ),
    "stall": (
        replace(ANA, sheet="stall"),
        128,
        "8c6b416e61204578616d706c656f616e61406578616d706c652e6f7267624652644c796f6e6a323032362d31312d3234"
        "62656e01f4f402657374616c6c0080",
    ),
}


@pytest.mark.parametrize("kind", BEFORE)
def test_records_of_earlier_versions_open_as_before_and_are_still_made_so(kind: str) -> None:
    who, size, body = BEFORE[kind]
    record = bytes.fromhex(body).ljust(size, b"\0")
    assert person.from_bytes(record) == who
    assert person.to_bytes(who) == record


@pytest.mark.parametrize(
    ("who", "public"),
    [
        (ANA, ""),
        (replace(ANA, shown_as="A. E."), ""),
        (replace(ANA, shown=True), "Ana Example"),
        (replace(ANA, shown=True, shown_as="A. E."), "A. E."),
        (replace(ANA, shown=True, shown_as="job", extra={"job": "nurse"}), "nurse · Lyon"),
        (replace(ANA, shown=True, shown_as="job", extra={}), "job"),
    ],
)
def test_what_is_shown_is_the_name_the_initials_or_the_profession_and_the_town(
    who: Person, public: str
) -> None:
    opened = person.from_bytes(person.to_bytes(who))
    assert opened == (who if who.shown else replace(who, shown_as=""))
    assert who.public_name == opened.public_name == public


@pytest.mark.parametrize("shown", ["", 1, None, b"A. E.", [], {"a": "b"}], ids=repr)
def test_a_host_can_put_nothing_else_there(shown: object) -> None:
    values = cbor2.loads(person.to_bytes(ANA).rpartition(b"\x80")[0])
    values[8] = shown
    with pytest.raises(ValueError, match="not a signature"):
        person.from_bytes(cbor2.dumps(values) + b"\x80")


def test_a_row_of_paper_has_extra_fields_and_its_length_does_not_show_which_were_filled_in() -> None:
    entries: tuple[dict[str, str], ...] = ({}, {"job": "nurse"}, {"job": "n" * 100, "year": "1990"})
    records = [person.to_bytes(replace(ON_PAPER, extra=extra)) for extra in entries]
    assert [person.from_bytes(record).extra for record in records] == list(entries)
    assert {len(record) for record in records} == {len(person.to_bytes(ON_PAPER)) + person.EXTRA_BYTES}


@pytest.mark.parametrize(
    ("before", "decided", "after"),
    [
        ({"job": "nurse"}, {"place": "Paris"}, {"job": "nurse"}),
        ({"job": "nurse"}, {"extra-job": "doctor"}, {"job": "doctor"}),
        ({"job": "nurse", "year": "1990"}, {"extra-job": ""}, {"year": "1990"}),
        ({}, {"extra-year": "1990"}, {"year": "1990"}),
        ({"job": "n" * 180}, {"extra-year": "9" * 12}, {"job": "n" * 180, "year": "9" * 12}),
        (None, {"place": "Paris"}, None),
    ],
)
def test_a_third_look_decides_extra_fields_and_no_length_keeps_the_row_from_being_read(
    before: dict[str, str] | None, decided: dict[str, str], after: dict[str, str] | None
) -> None:
    record = person.to_bytes(replace(ON_PAPER, extra=before))
    who = person.from_bytes(person.corrected(record, person.correction(decided)))
    assert (who.extra, who.place) == (after, decided.get("place", "Lyon"))


@pytest.mark.parametrize(
    "name", ["extra-", "extra-=1", "extra-Job", "sheet", "extra", 1, "extra-" + "x" * 41]
)
def test_a_correction_has_no_other_fields(name: object) -> None:
    changes = person._padded(cbor2.dumps({name: "x"}))
    with pytest.raises(ValueError, match="not a correction"):
        person.corrected(person.to_bytes(ON_PAPER), changes)
