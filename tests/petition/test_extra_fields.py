"""Extra fields of the form to sign: what they take, what is kept of it, and where it comes out again."""

from __future__ import annotations

import csv
import html
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import text

from campaign.cli.main import main
from campaign.database import db
from campaign.languages.catalogues import catalogue
from campaign.languages.data import installed
from campaign.messages import Translator
from campaign.pack import extra_field_checks
from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.pack.model import ExtraField, Place
from campaign.petition import extra_fields
from campaign.signatures import person
from campaign.signatures.person import Person
from campaign.signatures.sealing import new_key
from campaign.trustees import key_files
from campaign.trustees.key_files import Lock
from tests.minimal import FILES
from tests.petition.conftest import ANA, BASE, TERMS, Petition, opened, problems
from tests.trustees.lists import sealed_list_of

FIELDS = """fields:
- key: profession
  label: {en: Profession, fr: Profession (fr)}
- key: role
  label: {en: You are, fr: Vous êtes}
  kind: choice
  options: {en: A teacher; A parent, fr: Enseignant ；Parent}
  needed: yes
- key: year
  label: {en: Year of your first visit, fr: Année}
  kind: number
  least: 1900
  most: 2026
"""
PACK = {**FILES, "petition.yaml": TERMS["petition.yaml"] + FIELDS}
AT_RISK = FILES["campaign.yaml"].replace("countries-at-risk: []", "countries-at-risk: [KZ]")
TODAY = date(2026, 11, 24)

TEXT, CHOICE, NUMBER = (
    ExtraField(
        key=kind,
        label={"en": "Label", "fr": "Nom"},
        kind=kind,
        options={"en": "One; Two", "fr": "Un؛ Deux;"},
        least=Decimal(-5),
        most=Decimal(2026),
        needed=False,
        on_paper=False,
        profession=False,
        place=Place("petition.yaml", 1),
    )
    for kind in ("text", "choice", "number")
)


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        (TEXT, "", ""),
        (TEXT, " a teacher\t", "a teacher"),
        (TEXT, "мұғалім", "мұғалім"),
        (TEXT, "x" * 150, "x" * 150),
        (CHOICE, "", ""),
        (CHOICE, "2", "Two"),
        (NUMBER, " ", ""),
        (NUMBER, "007", "7"),
        (NUMBER, "-5", "-5"),
        (NUMBER, "\u22125", "-5"),
        (NUMBER, "2 026", "2026"),
        (NUMBER, "٢٠٢٦", "2026"),
    ],
)
def test_what_is_typed_is_kept_in_one_form(field: ExtraField, typed: str, kept: str) -> None:
    assert extra_fields.read(field, typed, "en") == kept


@pytest.mark.parametrize(
    ("field", "typed", "reason"),
    [
        (replace(TEXT, needed=True), " ", "Fill in"),
        (replace(CHOICE, needed=True), "", "Choose from the list"),
        (replace(NUMBER, needed=True), "", "Fill in"),
        (TEXT, "x" * 151, "too long: 150 characters"),
        (TEXT, "a\u202eb", "U+202E"),
        (CHOICE, "0", "Choose from the list"),
        (CHOICE, "3", "Choose from the list"),
        (CHOICE, "Two", "Choose from the list"),
        (CHOICE, "-1", "Choose from the list"),
        (NUMBER, "x", "whole number"),
        (NUMBER, "1.5", "whole number"),
        (NUMBER, "1e9", "whole number"),
        (NUMBER, "²", "whole number"),
        (NUMBER, "9" * 13, "whole number"),
        (NUMBER, "-6", "not below -5"),
        (NUMBER, "2027", "not above 2026"),
    ],
)
def test_a_wrong_value_is_refused_with_its_reason(field: ExtraField, typed: str, reason: str) -> None:
    with pytest.raises(extra_fields.WrongValueError, match=re.escape(reason)):
        extra_fields.read(field, typed, "en")


