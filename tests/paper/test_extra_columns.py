"""Extra fields on paper: the columns of a sheet, typing them twice, lists, corrections; sealed like the rest."""

from __future__ import annotations

import csv
import html
import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask

from campaign.database import db
from campaign.editions.edition_cache import EditionCache
from campaign.pack.check import check
from campaign.pack.files import parse, read_folder
from campaign.pack.model import ExtraField, Pack, Place
from campaign.paper import batches, extra_columns, looks, sheets, transcription
from campaign.paper.batches import Order
from campaign.paper.extra_columns import ExtraColumns
from campaign.paper.looks import FIELDS, NAME, RowEntry
from campaign.paper.numbers import Number
from campaign.paper.sheets import Layout, Print
from campaign.petition.ledger import Ledger
from campaign.services import service
from tests.conftest import published
from tests.desk.conftest import Desk
from tests.minimal import FILES
from tests.paper.conftest import DAY, Table
from tests.paper.test_lists import brings, shows
from tests.paper.test_row_requests import Trustees, apply, ask, requests_file
from tests.petition.conftest import TERMS, opened
from tests.tools import SEED, pdf_text

TODAY = date(2026, 11, 24)

FIELDS_YAML = """fields:
- key: job
  label: {en: Profession, fr: Métier}
  on-paper: yes
- key: role
  label: {en: You are, fr: Vous êtes}
  kind: choice
  options: {en: A teacher; A parent, fr: Enseignant ； Parent}
  on-paper: yes
- key: year
  label: {en: Year of birth, fr: Année}
  kind: number
  least: 1900
  most: 2026
  on-paper: yes
- key: online
  label: {en: Only online, fr: En ligne}
"""
THREE = FIELDS_YAML.rsplit("- key: online", 1)[0]
AT_RISK = FILES["campaign.yaml"].replace("countries-at-risk: []", "countries-at-risk: [KZ]")


def pack_with(fields: str) -> Pack:
    return parse({**FILES, "petition.yaml": TERMS["petition.yaml"] + fields})


COLUMNS = extra_columns.of_keys(("job", "role", "year"), pack_with(THREE))


# what is read


@pytest.mark.parametrize(
    ("cells", "kept"),
    [
        ({}, {}),
        ({"extra-job": " nurse "}, {"job": "nurse"}),
        ({"extra-role": "2"}, {"role": "A parent"}),
        ({"extra-role": "٢"}, {"role": "A parent"}),
        ({"extra-role": "1."}, {"role": "A teacher"}),
        ({"extra-role": "a TEACHER"}, {"role": "A teacher"}),
        ({"extra-role": "Enseignant"}, {"role": "A teacher"}),
        ({"extra-year": "1990", "extra-job": ""}, {"year": "1990"}),
        ({"extra-other": "x"}, {}),
    ],
)
def test_a_choice_is_written_by_its_number_or_its_words_and_nothing_is_needed(
    cells: dict[str, str], kept: dict[str, str]
) -> None:
    assert COLUMNS.read(cells) == (kept, {})


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"extra-role": "3"}, "extra-role", "number of one of the options"),
        ({"extra-role": "0"}, "extra-role", "number of one of the options"),
        ({"extra-role": "A child"}, "extra-role", "number of one of the options"),
        ({"extra-year": "1066"}, "extra-year", "not below 1900"),
        ({"extra-year": "ninety"}, "extra-year", "whole number"),
        ({"extra-job": "x" * 151}, "extra-job", "too long: 150"),
        ({"extra-job": "a\u202eb"}, "extra-job", "U+202E"),
        ({"extra-job": "ж" * 120}, "extra-job", "too long to be kept"),
    ],
)
def test_a_wrong_entry_has_its_reason(cells: dict[str, str], column: str, reason: str) -> None:
    _entries, problems = COLUMNS.read(cells)
    assert list(problems) == [column] and reason in str(problems[column])


