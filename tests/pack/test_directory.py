"""Offices as an open directory: out of packs, merged without loss, and into packs with a difference to accept."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from campaign.cli.main import main
from campaign.pack import directory, directory_signing
from campaign.pack.directory import DirectoryError, Office
from campaign.pack.directory_import import compared
from campaign.pack.directory_merge import merged
from campaign.pack.files import parse
from campaign.pack.model import Pack
from tests.minimal import FILES
from tests.tools import SEED

SCHEMA = json.loads(directory.SCHEMA.read_text())

MAYOR: Office = {
    "id": "IE/mayor",
    "title": {"en": "Mayor", "fr": "Mayor (fr)"},
    "address": {"lines": ["Town Hall", "Anytown"]},
    "country": "IE",
}


def test_the_offices_of_the_first_campaign_fit_the_schema_and_come_back(pack: Pack) -> None:
    offices = directory.of_pack(pack)
    body = directory.written(offices).decode()
    jsonschema.validate(json.loads(body), SCHEMA)
    assert len(offices) == 19 and {office["id"] for office in directory.read(body)} == {
        office["id"] for office in offices
    }
    assert json.loads(body)["licence"] == "CC0-1.0"


def test_neither_holders_nor_own_offices_nor_prisoners_are_in_it(pack: Pack) -> None:
    held = FILES["addressees.yaml"] + "  holder: {name: A. Somebody, as-of: 2026-01-01, source: plea}\n"
    prisoner = held.replace("  kind: town\n", "  kind: town\n  in-prison: yes\n")
    assert (
        "Somebody"
        not in directory.written(directory.of_pack(parse({**FILES, "addressees.yaml": held}))).decode()
    )
    assert directory.of_pack(parse({**FILES, "addressees.yaml": prisoner})) == []
    assert not any("own-foreign-minister" in office["id"] for office in directory.of_pack(pack))


@pytest.mark.parametrize(
    "change",
    [
        {"id": "mayor"}, {"id": "IE/The Mayor"}, {"title": {}}, {"title": "Mayor"}, {"title": {"en": 1}},
        {"address": ["Town Hall"]}, {"address": {"lines": "Town Hall"}}, {"reads": "en"}, {"email": 7},
        {"answer": {"days": 0}}, {"answer": {"days": True}}, {"answer": {"days": "15"}}, {"answer": []},
        {"salutation": {"en": "Dear Mayor,"}}, {"others": [{"title": {"en": "x"}}]}, {"others": "x"},
    ],
)  # fmt: skip
def test_an_office_of_another_shape_is_refused_by_number(change: dict[str, Any]) -> None:
    body = {"format": directory.FORMAT, "licence": directory.LICENCE, "offices": [MAYOR, {**MAYOR, **change}]}
    with pytest.raises(DirectoryError, match="Office 2"):
        directory.read(json.dumps(body))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(body, SCHEMA) if change != {"title": {}} else jsonschema.validate({}, SCHEMA)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": "other", "offices": []}', "[" * 100, "{" * 9_000_000]
)
def test_what_is_no_directory_is_refused(text: str) -> None:
    with pytest.raises(DirectoryError):
        directory.read(text)


# merging


def test_equal_offices_are_one_and_languages_are_added_up() -> None:
    german = {**MAYOR, "title": {"de": "Bürgermeister", "en": "Mayor"}, "email": "mayor@example.org"}
    result = merged([[MAYOR], [german], [MAYOR]])
    (office,) = result.offices.values()
    assert result.conflicts == [] and "others" not in office
    assert office["title"] == {"en": "Mayor", "fr": "Mayor (fr)", "de": "Bürgermeister"}
    assert office["email"] == "mayor@example.org"


def test_the_one_that_was_checked_last_counts_and_the_other_stays_beside_it() -> None:
    old = {**MAYOR, "checked_on": "2026-01-01"}
    moved = {**MAYOR, "checked_on": "2026-06-01", "address": {"lines": ["New Hall", "Anytown"]}}
    for both in ([[old], [moved]], [[moved], [old]]):
        result = merged(both)
        (office,) = result.offices.values()
        assert office["address"]["lines"] == ["New Hall", "Anytown"] and office["others"] == [old]
        ((name, field),) = [(one.office, one.field) for one in result.conflicts]
        assert (name, field) == ("IE/mayor", "address")


def test_nothing_is_lost_and_nothing_doubled_by_merging_again() -> None:
    variants = [
        {**MAYOR, "checked_on": f"2026-0{n}-01", "address": {"lines": [f"Hall {n}", "Anytown"]}}
        for n in range(1, 5)
    ]
    once = list(merged([[one] for one in variants]).offices.values())
    again = list(merged([once, once, [variants[2]]]).offices.values())
    assert again == once
    body = directory.written(once).decode()
    jsonschema.validate(json.loads(body), SCHEMA)
    assert all(f"Hall {n}" in body for n in range(1, 5))


# into a pack


def newer(**changes: Any) -> list[Office]:
    return [{**MAYOR, "checked_on": "2026-11-01", **changes}, {**MAYOR, "id": "FR/mayor"}]


def test_a_newer_office_changes_what_differs_and_no_more() -> None:
    found = compared(
        parse(FILES), newer(title={"en": "Lord Mayor", "de": "OB"}, website="https://example.org")
    )
    changes = {change.path: change.new for change in found.newer["mayor"]}
    assert changes == {
        ("title", "en"): "Lord Mayor", ("website",): "https://example.org", ("checked-on",): "2026-11-01",
    }  # fmt: skip
    assert found.unknown == ["FR/mayor"]


def test_what_was_not_checked_later_is_a_conflict() -> None:
    office = {**MAYOR, "title": {"en": "Lord Mayor"}}
    found = compared(parse(FILES), [office, MAYOR])
    assert list(found.older) == ["mayor"] and found.same == ["IE/mayor"] and not found.newer


# the commands


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path, words in FILES.items():
        (tmp_path / "trees" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "trees" / path).write_text(words)
    return tmp_path / "trees"


def test_a_check_at_one_site_refreshes_another(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = folder.parent / "directory.json"
    rule = {"days": 20, "working": True, "law": {"en": "The law says so.", "fr": "La loi le dit."}}
    source.write_bytes(directory.written(newer(address={"lines": ["New Hall", "Anytown"]}, answer=rule)))
    before = (folder / "addressees.yaml").read_text()
    assert main(["directory", "import", "--unsigned", str(source), str(folder)]) == 0
    out = capsys.readouterr().out
    assert "- Town Hall / Anytown" in out.replace("lines: ", "") and "--save" in out
    assert (folder / "addressees.yaml").read_text() == before
    assert main(["directory", "import", "--unsigned", str(source), str(folder), "--save"]) == 0
    from campaign.pack.files import read_folder

    mayor = parse(read_folder(folder)).addressees["mayor"]
    assert mayor.address is not None and mayor.address.lines == ("New Hall", "Anytown")
    assert mayor.answer is not None and (mayor.answer.days, mayor.answer.working) == (20, True)
    capsys.readouterr()
    assert main(["directory", "import", "--unsigned", str(source), str(folder)]) == 0
    assert "0 offices change, 0 conflicts, 1 the same" in capsys.readouterr().out


def test_a_conflict_changes_nothing_until_it_is_taken(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = folder.parent / "directory.json"
    source.write_bytes(directory.written([{**MAYOR, "title": {"en": "Lord Mayor"}}]))
    before = (folder / "addressees.yaml").read_text()
    assert main(["directory", "import", "--unsigned", str(source), str(folder), "--save"]) == 0
    assert "Conflict: mayor" in capsys.readouterr().out
    assert (folder / "addressees.yaml").read_text() == before
    assert (
        main(["directory", "import", "--unsigned", str(source), str(folder), "--save", "--take", "mayor"])
        == 0
    )
    assert "Lord Mayor" in (folder / "addressees.yaml").read_text()
    assert main(["directory", "import", "--unsigned", str(source), str(folder), "--take", "nobody"]) == 2


def test_what_would_make_the_pack_wrong_is_not_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = folder.parent / "directory.json"
    source.write_bytes(directory.written(newer(website="javascript:alert(1)")))
    before = (folder / "addressees.yaml").read_text()
    assert main(["directory", "import", "--unsigned", str(source), str(folder), "--save"]) == 1
    assert "website" in capsys.readouterr().err and (folder / "addressees.yaml").read_text() == before


def test_two_packs_are_exported_and_merged_and_the_schema_is_printed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, one, both = (folder.parent / f"{name}.json" for name in ("whole", "one", "both"))
    assert main(["directory", "export", str(SEED), str(folder), "--out", str(whole)]) == 0
    assert "20 offices, 0 conflicts" in capsys.readouterr().out
    assert main(["directory", "export", str(folder), "--out", str(one)]) == 0
    assert main(["directory", "merge", "--unsigned", str(whole), str(one), "--out", str(both)]) == 0
    assert both.read_bytes() == whole.read_bytes()
    assert main(["directory", "merge", "--unsigned", str(folder / "campaign.yaml"), "--out", str(both)]) == 1
    capsys.readouterr()
    assert main(["directory", "schema"]) == 0
    assert json.loads(capsys.readouterr().out) == SCHEMA


# signatures


def made_key(path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The public half of a new key."""
    assert main(["directory", "key", "--name", name, "--out", str(path)]) == 0
    return capsys.readouterr().out.splitlines()[-1]


