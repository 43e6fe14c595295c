"""Several machines: one database, a data folder each. Keys, mails, links, counts and nights are shared."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from campaign import clock, locking
from campaign.counts.answers import AnswerCounts, AnswerRows, DayAnswers, DayWaits
from campaign.counts.letter_counts import LetterCounts
from campaign.counts.store import LetterSums
from campaign.key_store import DatabaseStore, FolderStore, KeyStore, MachineKeyError
from campaign.mail.outbox import Outbox
from campaign.mail.worker import Queue
from campaign.petition import forgetting, nightly
from campaign.petition.public_counts import PublicCounts, SignatureCount
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.setting_values import SettingsError
from campaign.settings import Settings, make_secrets, read
from campaign.untrusted import json_value
from tests.conftest import published
from tests.petition.conftest import BASE, Petition, opened
from tests.tools import PATIENCE

NOON = datetime(2026, 12, 1, 12, 1, tzinfo=UTC)


@dataclass
class Machines:
    """The same site on two machines that share a database and a machine key, and nothing else."""

    here: Petition
    there: Petition


@pytest.fixture
def machines(own_postgres: str, tmp_path: Path) -> Iterator[Machines]:
    """Two applications with data folders of their own."""
    made: list[Petition] = []
    for name in ("here", "there"):
        environment = {
            "CAMPAIGN_DATABASE_URL": own_postgres,
            "CAMPAIGN_KEYS": "database",
            "CAMPAIGN_VOLATILE": str(tmp_path / name / "memory"),
        }
        if made:
            key = (service(Settings, made[0].app).data / "secrets" / "machine").read_bytes()
            (tmp_path / name / "secrets").mkdir(parents=True)
            (tmp_path / name / "secrets" / "machine").write_bytes(key)
            (tmp_path / name / "secrets" / "machine").chmod(0o600)
        app = published(tmp_path / name, **environment)
        made.append(Petition(app, made[0].key) if made else opened(app))
        service(Petitions, app).held("trees", fresh=True)
    yield Machines(*made)
    for petition in made:
        service(Queue, petition.app).close()
        service(Engine, petition.app).dispose()


@pytest.mark.slow
def test_any_machine_sends_any_mail_and_any_link_works_anywhere(machines: Machines) -> None:
    here, there = machines.here, machines.there
    for number, (writes, sends) in enumerate(((here, there), (there, here), (here, here))):
        assert (
            writes.browser().post(BASE, data=writes.typed(email=f"n{number}@example.org")).status_code == 200
        )
        assert sends.deliver() == 1
        from tests.petition.conftest import links_of

        confirm, withdraw = links_of(sends.box.messages[-1])
        assert sends.confirm(confirm) == "Your signature counts"
        assert writes.confirm(confirm) == "Your signature counts"
        assert there.browser().get(withdraw).status_code == here.browser().get(withdraw).status_code == 200
    assert service(Outbox, here.app).waiting().refused == {}
    assert here.records == here.total == 3
    assert here.withdraw(withdraw) == "Your signature has been withdrawn"
    assert not list((service(Settings, here.app).data).glob("petition/trees/*"))
    assert not list((service(Settings, here.app).data).glob("mail-keys/*"))


@pytest.mark.slow
def test_a_form_of_one_machine_is_taken_by_another_and_its_manifest_is_signed_with_one_key(
    machines: Machines,
) -> None:
    here, there = (service(Settings, petition.app).secrets for petition in (machines.here, machines.there))
    assert here == there and len(set(here.values())) == len(here)
    assert machines.there.browser().post(BASE, data=machines.here.typed()).status_code == 200


@pytest.mark.slow
def test_the_same_mailbox_has_the_same_slot_and_a_sheet_the_same_key_on_every_machine(
    machines: Machines,
) -> None:
    here, there = (
        service(Petitions, petition.app).server_keys("trees") for petition in (machines.here, machines.there)
    )
    assert here.index_key(False, 1) == there.index_key(False, 1)
    assert here.sheet_key(7) == there.sheet_key(7)
    here.destroy_sheet_key(7)
    assert here.newest() == there.newest() and here.withdraw_key() == there.withdraw_key()


@pytest.mark.slow
def test_erasing_on_one_machine_erases_on_all(machines: Machines) -> None:
    here, there = machines.here, machines.there
    (confirm, _withdraw) = here.signs()
    assert there.confirm(confirm) == "Your signature counts"
    with clock.use(lambda: datetime(2028, 1, 2, 12, tzinfo=UTC)):
        assert forgetting.catch_up(here.app) == ["trees"]
        forgetting.forget(there.app)
        for petition in (here, there):
            keys = service(Petitions, petition.app).server_keys("trees")
            assert keys.erased and keys.withdraw_key() == b""
    with service(Engine, here.app).connect() as connection:
        left = [row[0] for row in connection.exec_driver_sql("SELECT name FROM server_key")]
    assert [name for name in left if name.startswith("petition/")] == ["petition/trees/erased"]


def test_two_machines_show_the_same_number_and_it_does_not_change_within_the_quarter(
    machines: Machines,
) -> None:
    """Each once summed up when its first visitor came: reloads alternated between 2 and 2,541."""
    here, there = machines.here, machines.there
    first, second = (petition.signs(email=f"n{n}@example.org")[0] for n, petition in enumerate((here, here)))
    here.confirm(first)
    with clock.use(lambda: NOON):
        assert service(PublicCounts, here.app).publish() and service(LetterCounts, here.app).publish()
        assert not service(PublicCounts, there.app).publish(), "once for all"
        assert service(PublicCounts, here.app).of("trees").total == 1
    here.confirm(second)
    with clock.use(lambda: NOON + timedelta(minutes=10)):
        assert service(PublicCounts, there.app).of("trees").total == 1
    with clock.use(lambda: NOON + timedelta(minutes=15)):
        # The worker has not come yet: what it took last is shown, with its time.
        counted = service(PublicCounts, there.app).of("trees")
        assert counted.total == 1 and service(PublicCounts, there.app).newest("trees")[0] == NOON.replace(
            minute=0
        )
        assert service(PublicCounts, there.app).publish()
        service(PublicCounts, here.app)._again_at = float("-inf")
        assert service(PublicCounts, here.app).of("trees").total == 2


def test_a_count_is_the_same_after_the_database() -> None:
    day = NOON.date()
    number = SignatureCount(NOON, day, 9, {"FR": 5}, 4, 2, {day: 9}, 1, 0, {"online": 9})
    counts = PublicCounts(lambda: None)  # type: ignore[arg-type,return-value]
    assert counts.decode(json_value(json.dumps(counts.encode(number)), 9_999)) == number
    letters = LetterCounts(lambda: None)  # type: ignore[arg-type,return-value]
    sent = LetterSums(3, {"office": 3})
    assert letters.decode(json_value(json.dumps(letters.encode(sent)), 9_999)) == sent
    answers = AnswerCounts(lambda: None)  # type: ignore[arg-type,return-value]
    rows = AnswerRows([DayAnswers(day, "office", "en", "none", 2)], [DayWaits(day, "office", 3, 1)])
    assert answers.decode(json_value(json.dumps(answers.encode(rows)), 9_999)) == rows


# one night


def test_a_night_is_done_once_by_one_machine_and_made_up_for_when_it_was_missed(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = machines.here.app, machines.there.app
    with clock.use(lambda: NOON):
        assert nightly.nightly_if_due(here) == [], "a campaign is new on its first day"
    ran: list[str] = []
    run = nightly._run_campaign
    monkeypatch.setattr(nightly, "_run_campaign", lambda *args: ran.append(args[1]) or run(*args))
    with clock.use(lambda: NOON.replace(hour=0, minute=3) + timedelta(days=1)):
        nightly.nightly_if_due(here)
        assert ran == [], "before 0:07 the night has not come"
    with clock.use(lambda: NOON + timedelta(days=3)):  # nobody was there for two nights
        nightly.nightly_if_due(there)
        nightly.nightly_if_due(here)
        assert ran == ["trees"]
    with clock.use(lambda: NOON + timedelta(days=2)):  # a clock that goes back does it no second time
        nightly.nightly_if_due(here)
        assert ran == ["trees"]


def test_only_one_at_a_time_works_and_a_lock_ends_with_its_holder(machines: Machines, tmp_path: Path) -> None:
    engines = [service(Engine, petition.app) for petition in (machines.here, machines.there)]
    held, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with locking.only_one(engines[0], tmp_path, "work") as is_ours:
            assert is_ours
            held.set()
            go_on.wait(PATIENCE)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(PATIENCE)
    with locking.only_one(engines[1], tmp_path, "work") as is_ours:
        assert not is_ours
    with locking.only_one(engines[1], tmp_path, "other work") as is_ours:
        assert is_ours
    go_on.set()
    thread.join()
    with locking.only_one(engines[1], tmp_path, "work") as is_ours:
        assert is_ours


# the stores


def stores(folder: Path, app: Flask) -> dict[str, KeyStore]:
    return {"folder": FolderStore(folder), "database": DatabaseStore(service(Engine, app), b"k" * 32)}


@pytest.mark.parametrize("kind", ["folder", "database"])
def test_a_store_makes_a_key_once_and_destroys_it_for_all(kind: str, storage: Flask, tmp_path: Path) -> None:
    store, other = stores(tmp_path, storage)[kind], stores(tmp_path, storage)[kind]
    name = "petition/trees/link-1"
    assert store.read(name) is None and store.made(name) == 0
    made: set[bytes] = set()
    threads = [
        threading.Thread(target=lambda one=one: made.add(one.make(name, 64))) for one in (store, other) * 3
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1 and len(made.copy().pop()) == 64
    assert abs(store.made(name) - clock.seconds()) < 60
    store.put("petition/trees/erased", b"")
    store.put(name, b"another")
    assert store.read(name) in made and store.read("petition/trees/erased") == b""
    assert store.names("petition/trees/") == ["petition/trees/erased", name]
    assert store.destroy(name) and not store.destroy(name)
    if kind == "database":
        other._read_at = float("-inf")  # five seconds later
    assert other.read(name) is None


def test_the_database_alone_opens_no_key_and_another_machine_key_is_said(storage: Flask) -> None:
    store = DatabaseStore(service(Engine, storage), b"k" * 32)
    key = store.make("petition/trees/withdraw", 64)
    with service(Engine, storage).connect() as connection:
        ((sealed,),) = connection.exec_driver_sql("SELECT sealed FROM server_key").all()
    assert key not in bytes(sealed)
    with pytest.raises(MachineKeyError, match="another machine key"):
        DatabaseStore(service(Engine, storage), b"x" * 32).read("petition/trees/withdraw")


def test_a_machine_is_given_its_key_and_makes_none_in_production(tmp_path: Path) -> None:
    url = "postgresql://db.example.org/campaign"
    shared = {"CAMPAIGN_DATA": str(tmp_path), "CAMPAIGN_KEYS": "database", "CAMPAIGN_DATABASE_URL": url}
    production = {**shared, "CAMPAIGN_PRODUCTION": "yes", "CAMPAIGN_PUBLIC_URL": "https://x.org"}
    tmp_path.chmod(0o700)
    with pytest.raises(SettingsError, match="machine is missing"):
        read(production)
    assert make_secrets(shared) == ["machine"]
    assert read(production).secrets["form"] == read(shared).secrets["form"]
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "machine-key").write_bytes(bytes(range(32)))
    given = read({**shared, "CREDENTIALS_DIRECTORY": str(credentials)})
    assert given.machine_key != read(shared).machine_key
    with pytest.raises(SettingsError, match="needs PostgreSQL"):
        read({**shared, "CAMPAIGN_DATABASE_URL": ""})
    with pytest.raises(SettingsError, match="folder or database"):
        read({**shared, "CAMPAIGN_KEYS": "elsewhere"})