# the pack


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({}, []),
        ({"Profession": "Profession and place of work"}, []),
        ({"kind: number": "kind: text", "least: 1900": "", "most: 2026": ""}, ["en", "fr"]),
        ({"en: You are": "en: Incomprehensibilities"}, ["en"]),
        ({"fr: Année": "fr: Anticonstitutionnellement"}, ["fr"]),
        ({"en: You are": "en: 您的身份以及与本次请愿有关的其他情况说明"}, ["en"]),
    ],
)
def test_check_warns_if_a_sheet_has_no_room_for_the_columns(
    changes: dict[str, str], warned: list[str]
) -> None:
    fields = THREE
    for old, new in changes.items():
        assert old in fields
        fields = fields.replace(old, new)
    found = check({**FILES, "petition.yaml": TERMS["petition.yaml"] + fields}, TODAY)
    texts = [str(one.text) for one in found if "mm of a sheet of paper" in str(one.text)]
    assert [code for code in ("en", "fr") if any(f"“{code}”" in text for text in texts)] == warned
    assert {one.level for one in found if "mm of a sheet" in str(one.text)} <= {"warning"}


def test_check_refuses_numbers_as_options_on_paper_where_people_write_the_number_of_an_option() -> None:
    fields = THREE.replace("A teacher; A parent", "18; 40")
    found = check({**FILES, "petition.yaml": TERMS["petition.yaml"] + fields}, TODAY)
    assert any(
        one.level == "error" and "“role”" in str(one.text) and "number of an option" in str(one.text)
        for one in found
    )


def test_a_field_is_not_asked_on_paper_unless_the_pack_says_so() -> None:
    pack = pack_with(FIELDS_YAML)
    assert [field.key for field in pack.terms.fields_on_paper] == ["job", "role", "year"]
    assert pack_with(FIELDS_YAML.replace("  on-paper: yes\n", "")).terms.fields_on_paper == ()


# the sheet


def field(key: str, kind: str, language: str) -> ExtraField:
    labels = {
        "job": {"en": "Profession", "ru": "Профессия", "kk": "Мамандығы", "fr": "Profession"},
        "role": {"en": "You are", "ru": "Вы", "kk": "Сіз", "fr": "Vous êtes"},
        "year": {"en": "Year of birth", "ru": "Год рождения", "kk": "Туған жылы", "fr": "Année de naissance"},
    }
    options = dict.fromkeys(labels["job"], "teacher; parent") if kind == "choice" else {}
    return ExtraField(
        key=key,
        label=labels[key],
        kind=kind,
        options=options,
        least=None,
        most=Decimal(2026),
        needed=False,
        on_paper=True,
        profession=False,
        place=Place("petition.yaml", 1),
    )


ALL = tuple(field(key, kind, "en") for key, kind in (("job", "text"), ("role", "choice"), ("year", "number")))
LAYOUTS = {
    "en": Layout(("en",), 12),
    "ru, with e-mail": Layout(("ru",), 12, email=True),
    "ru, landscape, with e-mail": Layout(("ru",), 12, landscape=True, email=True),
    "ru and kk": Layout(("ru", "kk"), 12),
    "fr and en, landscape": Layout(("fr", "en"), 10, landscape=True),
    "ru, large": Layout(("ru",), 8, large=True),
    "fr, Letter": Layout(("fr",), 20, "us-letter"),
}
SEED_PACK = parse(read_folder(SEED))


def printed(layout: Layout, fields: tuple[ExtraField, ...]) -> bytes:
    pack = replace(SEED_PACK, terms=replace(SEED_PACK.terms, extra_fields=fields))
    return sheets.pdf(pack, layout, Print([Number(7, 1)], "https://example.org/en/trees/petition"))


#: A word, and its left, top, right and bottom.
Box = tuple[str, float, float, float, float]


def boxes(document: bytes) -> list[Box]:
    """Each word of a page with its box: left, top, right, bottom."""
    pattern = r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)<'
    return [
        (html.unescape(word), *map(float, box))
        for *box, word in re.findall(pattern, pdf_text(document, "-bbox"))
    ]  # type: ignore[misc]


@pytest.mark.slow
@pytest.mark.parametrize("many", [0, 1, 2, 3])
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_sheet_is_one_page_on_which_no_heading_meets_another(layout: Layout, many: int) -> None:
    document = printed(layout, ALL[:many])
    words = boxes(document)
    assert b"/Type/Pages/Count 1/" in document
    met = [
        (one[0], other[0]) for place, one in enumerate(words) for other in words[:place] if meet(one, other)
    ]
    assert met == []


def meet(one: Box, other: Box) -> bool:
    """Whether two words are printed over each other: lines of one text may touch."""
    _word, left, top, right, bottom = one
    _other, other_left, other_top, other_right, other_bottom = other
    height = min(bottom - top, other_bottom - other_top)
    beside = min(right, other_right) - max(left, other_left) <= 0.5
    return not beside and min(bottom, other_bottom) - max(top, other_top) > 0.6 * height


