"""The trustees' side, off line: key files and words, the sealed list, doubles and series, rights, news."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import Engine

from campaign.cli.main import main
from campaign.petition import export
from campaign.petition.ledger import Ledger
from campaign.services import service
from campaign.settings import Settings
from campaign.signatures import exclusion_list, person, sealed_list
from campaign.signatures.person import Person
from campaign.signatures.public_keys import KeyFileError
from campaign.signatures.sealed_list import SealedListError
from campaign.signatures.sealing import PrivateKey, new_key
from campaign.trustees import key_files, opening, updates
from campaign.trustees.key_files import Lock
from tests.conftest import published
from tests.petition.conftest import ANA, TODAY, Box, Petition, opened
from tests.tools import needed

PASSPHRASE = "шесть зелёных велосипедов"
TRUSTEE = pyrage.x25519.Identity.generate()


@pytest.fixture
def house(tmp_path: Path) -> Petition:
    return opened(published(tmp_path / "data"))


def signed(house: Petition, *people: Person) -> Path:
    """An export with these people's signatures."""
    ledger = service(Ledger, house.app)
    for n, who in enumerate(people):
        link = house.link(sealed=house.key.public.seal(person.to_bytes(who)), slot=n, country=who.country)
        ledger.confirm(house.campaign, link, TODAY)
    path = Path(service(Settings, house.app).data) / "all.campaign"
    export.write(service(Engine, house.app), "trees", house.campaign, path, TODAY)
    return path


# keys


@pytest.mark.slow
def test_a_key_file_opens_with_its_passphrase_and_with_the_standard_tool(tmp_path: Path) -> None:
    key = new_key("trees", 1)
    body = key_files.locked(key, Lock(PASSPHRASE))
    assert key_files.unlocked(body, PASSPHRASE) == key
    assert body.startswith(b"age-encryption.org/v1\n-> scrypt ")


def test_debians_age_opens_a_key_file_of_trustees(tmp_path: Path) -> None:
    needed("age", "age")
    key = new_key("trees", 1)
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "trustee.txt").write_text(f"{identity}\n")
    (tmp_path / "trees.key").write_bytes(key_files.locked(key, Lock(recipients=(str(identity.to_public()),))))
    run = subprocess.run(
        ["age", "-d", "-i", tmp_path / "trustee.txt", tmp_path / "trees.key"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == f"campaign-key-1 trees 1 {key.raw.hex()}\n"


def test_each_of_several_trustees_opens_it_and_nobody_else() -> None:
    key = new_key("trees", 1)
    three = [pyrage.x25519.Identity.generate() for _ in range(3)]
    body = key_files.locked(key, Lock(recipients=tuple(str(one.to_public()) for one in three)))
    for one in three:
        assert key_files.unlocked(body, identities=[str(one)]) == key
    with pytest.raises(KeyFileError, match="does not open"):
        key_files.unlocked(body, identities=[str(pyrage.x25519.Identity.generate())])


@pytest.mark.reliability(18)
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda body: body[:-1], "does not open"),
        (lambda body: body[:60] + bytes([body[60] ^ 1]) + body[61:], "does not open"),
        (lambda body: b"", "does not open"),
        (lambda body: pyrage.encrypt(b"something else", [TRUSTEE.to_public()]), "no campaign’s key"),
    ],
)
def test_a_damaged_key_file_is_told_in_words(change, said: str) -> None:  # type: ignore[no-untyped-def]
    # With an identity: a passphrase takes a second to try, as it should.
    body = key_files.locked(new_key("trees", 1), Lock(recipients=(str(TRUSTEE.to_public()),)))
    with pytest.raises(KeyFileError, match=said):
        key_files.unlocked(change(body), identities=[str(TRUSTEE)])


@pytest.mark.reliability(18)
def test_any_two_of_three_sheets_make_the_key_and_a_mistyped_word_is_told() -> None:
    key = new_key("trees", 1)
    sheets = key_files.words(key, 2, 3)
    assert [len(sheet.split()) for sheet in sheets] == [33, 33, 33]
    for first, second in ((0, 1), (0, 2), (1, 2)):
        assert key_files.from_words("trees", 1, [sheets[first], sheets[second]]) == key
    typo = sheets[0].split()
    typo[20] = "academic" if typo[20] != "academic" else "acid"
    foreign = [key_files.words(key, 2, 3)[0], sheets[1]]
    for wrong in (["academic acid"], [sheets[0]], foreign):
        with pytest.raises(KeyFileError, match="do not make the key"):
            key_files.from_words("trees", 1, wrong)
    with pytest.raises(KeyFileError, match="checksum"):
        key_files.from_words("trees", 1, [" ".join(typo), sheets[1]])


