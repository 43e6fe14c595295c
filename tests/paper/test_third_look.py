"""The third look: only what differs is asked, what both agree on stays; ditto marks; nothing typed is lost."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from campaign.database import db
from campaign.email_address import Address, canonical
from campaign.names import comparable
from campaign.paper import ditto, looks, numbers, transcription
from campaign.paper.looks import CROSSED, FIELDS, NAME, UNREADABLE, RowEntry, SheetStateError
from campaign.paper.numbers import Number
from campaign.petition.ledger import Ledger
from campaign.services import service
from campaign.signatures import person
from campaign.signatures.person import Person
from campaign.signatures.sealing import SealError, new_key, with_correction
from tests.paper.conftest import Table
from tests.signatures.test_sealing import ANA as SIGNED

ANA = ("Ana Example", "Lyon", "France", "")


def test_a_town_on_which_both_agree_is_neither_asked_nor_changed(table: Table) -> None:
    table.begins()
    table.types("Clerk", {1: ANA, 2: ("Eve Example", "Paris", "France", "eve@example.org")})
    page = table.types(
        "Second",
        {
            1: ("Anna Example", "Lyon", "France", ""),
            2: ("Eve Example", "Paris", "Belgium", "eve@example.org"),
        },
    )
    assert "Third check" in page and "both agree" in page
    assert 'name="name-1"' in page and 'name="place-1"' not in page and 'name="country-1"' not in page
    assert 'name="country-2"' in page and 'name="name-2"' not in page
    # Whoever sends a field that is not asked changes nothing by it.
    fields = {"name-1": "Anna Example", "place-1": "Nowhere", "country-2": "Spain", "name-2": "Nobody"}
    page = table.post("Clerk", "rows", {**fields, "do": "finish"}).text
    assert "This sheet is closed" in page
    assert [(one.name, one.place, one.country, one.email) for one in table.people()] == [
        ("Anna Example", "Lyon", "FR", ""),
        ("Eve Example", "Paris", "ES", "eve@example.org"),
    ]
    counts = "SELECT count FROM signature_tally WHERE country = "
    assert table.petition.number(f"{counts}'ES'") == 1 and table.petition.number(f"{counts}'FR'") == 1


# 1,000 pairs of rows

NAMES = ["Ana Example", "Eve Example", "Айгерім Үлгі", "李 例", "Dan O’Example"]
PLACES = ["Lyon", "", "Paris", "Алматы", "Saint-Étienne"]
COUNTRIES = ["FR", "KZ", "BE"]
EMAILS = [None, Address("a@example.org", "a@example.org"), Address("b@example.org", "b@example.org")]


def a_name(chance: random.Random) -> RowEntry:
    return RowEntry(
        NAME, chance.choice(NAMES), chance.choice(PLACES), chance.choice(COUNTRIES), chance.choice(EMAILS)
    )


def row(chance: random.Random) -> RowEntry | None:
    """What one person may read in a row."""
    what = chance.choices([NAME, UNREADABLE, CROSSED, ""], [8, 1, 1, 1])[0]
    if what != NAME:
        return RowEntry(what) if what else None
    return a_name(chance)


def again(chance: random.Random, first: RowEntry | None) -> RowEntry | None:
    """What a second person reads in the same row: mostly the same, in another hand."""
    if first is None or first.what != NAME or chance.random() < 0.1:
        return first if chance.random() < 0.7 else row(chance)
    other = a_name(chance)
    changed = {field: getattr(other, field) for field in FIELDS if chance.random() < 0.3}
    return replace(first, **{"name": chance.choice([str.upper, str])(first.name), **changed})


def compared(entry: RowEntry) -> dict[str, str]:
    return {
        "name": comparable(entry.name), "place": comparable(entry.place), "country": entry.country,
        "email": canonical(entry.email) if entry.email else "",
    }  # fmt: skip


def decided(chance: random.Random, fields: tuple[str, ...], read: Sequence[RowEntry]) -> RowEntry:
    """What a third person types into the fields that are asked: mostly what one of the others read."""
    if chance.random() < 0.1:
        return RowEntry(chance.choice([UNREADABLE, CROSSED]))
    third = a_name(chance)
    if read and chance.random() < 0.8:
        third = chance.choice(read)
    return RowEntry(NAME, fields=fields, **{"name": "", **{field: getattr(third, field) for field in fields}})


Look = dict[int, RowEntry]


def three_looks(table: Table, number: Number, chance: random.Random) -> tuple[Look, Look, Look]:
    """A sheet of twelve rows that three people type, by chance; what each of them typed."""
    context, ledger = table.context(), service(Ledger)
    key = (table.petition.campaign, number.key)
    transcription.begin(db.session, context, key[0], number, ("FR", "2026-11-24"))
    first = {n: entry for n in range(1, 13) if (entry := row(chance))}
    second = {n: entry for n in range(1, 13) if (entry := again(chance, first.get(n)))}
    third: Look = {}
    transcription.save(db.session, context, key, 1, first)
    transcription.finish(db.session, context, ledger, key, 1)
    transcription.save(db.session, context, key, 2, second)
    if transcription.finish(db.session, context, ledger, key, 2) == looks.THIRD:
        sheet = transcription.sheet_of(db.session, key[0], number)
        assert sheet is not None
        for n, fields in looks.asked(db.session, sheet, 1).items():
            read = [entry for entry in (first.get(n), second.get(n)) if entry and entry.what == NAME]
            third[n] = decided(chance, fields, read)
        transcription.save(db.session, context, key, 3, third)
        assert transcription.finish(db.session, context, ledger, key, 3) == looks.CLOSED
    return first, second, third


def check_row(
    final: Person | None, first: RowEntry | None, second: RowEntry | None, third: RowEntry | None
) -> int:
    """The number of fields on which both agreed, none of which was asked or changed."""
    if not (first and second and first.what == second.what == NAME):
        assert (final is not None) == (third is not None and third.what == NAME)
        return 0
    if third and third.what != NAME:
        assert final is None
        return 0
    assert final is not None
    agreed = {field for field in FIELDS if compared(first)[field] == compared(second)[field]}
    assert agreed.isdisjoint(third.fields if third else ())
    for field in FIELDS:
        wanted = first if field in agreed else third
        assert wanted is not None and getattr(final, field) == wanted.decided[field]
    return len(agreed)


@pytest.mark.slow
def test_in_a_thousand_pairs_no_field_on_which_both_agree_ever_changes(still_table: Table) -> None:
    chance = random.Random(15)
    with still_table.desk.app.app_context():
        sheets = [Number(still_table.batch, sheet) for sheet in range(1, 85)]
        typed = {number: three_looks(still_table, number, chance) for number in sheets}
    final = {(one.sheet, one.row): one for one in still_table.people()}
    pairs = [
        (final.get((numbers.written("trees", number), n)), *(look.get(n) for look in looks_typed))
        for number, looks_typed in typed.items()
        for n in range(1, 13)
    ]
    agreed = sum(check_row(*pair) for pair in pairs)
    corrected = sum(third is not None for *_others, third in pairs)
    assert len(pairs) > 1_000 and corrected > 300 and agreed > 1_500, (len(pairs), corrected, agreed)


def test_a_third_look_under_a_new_key_must_repeat_what_both_agree_on(table: Table) -> None:
    """The correction would be sealed to another key than the row: then the whole row is asked."""
    with table.desk.app.app_context():
        context, ledger = table.context(), service(Ledger)
        number = Number(table.batch, 1)
        key = (table.petition.campaign, number.key)
        one = RowEntry(NAME, "Ana Example", "Lyon", "FR")
        transcription.begin(db.session, context, key[0], number, ("FR", "2026-11-24"))
        for who, entry in ((1, one), (2, replace(one, name="Eve Example"))):
            transcription.save(db.session, context, key, who, {1: entry})
            transcription.finish(db.session, context, ledger, key, who)
        later = replace(context, signer=replace(context.signer, key=new_key("trees", 2).public))
        sheet = transcription.sheet_of(db.session, key[0], number)
        assert sheet is not None and looks.asked(db.session, sheet, 2) == {1: FIELDS}
        transcription.save(db.session, later, key, 1, {1: replace(one, place="Nowhere")})
        with pytest.raises(SheetStateError, match="agreed"):
            transcription.finish(db.session, later, ledger, key, 1)
        transcription.save(db.session, later, key, 1, {1: one})
        assert transcription.finish(db.session, later, ledger, key, 1) == looks.CLOSED


def test_only_a_correction_of_the_same_key_fits_a_record() -> None:
    key, other = new_key("trees", 1), new_key("trees", 2)
    record = key.public.seal(person.to_bytes(SIGNED))
    fits = with_correction(record, key.public.seal(person.correction({"place": "Paris"})))
    assert person.from_bytes(key.open(fits)) == replace(SIGNED, place="Paris")
    with pytest.raises(SealError):
        with_correction(record, other.public.seal(person.correction({"place": "Paris"})))
    wrong: list[Any] = [{"day": "2020-01-01"}, {"place": 1}, ["place"], 5]
    for fields in wrong:
        body = person._padded(__import__("cbor2").dumps(fields))
        with pytest.raises(SealError):
            key.open(with_correction(record, key.public.seal(body)))
    for cut in range(len(fits)):
        with pytest.raises(SealError):
            key.open(fits[:cut])


# ditto marks

DITTO = [
    '"',
    "〃",
    '—"—',
    '-"-',
    "''",
    "„",
    "”",
    "-//-",
    "то же",
    "То же.",
    "idem",
    "Idem.",
    "do.",
    "Do",
    "ditto",
    "id.",
    ",,",
    "» «",
]


@pytest.mark.slow
@pytest.mark.parametrize("mark", DITTO)
def test_a_ditto_mark_is_the_row_above_and_that_is_said(mark: str, still_table: Table) -> None:
    assert ditto.is_ditto(mark)
    above = {"place": "Lyon", "country": "BE"}
    assert ditto.filled({"place": mark, "country": mark}, above) == above
    assert (
        ditto.filled({"place": mark}, {"place": ""}) == {} == ditto.filled({"place": mark}, {"place": mark})
    )


@pytest.mark.parametrize(
    "town", ["Lyon", "Do Son", "’s-Hertogenbosch", "Idemir", "Saint-Denis", "L’Aquila", "Ω", ""]
)
def test_a_town_is_no_ditto_mark(town: str) -> None:
    assert not ditto.is_ditto(town) and not ditto.is_dash(town)


@pytest.mark.slow
def test_ditto_marks_in_a_form_and_in_rows_that_a_script_sends(table: Table) -> None:
    table.one_person()
    table.begins()
    page = table.types(
        "Clerk",
        {
            1: ("Ana Example", "Lyon", "Belgium"),
            2: ("Eve Example", "〃", '"'),
            3: ("Dan Example", "idem", "то же"),
        },
    )
    assert "“As above” was understood so: row 2: Lyon, Belgium; 3: Lyon, Belgium" in page
    ask = {"headers": {"Accept": "application/json"}}
    alone = table.post("Clerk", "rows", {"name-5": "Noa Example", "place-5": "〃"}, **ask)
    assert (
        alone.status_code == 422 and "as in the row above" in json.loads(alone.text)["problems"]["5"]["place"]
    )
    fields = {"name-5": "Noa Example", "place-5": "〃", "country-5": "France", "above-place-5": "Lyon"}
    answer = json.loads(table.post("Clerk", "rows", fields, **ask).text)
    assert answer["saved"] == {"5": "sealed; as above: Lyon"} and answer["filled"] == {"5": {"place": "Lyon"}}
    for place in ("—", "-"):
        dash = table.post("Clerk", "rows", {"name-6": "Noa Example", "place-6": place}, **ask)
        assert "A dash may mean" in json.loads(dash.text)["problems"]["6"]["place"]
    name = table.post("Clerk", "rows", {"name-6": "idem", "place-6": "Lyon"}, **ask)
    assert "as in the row above" in json.loads(name.text)["problems"]["6"]["name"]
    table.post("Clerk", "finish", {})
    assert [(one.name, one.place, one.country) for one in table.people()] == [
        ("Ana Example", "Lyon", "BE"), ("Eve Example", "Lyon", "BE"), ("Dan Example", "Lyon", "BE"), ("Noa Example", "Lyon", "FR"),
    ]  # fmt: skip