def test_a_sheet_has_its_columns_says_what_numbers_mean_and_that_all_is_kept() -> None:
    text = " ".join(pdf_text(printed(LAYOUTS["en"], ALL)).split())
    for words in ("Profession", "You are", "Year of birth"):
        assert text.count(words) >= 2
    assert "You are (write the number): 1 teacher · 2 parent" in text.replace("\u00a0", " ")
    assert "not handed over: Profession, You are, Year of birth." in text
    plain = " ".join(pdf_text(printed(LAYOUTS["en"], ())).split())
    assert "not handed over" not in plain and "write the number" not in plain


# typing


@pytest.fixture
def asking(desk_on: Callable[[Flask], Desk], tmp_path: Path) -> Table:
    """A desk with sheets of the second edition, which asks for extra fields; the first did not."""
    at = desk_on(published(tmp_path / "data"))
    petition = opened(at.app, {"petition.yaml": TERMS["petition.yaml"] + THREE, "campaign.yaml": AT_RISK})
    for name in ("Clerk", "Second"):
        at.join(name, "clerk")
    return Table(at, petition, batch_of(at, 2))


def batch_of(at: Desk, edition: int) -> int:
    with at.app.app_context():
        order = Order(Layout(("en",), 12), 20, edition, DAY, holder="Lyon group")
        return batches.order(db.session, "trees", order, "the tests").id


def types(table: Table, name: str, rows: dict[int, dict[str, str]], sheet: int = 1) -> str:
    cells = {f"{column}-{row}": text for row, columns in rows.items() for column, text in columns.items()}
    return html.unescape(table.post(name, "rows", {**cells, "do": "finish"}, sheet).text)


ANA = {"name": "Ana Example", "place": "Lyon", "extra-job": "nurse", "extra-role": "2", "extra-year": "1990"}
KEPT = {"job": "nurse", "role": "A parent", "year": "1990"}


@pytest.mark.security(58)
def test_two_people_type_extra_fields_and_a_third_decides_only_what_differs(asking: Table) -> None:
    page = asking.begins()
    assert "You are: 1 A teacher · 2 A parent" in " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert all(f'name="extra-{key}-12"' in page for key in ("job", "role", "year"))
    types(asking, "Clerk", {1: ANA, 2: {**ANA, "name": "Eve Example"}})
    page = types(
        asking,
        "Second",
        {
            1: {**ANA, "extra-job": "NURSE", "extra-role": "A parent"},
            2: {**ANA, "name": "Eve Example", "extra-year": "1991"},
        },
    )
    assert "Third check" in page and "Row 2: Year of birth" in " ".join(page.split())
    assert 'name="extra-year-2"' in page and 'name="extra-job-2"' not in page and 'name="name-1"' not in page
    page = types(asking, "Ana", {2: {"extra-year": "1991"}})
    assert "This sheet is closed" in page
    assert [(one.name, one.extra) for one in asking.people()] == [
        ("Ana Example", KEPT), ("Eve Example", {**KEPT, "year": "1991"}),
    ]  # fmt: skip
    assert asking.petition.number("SELECT count(*) FROM sheet_row") == 0


def test_a_third_look_says_that_nothing_is_written_and_takes_an_entry_away(asking: Table) -> None:
    asking.begins()
    types(asking, "Clerk", {1: ANA})
    types(asking, "Second", {1: {**ANA, "extra-job": ""}})
    page = types(asking, "Ana", {1: {"extra-job": "", "name": ""}})
    assert "Type every row that differs" in page
    types(asking, "Ana", {1: {"extra-job": "-"}})
    assert [one.extra for one in asking.people()] == [{"role": "A parent", "year": "1990"}]


@pytest.mark.security(62)
@pytest.mark.parametrize(
    ("first", "second", "third", "kept"),
    [
        ("Kazakhstan", "Kazakhstan", None, {}),
        ("France", "Kazakhstan", "Kazakhstan", {}),
        ("Kazakhstan", "France", "Kazakhstan", {}),
        ("Kazakhstan", "France", "France", KEPT),
        ("France", "Kazakhstan", "Belgium", KEPT),
    ],
)
def test_of_people_at_risk_nothing_is_kept_whoever_read_the_country(
    first: str, second: str, third: str | None, kept: dict[str, str], asking: Table
) -> None:
    asking.begins()
    types(asking, "Clerk", {1: {**ANA, "country": first}})
    page = types(asking, "Second", {1: {**ANA, "country": second}})
    if third:
        assert 'name="extra-job-1"' in page and 'name="name-1"' not in page
        extra = {name: text for name, text in ANA.items() if name.startswith("extra-")}
        types(asking, "Ana", {1: {"country": third, **extra}})
    assert [one.extra for one in asking.people()] == [kept]