def test_two_sites_exchange_signed_directories_and_nothing_is_lost(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One has checked an address in March, the other in September: both stay, and the newer one counts."""
    one, two, both = (folder.parent / f"{name}.json" for name in ("one", "two", "both"))
    keys = {name: folder.parent / f"{name}.key" for name in ("one", "two")}
    trusted = [made_key(path, f"{name}.example.org", capsys) for name, path in keys.items()]
    table, original = folder / "addressees.yaml", (folder / "addressees.yaml").read_text()
    for path, hall, day in ((one, "Old Hall", "2026-03-01"), (two, "New Hall", "2026-09-01")):
        changed = original.replace("Town Hall", hall)
        table.write_text(re.sub(r"checked-on: \S+", f"checked-on: {day}", changed) if "checked-on" in changed
                         else changed.replace("  kind: town\n", f"  kind: town\n  checked-on: {day}\n"))  # fmt: skip
        packs = [str(folder), str(SEED)] if path == two else [str(folder)]
        assert main(["directory", "export", *packs, "--key", str(keys[path.stem]), "--out", str(path)]) == 0
    capsys.readouterr()
    merging = ["directory", "merge", str(one), str(two), "--out", str(both), "--key", str(keys["one"])]
    assert main([*merging, "--trust", trusted[1]]) == 0
    out = capsys.readouterr().out
    assert "signed by one.example.org." in out and "signed by two.example.org." in out
    assert "Conflict: IE/mayor › address" in out and "20 offices, 1 conflicts. Signed:" in out
    body = both.read_text()
    assert body.index("New Hall") < body.index("Old Hall"), "the newer check counts, the other stays beside"
    jsonschema.validate(json.loads(body), SCHEMA)
    table.write_text(original)
    taking = ["directory", "import", str(both), str(folder), "--save"]
    assert main([*taking, "--trust", trusted[0]]) == 0 and "New Hall" in table.read_text()


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        (lambda body, note: (body, note), 0, "signed by one.example.org"),
        (lambda body, note: (body.replace(b"Town", b"Gown"), note), 1, "was changed after it was signed"),
        (lambda body, note: (body, note[:-9] + b"AAAAAAA=\n"), 1, "The signature beside the directory is wrong."),
        (lambda body, note: (body, b""), 2, "Nobody whom you trust has signed"),
        (lambda body, note: (body, note.replace(b"one.example.org", b"two.example.org")), 2, "Nobody whom you trust"),
    ],
)  # fmt: skip
def test_only_what_somebody_trusted_signed_is_taken(
    change: Any, status: int, words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, key = folder.parent / "one.json", folder.parent / "one.key"
    vkey = made_key(key, "one.example.org", capsys)
    assert main(["directory", "export", str(folder), "--key", str(key), "--out", str(path)]) == 0
    note = directory_signing.note_beside(path)
    body, signature = change(path.read_bytes(), note.read_bytes())
    path.write_bytes(body)
    note.write_bytes(signature) if signature else note.unlink()
    assert main(["directory", "import", str(path), str(folder), "--trust", vkey]) == status
    printed = capsys.readouterr()
    assert words in printed.out + printed.err
    unsigned = main(["directory", "import", str(path), str(folder), "--trust", vkey, "--unsigned"])
    assert unsigned == (1 if status == 1 else 0), "a file that was changed is never taken"


def test_a_new_export_leaves_no_signature_of_the_old_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, key = folder.parent / "one.json", folder.parent / "one.key"
    made_key(key, "one.example.org", capsys)
    for more in (["--key", str(key)], []):
        assert main(["directory", "export", str(folder), *more, "--out", str(path)]) == 0
        assert directory_signing.note_beside(path).exists() is bool(more)
