"""One description of each field: what is read, what the desk shows and what is listed all come from it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from campaign.desk.content.kinds import KINDS as DESK_KINDS
from campaign.messages import Message
from campaign.pack import fields, model
from campaign.pack.fields import record
from campaign.pack.kinds import KINDS
from campaign.pack.schema import ValueKind, fields_of, references_in
from campaign.pack.schema_docs import fields_as_markdown

#: Fields that no description reads: whoever reads the record gives them.
GIVEN = {"key", "place", "texts", "milestones", "events", "extra_fields"}
LISTS = {
    "sources", "topics", "comparisons", "facts", "timeline", "organisations", "voices", "demands", "kinds",
    "closings", "addressees", "letters", "petition", "terms", "pages", "updates", "representatives",
    "states", "runner", "meetings", "set_aside", "supporting", "partners",
}  # fmt: skip

RECORDS = [
    value
    for name in model.__all__
    if dataclasses.is_dataclass(value := getattr(model, name)) and name not in {"Place", "Prose"}
]


@pytest.mark.parametrize("record_type", RECORDS, ids=lambda record_type: record_type.__name__)
def test_every_field_of_the_model_is_described(record_type: type[Any]) -> None:
    described = {field.name for field in fields_of(record_type)}
    given = GIVEN | (LISTS if record_type is model.Pack else set())
    assert {field.name for field in dataclasses.fields(record_type)} - described <= given


@pytest.mark.parametrize("record_type", RECORDS, ids=lambda record_type: record_type.__name__)
def test_the_model_is_frozen_and_has_slots(record_type: type[Any]) -> None:
    assert record_type.__dataclass_params__.frozen and "__slots__" in vars(record_type)


def test_two_packs_are_equal_only_if_they_are_the_same(pack: model.Pack) -> None:
    same = pack
    assert pack == same and dataclasses.replace(pack) != pack and {pack: "cached"}[same] == "cached"


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_field_is_listed_with_its_kind_and_label(kind: Any) -> None:
    text = fields_as_markdown()
    section = text.split(f"## {kind.label}\n", 1)[1].split("\n## ", 1)[0]
    for record_type in (kind.record, kind.text):
        for field in fields_of(record_type) if record_type else ():
            assert field.kind is ValueKind.CHOICE or field.kind.value in section
            assert field.label is None or str(field.label) in section


def test_what_the_desk_shows_is_listed() -> None:
    text = fields_as_markdown()
    for kind in DESK_KINDS.values():
        for field in kind.fields:
            if field.plural:
                continue  # the forms of a unit are one line: <language>, <language>-<case>
            key = f"{field.name}.<language>.{field.form}" if field.form else field.name
            assert f"| `{key}` |" in text, key


def test_the_list_can_be_in_any_language() -> None:
    assert "## ADDRESSEES\n" in fields_as_markdown(lambda message: str(message).upper())


def test_a_new_field_is_read_listed_and_checked() -> None:
    @record()
    class Office:
        opening_hours: str = fields.text(Message("Opening hours"), needed=True)
        seat: str = fields.reference("country", Message("Seat"))
        sources: tuple[str, ...] = fields.references("source")

    hours, seat, sources = fields_of(Office)
    assert (hours.name, hours.key, hours.kind, hours.needed) == (
        "opening_hours",
        "opening-hours",
        ValueKind.TEXT,
        True,
    )
    assert (seat.control, sources.control) == ("one", "some")
    office = Office(opening_hours="9–12", seat="", sources=("a", "b"))
    assert list(references_in(office)) == [("source", "a"), ("source", "b")]


def test_the_model_knows_no_page() -> None:
    folder = Path(model.__file__).parent.parent
    for path in folder.rglob("*.py"):
        assert "flask" not in path.read_text(encoding="utf-8"), path