@pytest.mark.security(62)
def test_a_third_look_keeps_nothing_of_somebody_whose_country_both_read(asking: Table) -> None:
    asking.begins()
    types(asking, "Clerk", {1: {**ANA, "country": "KZ"}})
    types(asking, "Second", {1: {**ANA, "country": "KZ", "extra-job": "doctor"}})
    types(asking, "Ana", {1: {"extra-job": "doctor"}})
    assert [(one.country, one.extra) for one in asking.people()] == [("KZ", {})]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"extra-role": "3"}, "Type the number of one of the options, or its words."),
        ({"extra-year": "x"}, "Type a whole number."),
        ({"extra-job": "-"}, "A dash may mean"),
        ({"name": ""}, "A signature needs a name"),
    ],
)
def test_a_wrong_cell_has_its_message_and_nothing_typed_is_lost(
    cells: dict[str, str], said: str, asking: Table
) -> None:
    asking.begins()
    page = types(asking, "Clerk", {1: {**ANA, **cells}})
    assert said in page and 'value="Lyon"' in page
    assert asking.petition.number("SELECT count(*) FROM sheet_row") == 0


def test_a_ditto_mark_is_the_row_above_in_an_extra_field_too(asking: Table) -> None:
    asking.one_person()
    asking.begins()
    page = types(
        asking, "Clerk", {1: ANA, 2: {"name": "Eve Example", "extra-job": "〃", "extra-year": "idem"}}
    )
    assert "row 2: nurse, 1990" in page
    asking.post("Clerk", "finish", {})
    assert [one.extra for one in asking.people()] == [KEPT, {"job": "nurse", "year": "1990"}]


def test_a_sheet_keeps_to_the_edition_from_which_it_was_printed(asking: Table) -> None:
    old = Table(asking.desk, asking.petition, batch_of(asking.desk, 1), asking.seats)
    old.one_person()
    page = old.begins()
    assert "extra-job" not in page
    old.types("Clerk", {1: ("Ana Example", "Lyon", "France")})
    assert [one.extra for one in old.people()] == [None]
    later = {
        **FILES,
        "petition.yaml": TERMS["petition.yaml"] + "closes: 2027-06-30\n".replace("closes", "opens"),
    }
    opened_later = later["petition.yaml"].replace("opens: 2027-06-30", "opens: 2026-01-01")
    with asking.desk.app.app_context():
        from campaign.editions import store

        store.publish(
            db.session, "trees", {**later, "petition.yaml": opened_later}, store.Authorship("files")
        )
        service(EditionCache, asking.desk.app).load()
    assert 'name="extra-job-1"' in asking.begins()
    types(asking, "Clerk", {1: ANA})
    assert [one.extra for one in asking.people() if one.extra] == [KEPT]


def test_a_field_that_is_gone_is_typed_as_a_text() -> None:
    columns = extra_columns.of_keys(("gone", "year"), pack_with(THREE))
    assert columns.label(columns.fields[0], "fr") == "gone"
    assert columns.read({"extra-gone": "x", "extra-year": "1990"}) == ({"gone": "x", "year": "1990"}, {})
    assert ExtraColumns().names == ()


# many rows

JOBS, YEARS, COUNTRIES = ["", "nurse", "doctor", "Lehrerin"], ["", "1990", "1991"], ["FR", "KZ", "BE"]


def by_chance(chance: random.Random) -> RowEntry:
    extra = {"job": chance.choice(JOBS), "year": chance.choice(YEARS)}
    return RowEntry(
        NAME, "Ana Example", chance.choice(["Lyon", "Paris"]), chance.choice(COUNTRIES),
        fields=(*FIELDS, "extra-job", "extra-role", "extra-year"), extra={key: text for key, text in extra.items() if text},
    )  # fmt: skip