@pytest.mark.slow
def test_the_commands_make_add_rotate_and_verify_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CAMPAIGN_PASSPHRASE", PASSPHRASE)
    Path("trustee.txt").write_text(str(TRUSTEE))
    mine, theirs = ["--identity", "trustee.txt"], ["--recipient", str(TRUSTEE.to_public())]

    def said(status: int, *words: str) -> str:
        assert main(["keys", *words]) == status
        out = capsys.readouterr()
        return out.out + out.err

    told = said(0, "new", "--campaign", "trees", "--out", "first.key", "--words", "2of3")
    assert told.count("Sheet ") == 3 and "Fingerprint: " in told
    assert Path("first.key").stat().st_mode & 0o077 == 0
    assert "nothing is overwritten" in said(2, "new", "--campaign", "trees", "--out", "first.key")
    assert "Opens a test message of trees, epoch 1" in said(
        0, "verify", "--key", "first.key", "--public", "first.pub"
    )
    said(0, "add", "--key", "first.key", "--out", "added.key", *theirs)
    said(0, "verify", "--key", "added.key", *mine, "--public", "first.pub")
    assert "trees, epoch 2" in said(0, "rotate", "--key", "added.key", *mine, "--out", "second.key", *theirs)
    assert "does NOT open" in said(1, "verify", "--key", "second.key", *mine, "--public", "first.pub")
    key = key_files.unlocked(Path("added.key").read_bytes(), identities=[str(TRUSTEE)])
    assert isinstance(key, PrivateKey)
    Path("words.txt").write_text("\n".join(key_files.words(key, 2, 3)[:2]))
    said(0, "verify", "--words", "words.txt", "--public", "first.pub")

    new = ("new", "--campaign", "trees", "--out", "x.key")
    assert "No such file" in said(2, "verify", "--key", "none.key")
    assert "Name a key file" in said(2, "verify")
    assert "Shares need --public" in said(2, "verify", "--words", "words.txt")
    assert "--words is like 2of3" in said(2, *new, "--words", "5of3")
    assert "begins with age1" in said(2, *new, "--recipient", "age1nonsense")
    assert "An epoch is a number" in said(2, *new, "--epoch", "0")
    assert "has no age identity" in said(2, "verify", "--key", "added.key", "--identity", "words.txt")
    monkeypatch.setenv("CAMPAIGN_PASSPHRASE", "short")
    assert "12 characters or more" in said(2, *new)
    assert not Path("x.key").exists()
    monkeypatch.setenv("CAMPAIGN_PASSPHRASE", "wrong passphrase")
    assert "the passphrase is another one" in said(2, "verify", "--key", "first.key")


def test_a_key_in_parts_opens_with_enough_of_them_and_one_person_alone_opens_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    identities = [pyrage.x25519.Identity.generate() for _ in range(3)]
    for number, identity in enumerate(identities, 1):
        Path(f"{number}.txt").write_text(str(identity))
    Path("all.txt").write_text("\n".join(map(str, identities)))
    to = [word for identity in identities for word in ("--recipient", str(identity.to_public()))]

    def said(status: int, *words: str) -> str:
        assert main(["keys", *words]) == status
        out = capsys.readouterr()
        return out.out + out.err

    new = ("new", "--campaign", "trees", "--out", "trees.key", "--parts", "2of3")
    assert "one --recipient for each part" in said(2, *new, *to[:2])
    assert "give --words and --parts alike" in said(2, *new, *to, "--words", "2of5")
    told = said(0, *new, *to, "--words", "2of3")
    (words,) = [key_files.unlocked(Path("trees-2.key").read_bytes(), identities=[str(identities[1])])]
    assert isinstance(words, key_files.KeyPart) and all(word in told for word in words.words.split())
    assert "trees-1.key, trees-2.key, trees-3.key: any 2 of them open trees, epoch 1" in told
    assert sorted(path.name for path in tmp_path.glob("*.key")) == [
        "trees-1.key",
        "trees-2.key",
        "trees-3.key",
    ]
    assert "nothing is overwritten" in said(2, *new, *to)

    def verify(status: int, *numbers: int) -> str:
        files = [word for number in numbers for word in ("--key", f"trees-{number}.key")]
        return said(status, "verify", *files, "--identity", "all.txt", "--public", "trees.pub")

    for numbers in ((1, 2), (3, 1), (1, 2, 3)):
        assert "Opens a test message of trees, epoch 1" in verify(0, *numbers)
    for numbers in ((1,), (2, 2)):
        assert "These words do not make the key" in verify(2, *numbers)
    files = ("--key", "trees-1.key", "--key", "trees-3.key", "--identity", "all.txt")
    said(0, "add", *files, "--out", "whole.key", *to[:2])
    said(0, "verify", "--key", "whole.key", "--identity", "1.txt", "--public", "trees.pub")
    said(0, "rotate", *files, "--out", "next.key", *to[:2])
    several = ("--key", "whole.key", "--key", "next.key", "--identity", "all.txt")
    assert "several keys" in said(2, "add", *several, "--out", "x.key", *to[:2])
    assert "--parts is like 2of3" in said(2, *new[:4], "y.key", "--parts", "3of2", *to[:2])