@pytest.mark.parametrize("code", sorted(set(installed()) - {"en"}))
def test_the_reason_is_said_in_every_language(code: str) -> None:
    into = Translator(catalogue(code).gettext, catalogue(code).ngettext)
    for field, typed in (
        (replace(TEXT, needed=True), ""),
        (CHOICE, "3"),
        (NUMBER, "x"),
        (NUMBER, "-6"),
        (NUMBER, "9999"),
    ):
        with pytest.raises(extra_fields.WrongValueError) as error:
            extra_fields.read(field, typed, "en")
        sentence = error.value.message.translate(into)
        assert sentence != str(error.value.message) and "%(" not in sentence


def test_a_record_opens_with_its_extra_fields_and_its_length_does_not_show_which_were_filled_in() -> None:
    entries = ({}, {"a": "x"}, {"a": "x" * 150}, {"role": "A teacher", "year": "1990"})
    records = [person.to_bytes(replace(ANA, extra=extra)) for extra in entries]
    assert [person.from_bytes(record).extra for record in records] == list(entries)
    assert {len(record) for record in records} == {len(person.to_bytes(ANA)) + person.EXTRA_BYTES}
    assert person.from_bytes(person.to_bytes(ANA)) == ANA
    with pytest.raises(person.ExtraTooLongError):
        person.to_bytes(replace(ANA, extra={"a": "ж" * 150}))


@pytest.mark.parametrize(
    "extra",
    [{"a": "x", "b": "x", "c": "x", "d": "x"}, {"=1+1": "x"}, {"x" * 41: "x"}, {"a": 1}, {1: "a"}, {"": "x"}],
    ids=str,
)
def test_a_host_can_put_no_other_columns_into_a_record(extra: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="not a signature"):
        person.from_bytes(person.to_bytes(replace(ANA, extra=extra)))


def test_the_pack_and_the_record_have_the_same_limits() -> None:
    limits = (extra_field_checks.MOST, extra_field_checks.LONGEST_KEY, extra_field_checks.BYTES)
    assert limits == (person.MOST_EXTRA, person.LONGEST_EXTRA_KEY, person.EXTRA_BYTES)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("", "- {key: more, label: {en: A, fr: B}}\n", "“more” is one too many"),
        ("key: profession", "key: " + "x" * 41, "is too long: 40"),
        ("; A parent", "", "“role” needs at least two options"),
        ("; A parent", "; A teacher", "“role” needs at least two options"),
        ("；Parent", "", "“role” does not have as many options in “fr” as in “en”"),
        ("A teacher;", "A teacher" * 30 + ";", "too long for the link"),
        ("least: 1900", "least: 2027", "“year”: the smallest number is above"),
        ("kind: number", "kind: date", "date"),
    ],
)
def test_check_refuses_fields_that_nobody_could_fill_in(old: str, new: str, message: str) -> None:
    yaml = PACK["petition.yaml"]
    changed = {**PACK, "petition.yaml": yaml.replace(old, new, 1) if old else yaml + new}
    assert message in " ".join(str(one.text) for one in check(changed, TODAY) if one.level == "error")


def test_check_warns_of_each_field_that_it_asks_for_personal_data() -> None:
    found = [one for one in check(PACK, TODAY) if "personal data" in str(one.text)]
    assert [one.level for one in found] == ["warning"] * 3
    assert not [one for one in check(PACK, TODAY) if one.level == "error" and "petition.yaml" in one.path]
    assert [field.key for field in parse(PACK).terms.extra_fields] == ["profession", "role", "year"]


ALL = {"extra-profession": "Lehrerin", "extra-role": "2", "extra-year": "1990"}


@pytest.fixture
def asking(tmp_path: Path) -> Petition:
    from tests.conftest import published

    return opened(published(tmp_path / "data"), {**PACK, "campaign.yaml": AT_RISK})