def test_in_many_rows_what_both_agree_on_stays_and_nobody_at_risk_keeps_anything(asking: Table) -> None:
    chance = random.Random(28)
    wanted: list[tuple[str, str, dict[str, str]]] = []
    with asking.desk.app.app_context():
        at = service(EditionCache)["trees"].pack
        context = replace(
            asking.context(), pack=at, edition=2, on_paper=lambda _edition: at.terms.fields_on_paper
        )
        for sheet in range(1, 15):
            key = (asking.petition.campaign, Number(asking.batch, sheet).key)
            first, second, third = ({n: by_chance(chance) for n in range(1, 13)} for _ in range(3))
            transcription.begin(
                db.session, context, key[0], Number(asking.batch, sheet), ("FR", "2026-11-24")
            )
            for who, rows in ((1, first), (2, second)):
                transcription.save(db.session, context, key, who, rows)
                transcription.finish(db.session, context, service(Ledger), key, who)
            known = transcription.sheet_of(db.session, key[0], Number(asking.batch, sheet))
            assert known is not None
            asked = looks.asked(db.session, known, 1)
            rows = {n: replace(third[n], fields=fields) for n, fields in asked.items()}
            transcription.save(db.session, context, key, 3, rows)
            assert transcription.finish(db.session, context, service(Ledger), key, 3) == looks.CLOSED
            for n in range(1, 13):
                decided = {**first[n].decided, **(rows[n].decided if n in rows else {})}
                extra = {
                    name.removeprefix("extra-"): text
                    for name, text in decided.items()
                    if name.startswith("extra-")
                }
                kept = (
                    {} if decided["country"] == "KZ" else {name: text for name, text in extra.items() if text}
                )
                wanted.append((decided["country"], decided["place"], kept))
    found = [(one.country, one.place, dict(one.extra or {})) for one in asking.people()]
    as_text = [sorted(map(repr, people)) for people in (
        [(country, place, sorted(extra.items())) for country, place, extra in found],
        [(country, place, sorted(extra.items())) for country, place, extra in wanted],
    )]  # fmt: skip
    assert len(found) == 14 * 12 and as_text[0] == as_text[1]


# lists and corrections


def test_a_list_has_columns_for_extra_fields_by_key_or_by_what_they_ask_for(asking: Table) -> None:
    body = (
        "name;country;Métier;role;YEAR OF BIRTH;Only online\n"
        "Ana Example;FR;nurse;a parent;1990;x\nEve Example;FR;;;;\nNoa Example;KZ;nurse;1;1990;\n"
        "Dan Example;FR;;3;;\n"
    )
    page = " ".join(html.unescape(shows(asking, body).text).split())
    assert "3 names can be sealed and counted." in page and "Row 5, extra-role: Type the number" in page
    assert "Column 6, “Only online”, is not used." in page
    assert page.count("A parent") == 1 and '<th scope="col">Profession</th>' in page
    brings(asking, body)
    assert [(one.name, one.extra, one.sheet) for one in asking.people()] == [
        ("Ana Example", KEPT, "-"), ("Eve Example", {}, "-"), ("Noa Example", {}, "-"),
    ]  # fmt: skip


def test_a_row_is_corrected_with_its_extra_fields_and_the_trustees_find_them(
    asking: Table, tmp_path: Path
) -> None:
    asking.one_person()
    asking.begins()
    types(asking, "Clerk", {1: ANA, 2: {**ANA, "name": "Eve Example"}})
    page = html.unescape(asking.seat("Ana").get(f"/paper/sheets/{asking.number()}"))
    assert 'name="extra-role"' in page and "1 A teacher · 2 A parent" in page
    said = ask(asking, 1, "correct", 422, name="Ana Example", **{"extra-role": "9"})
    assert "Type the number of one of the options" in html.unescape(said) and 'value="9"' in said
    ask(asking, 1, "correct", name="Ana Example", place="Lyon", **{"extra-job": "doctor", "extra-role": "1"})
    trustees = Trustees(asking, tmp_path)
    apply(asking, trustees.exclusion_list(requests_file(asking)))
    trustees.exclusion_list("campaign-requests-1 trees\n")
    rows = list(csv.DictReader((tmp_path / "names.csv-1").read_text("utf-8-sig").splitlines()))
    assert sorted((row["name"], row["extra-job"], row["extra-role"], row["extra-year"]) for row in rows) == [
        ("Ana Example", "doctor", "A teacher", ""), ("Eve Example", "nurse", "A parent", "1990"),
    ]  # fmt: skip
