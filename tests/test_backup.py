"""Backup and restore: everything comes back, and nothing that was withdrawn or erased, on either engine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyrage
import pytest
from flask import Flask
from sqlalchemy import Engine, text

from campaign import clock
from campaign.backup import making, restoring, sealed_file
from campaign.backup.sealed_file import BackupError, Entry
from campaign.cli.main import main
from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.key_store import FolderStore
from campaign.mail.outbox import Outbox
from campaign.mail.worker import Queue
from campaign.petition import erasure, journal, reasons, removal
from campaign.petition.comparison import compare
from campaign.petition.journal import Journal
from campaign.petition.server_keys import KeysMissingError
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.settings import Settings
from tests.conftest import published
from tests.minimal import FILES
from tests.petition.conftest import BASE, TERMS, Petition, headline, opened
from tests.petition.test_reasons import (
    ORGANISER,
    decide,
    form_in,
    own_page,
    pressed,
    rows,
    send,
    shown,
    signed_and_wrote,
)
from tests.tools import needed, without_tokens

#: A campaign whose signers may show their names.
SHOWING = {"petition.yaml": TERMS["petition.yaml"].replace("events: []", "names: yes\nevents: []")}

#: A campaign whose signers are asked why they sign.
ASKING = {"petition.yaml": TERMS["petition.yaml"] + "reasons: yes\n"}


@dataclass
class Keys:
    """Two recipients with their identities in files."""

    folder: Path
    to: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        for name in ("data", "keys"):
            identity = pyrage.x25519.Identity.generate()
            (self.folder / name).write_text(f"# a comment\n{identity}\n")
            self.to.append(str(identity.to_public()))


@dataclass
class Place:
    """Where a site was backed up, and where it is restored."""

    petition: Petition
    keys: Keys
    folder: Path
    monkeypatch: pytest.MonkeyPatch
    made: list[Flask] = field(default_factory=list)

    @property
    def app(self) -> Flask:
        return self.petition.app

    @property
    def journal(self) -> Path:
        return service(Journal, self.app).folder

    def run(self, data: Path, url: str, *words: str) -> int:
        self.monkeypatch.setenv("CAMPAIGN_DATA", str(data))
        self.monkeypatch.setenv("CAMPAIGN_VOLATILE", str(data / "memory"))
        self.monkeypatch.setenv("CAMPAIGN_DATABASE_URL", url)
        return main(list(words))

    def backup(self, *more: str, name: str = "site") -> int:
        settings = service(Settings, self.app)
        to = (
            "--to",
            self.keys.to[0],
            *(more or ("--keys", str(self.folder / f"{name}.keys"), "--keys-to", self.keys.to[1])),
        )
        return self.run(settings.data, settings.database_url, "backup", str(self.folder / f"{name}.age"), *to)

    def restore(
        self, url: str, *more: str, keys: bool = True, journals: bool = True, name: str = "site"
    ) -> int:
        words = ["restore", str(self.folder / f"{name}.age"), "--identity", str(self.keys.folder / "data")]
        if keys:
            words += [
                "--keys",
                str(self.folder / f"{name}.keys"),
                "--keys-identity",
                str(self.keys.folder / "keys"),
            ]
        if journals:
            words += ["--journal", str(self.journal)]
        return self.run(self.folder / "new", url, *words, *more)

    def restored(self, url: str) -> Petition:
        app = published(
            self.folder / "new",
            CAMPAIGN_DATABASE_URL=url.replace("+psycopg", ""),
            CAMPAIGN_VOLATILE=str(self.folder / "memory"),
        )
        self.made.append(app)
        return Petition(app, self.petition.key, self.petition.box)


@pytest.fixture
def place(storage: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    petition = opened(storage, SHOWING)
    place = Place(petition, Keys(tmp_path / "identities"), tmp_path, monkeypatch)
    yield place
    for app in place.made:
        service(Queue, app).close()
        service(Engine, app).dispose()


@pytest.fixture
def target(request: pytest.FixtureRequest, storage: Flask, tmp_path: Path) -> str:
    """The address of an empty database: on PostgreSQL for one from SQLite, and the other way round."""
    if service(Engine, storage).dialect.name == "sqlite":
        return str(request.getfixturevalue("own_postgres"))
    return f"sqlite:///{tmp_path / 'new.sqlite'}"


@pytest.fixture
def same(request: pytest.FixtureRequest, storage: Flask, tmp_path: Path) -> str:
    """The address of an empty database on the same engine."""
    if service(Engine, storage).dialect.name == "postgresql":
        return str(request.getfixturevalue("own_postgres"))
    return f"sqlite:///{tmp_path / 'new.sqlite'}"


def signers(petition: Petition, number: int, **more: Any) -> list[tuple[str, str]]:
    """So many people sign and confirm; the paths of their links."""
    paths = [petition.signs(email=f"n{n}@example.org", **more) for n in range(number)]
    for confirm, _withdraw in paths:
        assert petition.confirm(confirm) == "Your signature counts"
    return paths


def sums(petition: Petition) -> tuple[int, int, int]:
    with service(Engine, petition.app).connect() as connection:
        compared = compare(connection, petition.campaign)
    return petition.records, petition.total, compared.difference


def names(petition: Petition) -> list[str]:
    with petition.app.app_context():
        return sorted(str(row[0]) for row in db.session.execute(text("SELECT name FROM public_name")))


@pytest.mark.reliability(13)
def test_everything_comes_back_on_another_engine_and_what_was_withdrawn_since_does_not(
    place: Place, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    petition = place.petition
    paths = signers(petition, 6, show_name="y")
    waiting = petition.signs(email="late@example.org")
    assert place.backup() == 0
    # Since then: two withdraw, one of them who had shown a name; one never confirmed; trustees exclude one.
    assert petition.withdraw(paths[0][1]) == "Your signature has been withdrawn"
    assert petition.withdraw(paths[1][1]) == "Your signature has been withdrawn"
    withdrawn_later = petition.signs(email="never@example.org")
    assert petition.confirm(withdrawn_later[0]) == "Your signature counts"
    petition.withdraw(withdrawn_later[1])
    with petition.app.app_context():
        excluded = petition.number("SELECT max(id) FROM signature")
        erasure.forget(db.session, "trees", [excluded], "trustees", clock.today())
        db.session.close()
        with db.engine.connect() as connection:
            service(Journal).catch_up(connection)
    assert place.restore(target) == 0
    said = capsys.readouterr()
    assert "difference 0" in said.out and "2 withdrawn" in said.out and "1 voided" in said.out
    assert "dead" not in without_tokens(said.err + said.out)
    restored = place.restored(target)
    assert sums(restored) == (3, 3, 0) and names(restored) == names(petition)
    # The links in people's e-mail work as before.
    assert restored.confirm(waiting[0]) == "Your signature counts"
    assert restored.withdraw(waiting[1]) == "Your signature has been withdrawn"
    assert restored.confirm(paths[0][0]) != "Your signature counts"
    assert restored.confirm(withdrawn_later[0]) != "Your signature counts", "its record is in no backup"
    assert sums(restored) == (3, 3, 0)
    assert restored.browser().get("/en/trees/").status_code == 200
    # What was restored can be written on.
    with restored.app.app_context():
        changed = {**FILES, **SHOWING, "petition.en.md": FILES["petition.en.md"] + "\nMore.\n"}
        assert store.publish(db.session, "trees", changed, store.Authorship("files")) == 2


@pytest.mark.reliability(13)
def test_no_restored_backup_shows_why_somebody_signed_who_took_it_back(
    place: Place, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Taken back, withdrawn with the signature, taken down or refused since; whoever wrote again keeps that."""
    petition = opened_again(place.petition)
    written = {
        words: signed_and_wrote(petition, f"{number}@example.org", reason=words)
        for number, words in enumerate(("Back.", "Withdrawn.", "Down.", "Stays.", "First of two."))
    }
    decide(petition)
    refused = signed_and_wrote(petition, "refused@example.org", reason="Refused.")
    assert place.backup() == 0
    pressed(petition, own_page(written["Back."]), "take-back")
    petition.withdraw(written["Withdrawn."])
    pressed(petition, own_page(written["First of two."]), "take-back")
    page = petition.browser().get(own_page(written["First of two."])).text
    assert send(petition, form_in(page), reason="Second of two.").status_code == 303
    with petition.app.app_context():
        numbers = [
            db.session.execute(text("SELECT id FROM reason WHERE words = :words"), {"words": words}).scalar()
            for words in ("Down.", "Refused.")
        ]
        assert reasons.refuse(db.session, "trees", ORGANISER, numbers, service(Journal)) == 2
    assert place.backup(name="later") == 0
    for name, left in (("site", ["Stays."]), ("later", ["Second of two.", "Stays."])):
        shutil.rmtree(place.folder / "new", ignore_errors=True)
        address = target if name == "site" else f"sqlite:///{place.folder / 'later.sqlite'}"
        assert place.restore(address, name=name) == 0
        restored = place.restored(address)
        assert sorted(words for (words,) in rows(restored, "words") if words) == left
        assert "Stays." in shown(restored) and "Down." not in shown(restored)
    assert "5 reason" in capsys.readouterr().out
    assert refused