# the sealed list


def test_the_list_is_opened_as_it_was_sealed_and_doubles_are_void_but_for_the_newest(house: Petition) -> None:
    old, new = replace(ANA, place="Paris"), replace(ANA, day="2026-12-01", email="Ana@example.org")
    eve = replace(ANA, name="Eve Example", email="eve@example.org", country="DE")
    path = signed(house, old, new, eve)
    found = opening.examine(path, {1: house.key})
    assert (found.records, found.people, found.unopened) == (3, 2, 0)
    assert [(line.what, line.country, line.reason) for line in found.lines] == [("void", "FR", "double")]
    assert {one.person.place for one in opening.people(path, {1: house.key}, found.kept)} == {"Lyon"}
    lines = exclusion_list.read(exclusion_list.written("trees", "0" * 64, found.lines), "trees")
    assert lines == found.lines


def test_series_are_told_and_asked_about_and_nobody_is_void_by_a_machine_s_guess(house: Petition) -> None:
    crowd = [replace(ANA, name=f"Person {'x' * n}", email=f"robot{n}@flood.example") for n in range(12)]
    same = [
        replace(ANA, name="Eve  EXAMPLE" if n else "Eve Example", email=f"a{'b' * n}@gmail.com")
        for n in range(6)
    ]
    path = signed(house, *crowd, *same)
    found = opening.examine(path, {1: house.key})
    assert dict(found.series) == {
        "domain flood.example": 12,
        "numbered robot#@flood.example": 12,
        "name eve example": 6,
    }
    assert {line.what for line in found.lines} == {"?"} and found.people == 18
    # The list goes to the server: it names series by number, and nobody.
    assert {line.reason for line in found.lines} == {
        "domain, series 1",
        "numbered, series 2",
        "name, series 3",
    }


def test_a_possible_duplicate_that_is_somebody_else_is_counted_by_the_list(house: Petition) -> None:
    ledger = service(Ledger, house.app)
    for who in (ANA, replace(ANA, name="Eve Example", email="eve@example.org")):
        ledger.confirm(
            house.campaign, house.link(sealed=house.key.public.seal(person.to_bytes(who)), slot=7), TODAY
        )
    path = signed(house)
    found = opening.examine(path, {1: house.key})
    assert [(line.what, line.reason) for line in found.lines] == [("count", "genuine")]