def people(site: Petition) -> list[Person]:
    """Those who have signed, as a trustee reads them."""
    with site.app.app_context():
        rows = db.session.execute(text("SELECT sealed FROM signature")).all()
    return [person.from_bytes(site.key.open(bytes(row[0]))) for row in rows]


def test_the_form_shows_them_after_the_name_and_says_that_they_are_kept(asking: Petition) -> None:
    page = asking.browser().get(BASE).text
    places = [page.index(f'name="{name}"') for name in ("name", *ALL, "email", "agree")]
    assert places == sorted(places)
    assert "Profession (optional)" in page and '<option value="2">A parent</option>' in page
    kept = "<q>Profession</q>, <q>You are</q>, <q>Year of your first visit</q>"
    assert f"not handed over: {kept}." in html.unescape(page)


def test_a_wrong_entry_has_its_message_beside_it_and_nothing_typed_is_lost(asking: Petition) -> None:
    typed = {**ALL, "extra-role": "", "extra-year": "1066", "extra-profession": "x" * 151}
    answer = asking.browser().post(BASE, data=asking.typed(**typed))
    assert answer.status_code == 422
    assert len(problems(answer.text)) == 3
    for name in ("profession", "role", "year"):
        assert f'id="extra-{name}-error"' in answer.text
    assert 'value="1066"' in answer.text and f'value="{"x" * 151}"' in answer.text
    longer = asking.browser().post(BASE, data=asking.typed(**{**ALL, "extra-profession": "ж" * 150}))
    assert longer.status_code == 422
    assert "Together, these entries are too long" in html.unescape(problems(longer.text)[0])
    assert 'id="extra-profession-error"' in longer.text


@pytest.mark.security(62)
def test_people_in_a_country_at_risk_are_not_asked_and_give_nothing(asking: Petition) -> None:
    confirm, _withdraw = asking.signs(country="KZ", understood="y", **{"extra-profession": "Lehrerin"})
    asking.confirm(confirm)
    assert [one.extra for one in people(asking) if one.country == "KZ"] == [{}]


@pytest.mark.security(58)
def test_what_was_typed_is_sealed_and_comes_out_with_the_trustees_key_alone(asking: Petition) -> None:
    confirm, _withdraw = asking.signs(**ALL)
    asking.confirm(confirm)
    extra = {"profession": "Lehrerin", "role": "A parent", "year": "1990"}
    assert extra in [one.extra for one in people(asking)]
    with asking.app.app_context():
        stored = b"".join(bytes(row[0]) for row in db.session.execute(text("SELECT sealed FROM signature")))
    assert b"Lehrerin" not in stored and b"Lehrerin" not in confirm.encode()


def test_the_command_line_gives_a_column_for_each_field_and_shows_all_of_one_person(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = new_key("trees", 1)
    people = [ANA, replace(ANA, email="b@example.org", extra={"role": "=1+1", "year": "1990"})]
    path = sealed_list_of(tmp_path / "list.campaign", key, people)
    names = tmp_path / "names.csv"
    identity = pyrage.x25519.Identity.generate()
    lock = Lock(recipients=(str(identity.to_public()),))
    (tmp_path / "trees.key").write_bytes(key_files.locked(key, lock))
    (tmp_path / "ids.txt").write_text(str(identity))
    common = [
        "--signatures",
        str(path),
        "--key",
        str(tmp_path / "trees.key"),
        "--identity",
        str(tmp_path / "ids.txt"),
    ]
    assert (
        main(["signatures", "open", *common, "--out", str(names), "--void", str(tmp_path / "void.txt")]) == 0
    )
    head, *rows = csv.reader(names.read_text(encoding="utf-8-sig").splitlines())
    assert head[-3:] == ["email", "extra-role", "extra-year"]
    assert sorted(row[-3:] for row in rows) == [
        ["ana@example.org", "", ""],
        ["b@example.org", "'=1+1", "1990"],
    ]
    assert main(["person", "find", *common, "b@example.org"]) == 0
    assert "  role: =1+1\n  year: 1990\n" in capsys.readouterr().out