def opened_again(petition: Petition) -> Petition:
    """The same petition, whose signers are asked why they sign."""
    with petition.app.app_context():
        store.publish(db.session, "trees", {**FILES, **ASKING}, store.Authorship("files"))
        service(EditionCache).load()
    return petition


@pytest.mark.slow
def test_without_the_journal_the_restore_stops_and_says_what_would_come_back(
    place: Place, same: str, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = signers(place.petition, 3)
    assert place.backup() == 0
    place.petition.withdraw(paths[0][1])
    assert place.restore(same, journals=False) == 1
    assert "No journal knows of the backup" in capsys.readouterr().err
    assert place.restore(same, "--without-journal", journals=False) == 0
    assert sums(place.restored(same)) == (3, 3, 0), "the journal is what keeps it away: the test can fail"


@pytest.mark.reliability(13)
@pytest.mark.slow
@pytest.mark.parametrize("ending", ["erased", "removed"])
def test_a_campaign_that_was_erased_since_stays_erased(ending: str, place: Place, same: str) -> None:
    signers(place.petition, 3, show_name="y")
    assert place.backup() == 0
    with place.app.app_context():
        if ending == "removed":
            removal.remove(db.session, "trees", "Ana", clock.today())
        else:
            with store.writing(db.session, "trees") as campaign:
                assert erasure.erase_all(db.session, campaign, clock.today()) == 3
        db.session.close()
        with db.engine.connect() as connection:
            assert service(Journal).catch_up(connection) == (2 if ending == "removed" else 1)
    assert place.restore(same) == 0
    restored = place.restored(same)
    assert restored.records == 0 and names(restored) == []
    assert restored.browser().get(BASE).status_code == (410 if ending == "removed" else 200)


@pytest.mark.slow
def test_without_the_keys_it_says_which_links_are_dead_and_makes_none_in_their_place(
    place: Place, same: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (confirm, withdraw), *_ = signers(place.petition, 2)
    assert place.backup() == 0
    assert place.restore(same, keys=False) == 0
    assert "Links to withdraw that were sent before are dead." in capsys.readouterr().err
    restored = place.restored(same)
    keys = service(Petitions, restored.app).server_keys("trees")
    for wanted in (keys.newest, keys.withdraw_key, lambda: keys.index_key(False, 1)):
        with pytest.raises(KeysMissingError):
            wanted()
    assert restored.browser().get(withdraw).status_code == 404
    answer = restored.browser().post(BASE, data=restored.typed())
    assert answer.status_code == 503 and 'value="Ana Example"' in answer.text
    # Its operator decides that they are lost.
    data, url = service(Settings, restored.app).data, service(Settings, restored.app).database_url
    assert place.run(data, url, "secrets", "--replace-keys", "trees") == 0
    assert (
        headline(restored.browser().get(confirm).text) and restored.browser().get(confirm).status_code == 404
    )
    again = restored.signs(email="again@example.org")
    assert restored.confirm(again[0]) == "Your signature counts"


def test_neither_file_has_what_the_other_is_kept_apart_from(place: Place) -> None:
    signers(place.petition, 2)
    with service(Engine, place.app).execution_options(writes=True).begin() as connection:
        service(Outbox, place.app).put(connection, {"kind": "confirm", "to": "waiting@example.org"})
    assert place.backup() == 0
    data = list(
        sealed_file.read(place.folder / "site.age", sealed_file.identities(place.keys.folder / "data"))
    )
    keys = list(
        sealed_file.read(place.folder / "site.keys", sealed_file.identities(place.keys.folder / "keys"))
    )
    held = {entry.name: entry.body for entry in keys}
    assert {
        "petition/trees/link-1",
        "petition/trees/withdraw",
        "petition/trees/index",
        "secrets/form",
    } <= held.keys()
    everything = b"".join(entry.body for entry in data)
    for name, key in held.items():
        assert name == "end.json" or key not in everything, name
    mail_keys = [path.read_bytes() for path in service(Settings, place.app).queue_keys.iterdir()]
    assert mail_keys and not any(key in everything or key in held.values() for key in mail_keys)
    assert not any(
        entry.name.startswith(("tables/mail", "tables/sign_in", "tables/server_key")) for entry in data
    )
    with pytest.raises(BackupError, match="another key"):
        list(sealed_file.read(place.folder / "site.keys", sealed_file.identities(place.keys.folder / "data")))
    assert (place.folder / "site.age").stat().st_mode & 0o077 == 0
    note = (service(Settings, place.app).data / "backup.json").read_text()
    assert '"verified": true' in note and place.keys.to[0] in note


@pytest.mark.slow
def test_what_cannot_be_made_or_read_is_one_line_and_leaves_nothing(
    place: Place, same: str, capsys: pytest.CaptureFixture[str]
) -> None:
    signers(place.petition, 1)
    table: list[tuple[tuple[str, ...], str]] = [
        (("--to", "age1nonsense"), "is no recipient"),
        (("--keys", str(place.folder / "site.keys")), "belong together"),
        (("--keys", str(place.folder / "site.keys"), "--keys-to", place.keys.to[0]), "another recipient"),
    ]
    for words, says in table:
        assert place.backup(*words) == 2
        said = capsys.readouterr().err
        assert says in said and said.count("\n") == 1, said
        assert not list(place.folder.glob("site.*"))
    assert place.backup() == 0
    assert place.backup() == 2 and "site.age" in capsys.readouterr().err
    whole = (place.folder / "site.age").read_bytes()
    for damage in (
        whole[:-20],
        whole[:-3000],
        whole[:300],
        whole[:-50] + bytes([whole[-50] ^ 1]) + whole[-49:],
        b"nothing",
    ):
        (place.folder / "bad.age").write_bytes(damage)
        assert place.restore(same, name="bad", keys=False) == 1
        assert "does not open" in capsys.readouterr().err
        assert not (place.folder / "new" / "secrets").exists()
    assert place.restore(same) == 0
    assert place.restore(same) == 1 and "is not empty" in capsys.readouterr().err
    shutil.rmtree(place.folder / "new")
    assert place.restore(same) == 1 and "The database is not empty" in capsys.readouterr().err


def test_a_file_of_the_age_tool_s_format_opens_with_it(place: Place) -> None:
    needed("age", "age")
    signers(place.petition, 1)
    assert place.backup() == 0
    opened_file = subprocess.run(
        ["age", "--decrypt", "-i", str(place.keys.folder / "data"), str(place.folder / "site.age")],
        capture_output=True, check=True,
    )  # fmt: skip
    listed = subprocess.run(["tar", "tzf", "-"], input=opened_file.stdout, capture_output=True, check=True)
    assert b"head.json" in listed.stdout and b"tables/signature/000001" in listed.stdout


@pytest.mark.reliability(13)
@pytest.mark.slow
def test_it_is_consistent_while_people_sign(place: Place, same: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signatures and tally are of the same moment, though both change while the rows are read."""
    signers(place.petition, 4)
    late = [place.petition.signs(email=f"late{n}@example.org") for n in range(3)]
    entries: Callable[..., Any] = making.tables.dumped

    def while_others_sign(connection: Any, sums: Any) -> Any:
        for entry in entries(connection, sums):
            if late:
                place.petition.confirm(late.pop()[0])
            yield entry

    monkeypatch.setattr(making.tables, "dumped", while_others_sign)
    assert place.backup() == 0
    monkeypatch.undo()
    place.monkeypatch.setattr(os, "environ", os.environ)
    assert place.petition.records == 7 and not late
    assert place.restore(same) == 0
    records, total, difference = sums(place.restored(same))
    assert difference == 0 and 4 <= records == total < 7


# the journal


@pytest.mark.slow
def test_a_withdrawal_is_in_the_journal_before_it_is_answered_and_only_as_a_hash(place: Place) -> None:
    (_, withdraw), *_ = signers(place.petition, 1)
    place.petition.withdraw(withdraw)
    lines = set(service(Journal, place.app).lines())
    assert {kind for kind, _value in lines} == {journal.WITHDRAWN, journal.NAME}
    record = place.petition.number("SELECT id FROM gone")
    written = "".join(path.read_text() for path in place.journal.iterdir())
    assert str(record) not in written and f"{record:x}" not in written
    assert all(path.stat().st_mode & 0o077 == 0 for path in place.journal.iterdir())


@pytest.mark.reliability(7)
def test_a_journal_that_cannot_be_written_refuses_the_withdrawal_in_words(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    (_, withdraw), *_ = signers(place.petition, 1)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "note", full)
        answer = place.petition.browser().post(
            withdraw, data={"form_token": place.petition.token("withdraw/trees")}
        )
        assert answer.status_code == 503 and place.petition.records == 1
    assert place.petition.withdraw(withdraw) == "Your signature has been withdrawn"


def test_old_months_go_and_a_line_that_a_crash_cut_off_is_left_out(tmp_path: Path) -> None:
    kept = Journal(tmp_path)
    for number in range(30):
        year, month = 2024 + number // 12, number % 12 + 1
        (tmp_path / f"{year}-{month:02}.log").write_text(f"withdrawn {number:032x}\nwithdrawn 00")
    assert len(list(kept.lines())) == 30
    from datetime import date

    assert kept.forget_old(date(2026, 6, 30)) == 16
    assert min(path.stem for path in tmp_path.iterdir()) == "2025-05"
    assert kept.forget_old(date(2099, 1, 1)) == 0, "a wrong clock does not empty it"


def test_an_entry_that_is_missing_is_found(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="not complete"):
        list(making.checked(iter([Entry("head.json", b"{}")])))


def test_a_log_cannot_be_signed_before_the_mark_that_it_was_restored_is_on_the_disk(tmp_path: Path) -> None:
    written: list[str] = []

    class Noting(FolderStore):
        def put(self, name: str, value: bytes) -> None:
            written.append(name.rpartition("/")[2])
            super().put(name, value)

    names = ("petition/trees/log-sign", "secrets/form", "petition/trees/log-newest")
    files = Noting(tmp_path)
    restoring.write_keys([Entry(name, b"body") for name in names], files, files)
    assert written == ["log-restored", "log-newest", "log-sign"]
    assert files.names("petition/trees/") == [f"petition/trees/{name}" for name in sorted(written)]


@pytest.mark.slow
def test_editions_are_there_again(place: Place, target: str) -> None:
    with place.app.app_context():
        before = store.files_of(db.session, "trees", 1)
    assert place.backup() == 0 and place.restore(target) == 0
    restored = place.restored(target)
    assert service(EditionCache, restored.app)["trees"].number == 1
    with restored.app.app_context():
        assert store.files_of(db.session, "trees", 1) == before