@pytest.mark.parametrize("change", ["cut", "byte", "head", "empty", "other", "record out"])
def test_a_list_that_is_not_whole_is_refused(change: str, house: Petition) -> None:
    path = signed(house, ANA, replace(ANA, email="eve@example.org"))
    body = path.read_bytes()
    changed = {
        "cut": body[: len(body) // 2],
        "byte": body[:-60] + bytes([body[-60] ^ 1]) + body[-59:],
        "head": body.replace(b'"records": 2', b'"records": 3'),
        "empty": b"",
        "other": b"something else\n" + body,
        "record out": body[:-60],
    }[change]
    path.write_bytes(changed)
    with pytest.raises(SealedListError):
        opening.examine(path, {1: house.key})


def test_a_host_that_takes_a_record_away_does_not_add_up_with_the_manifest(house: Petition) -> None:
    from campaign.petition import manifests

    path = signed(house, ANA, replace(ANA, email="eve@example.org"))
    said = sealed_list.head(path)
    with service(Engine, house.app).execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("DELETE FROM signature WHERE id = (SELECT min(id) FROM signature)")
        connection.exec_driver_sql("UPDATE signature_tally SET count = 1")
        found = manifests.amount(connection, "trees", house.campaign, TODAY)
    assert (found.records, said.records) == (1, 2) and found.sum != said.sum and found.gone == said.gone


@pytest.mark.security(63)
def test_the_commands_export_open_find_and_forget(
    house: Petition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    formula = replace(ANA, name="Eve Example", email="eve@example.org", place="=cmd")
    signed(house, ANA, formula)
    monkeypatch.setenv("CAMPAIGN_DATA", str(tmp_path / "data"))
    key, sealed = tmp_path / "trees.key", tmp_path / "out.campaign"
    key.write_bytes(key_files.locked(house.key, Lock(recipients=(str(TRUSTEE.to_public()),))))
    (tmp_path / "trustee.txt").write_text(str(TRUSTEE))
    assert main(["signatures", "export", str(sealed)]) == 0
    told = capsys.readouterr().out
    assert "2 sealed records of trees" in told and sealed_list.file_hash(sealed) in told
    given = ["--signatures", str(sealed), "--key", str(key), "--identity", str(tmp_path / "trustee.txt")]
    assert (
        main(
            [
                "signatures",
                "open",
                *given,
                "--out",
                str(tmp_path / "names.csv"),
                "--void",
                str(tmp_path / "void.txt"),
            ]
        )
        == 0
    )
    table = (tmp_path / "names.csv").read_text(encoding="utf-8-sig")
    assert '"Ana Example","FR","Lyon","2026-11-24"' in table and "'=cmd" in table
    assert (tmp_path / "names.csv").stat().st_mode & 0o077 == 0
    assert (
        main(
            [
                "signatures",
                "open",
                *given,
                "--out",
                str(tmp_path / "names.csv"),
                "--void",
                str(tmp_path / "v.txt"),
            ]
        )
        == 2
    )
    capsys.readouterr()
    assert main(["person", "find", "ANA@example.org", *given]) == 0
    told = capsys.readouterr().out
    assert "Ana Example" in told and "edition 1" in told
    ids = tmp_path / "ids.txt"
    ids.write_text(next(line.split()[1] for line in told.splitlines() if line.startswith("record ")))
    assert main(["signatures", "forget", str(ids)]) == 0
    assert "1 of 1 records were there" in capsys.readouterr().out
    assert (house.records, house.total) == (1, 1)
    assert main(["person", "find", "nobody@example.org", *given]) == 0
    assert "This file holds nothing" in capsys.readouterr().out


# news


@pytest.mark.security(44)
def test_news_go_to_those_who_asked_once_in_their_language_and_can_be_stopped(
    house: Petition, tmp_path: Path
) -> None:
    wants = replace(ANA, news=True)
    path = signed(
        house, wants, replace(wants, day="2026-12-02"), replace(wants, email="eve@example.org", language="fr"),
        replace(ANA, email="noa@example.org"), replace(wants, email="out@example.org"),
    )  # fmt: skip
    with house.app.app_context():
        from campaign.database import db
        from campaign.petition import erasure

        (silent,) = opening.find(path, {1: house.key}, "out@example.org")
        erasure.no_news(db.session, house.campaign, silent.record.id)
    export.write(service(Engine, house.app), "trees", house.campaign, path, TODAY)
    (tmp_path / "may.en.txt").write_text("What came of it\nThey answered.\n")
    (tmp_path / "may.fr.txt").write_text("La suite\nIls ont répondu.\n")
    job = updates.Job(
        path,
        {1: house.key},
        str(tmp_path / "may"),
        "us@example.org",
        "https://site.example",
        tmp_path / "sent",
    )
    box = Box()
    assert updates.count(job) == 2
    done = updates.send(job, box, pause=0)
    assert (done.sent, done.before, done.failed) == (2, 0, 0)
    mails = {str(message["To"]): message for message in box.messages}
    assert set(mails) == {"ana@example.org", "eve@example.org"}
    assert str(mails["eve@example.org"]["Subject"]) == "La suite"
    for message in mails.values():
        assert str(message["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
        assert str(message["List-Unsubscribe"]).startswith("<https://site.example/")
    assert "example.org" not in (tmp_path / "sent").read_text()
    again = updates.send(job, box, pause=0)
    assert (again.sent, again.before, len(box.messages)) == (0, 2, 2)
    with pytest.raises(ValueError, match="There is no"):
        updates.send(replace(job, text=str(tmp_path / "june")), box, pause=0)


def test_an_account_s_password_never_stands_in_the_address_that_is_typed() -> None:
    assert (
        updates.with_password("smtps://me@mail.example.org:465", "a/b@c")
        == "smtps://me:a%2Fb%40c@mail.example.org:465"
    )
    assert updates.with_password("smtp://127.0.0.1:25", "x") == "smtp://127.0.0.1:25"


def test_the_manifest_is_signed_by_the_server_and_a_changed_one_is_found() -> None:
    from campaign.signatures import manifest

    seed = bytes(range(32))
    body = manifest.signed(manifest.Totals("trees", "2026-11-24", 5, "0" * 64, 1, 1), seed)
    public = manifest.public_key(seed)
    assert manifest.genuine(body, public)
    changed = json.dumps({**json.loads(body), "records": 6})
    for wrong, key in (
        (changed, public),
        (body, manifest.public_key(bytes(32))),
        ("{}", public),
        ("nonsense", public),
    ):
        assert not manifest.genuine(wrong, key)


def test_the_sum_does_not_depend_on_the_order() -> None:
    from campaign.signatures.manifest import Sum

    records = [(n, bytes([n] * 5)) for n in range(10)]
    one, other = Sum(), Sum()
    for record in records:
        one.add(*record)
    for record in reversed(records):
        other.add(*record)
    assert one.hex == other.hex and one.records == 10
