"""What was promised to be gone is gone: after a night that was missed, in every process, on every machine."""

from __future__ import annotations

import gc
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from campaign import clock
from campaign.counts.letter_counts import LetterCounts
from campaign.database import db
from campaign.editions.edition_cache import EditionCache
from campaign.mail import worker
from campaign.mail.outbox import Outbox
from campaign.people import audit
from campaign.petition import administration, forgetting
from campaign.petition.ledger import Ledger
from campaign.petition.public_counts import PublicCounts
from campaign.petition.server_keys import ServerKeys
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.settings import Settings
from campaign.web.public_pages import PageCache
from tests.conftest import published
from tests.minimal import FILES
from tests.petition.conftest import Petition, opened
from tests.tools import PATIENCE, campaign

#: The small campaign closes on 30 June and is erased on 31 December 2027; the worker was down for weeks.
CLOSED = datetime(2027, 7, 9, 3, tzinfo=UTC)
LATE = datetime(2028, 2, 20, 3, tzinfo=UTC)
AT_RISK = {
    "campaign.yaml": FILES["campaign.yaml"].replace("countries-at-risk: []", "countries-at-risk: [KZ]")
}

#: What of a process lives as long as it does.
KEPT = (Petitions, Ledger, PublicCounts, LetterCounts, EditionCache, PageCache, Outbox, worker.Queue)


def used(storage: Flask) -> Petition:
    """A petition with a signature, a shown name, and two e-mails that wait."""
    petition = opened(storage, AT_RISK)
    confirm, _ = petition.signs(show_name="y")
    petition.confirm(confirm)
    with petition.app.app_context():
        (name,) = administration.names(db.session, "trees")
        administration.decide_names(db.session, "trees", "Ana", {name.id}, set())
    forms: tuple[dict[str, str], ...] = (
        {"email": "eve@example.org"},
        {"email": "kz@example.org", "country": "KZ", "understood": "y"},
    )
    for waiting, more in enumerate(forms, 1):
        petition.browser().post("/en/trees/petition", data=petition.typed(**more))
        assert petition.number("SELECT count(*) FROM mail") == waiting
    warm(petition.app)
    return petition


def warm(app: Flask) -> list[bytes]:
    """Use every key, as a process does that serves the site; the keys."""
    keys = service(Petitions, app).server_keys("trees")
    day = int(clock.seconds() // 86_400)
    service(PublicCounts, app).names("trees")
    return [keys.newest()[1], keys.withdraw_key(), keys.index_key(False, day), keys.index_key(True, day)]


@pytest.fixture
def another() -> Iterator[Callable[[Flask, Path, Path], Flask]]:
    """Makes another process with the same database: on this machine, or with folders of another one."""
    made: list[Flask] = []

    def make(app: Flask, data: Path, volatile: Path) -> Flask:
        url = service(Settings, app).database_url.replace("+psycopg", "")
        own = service(Settings, app).data
        if data != own:  # a machine that was given the keys
            shutil.copytree(own / "petition", data / "petition")
        made.append(published(data, CAMPAIGN_DATABASE_URL=url, CAMPAIGN_VOLATILE=str(volatile)))
        warm(made[-1])
        return made[-1]

    yield make
    for app in made:
        service(worker.Queue, app).close()
        service(Engine, app).dispose()


Another = Callable[[Flask, Path, Path], Flask]


def memory(app: Flask) -> list[bytes]:
    """Every value of bytes and text that the services of a process reach."""
    waiting: list[Any] = [service(kind, app) for kind in KEPT]
    met, values = {id(thing) for thing in waiting}, []
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, bytes):
            values.append(thing)
        elif isinstance(thing, str):
            values.append(thing.encode("utf-8", "replace"))
        elif not isinstance(thing, type | ModuleType | FunctionType | Engine | Flask | logging.Logger):
            for inner in gc.get_referents(thing):
                if id(inner) not in met:
                    met.add(id(inner))
                    waiting.append(inner)
    return values


def left(app: Flask, keys: list[bytes]) -> list[str]:
    """What a process and its machine still have of the campaign."""
    settings = service(Settings, app)
    kept = memory(app)
    found = [f"key {place} in memory" for place, key in enumerate(keys) if key in kept]
    found += ["a name in memory"] if b"Ana Example" in kept else []
    folder = settings.data / "petition" / "trees"
    found += [path.name for path in folder.rglob("*") if path.is_file() and path.name != "erased"]
    return found + [path.name for path in settings.volatile.glob("index-trees-*")]


def rows(petition: Petition) -> dict[str, int]:
    tables = ("signature", "seen", "public_name", "gone", "no_news", "mail")
    counted = {table: petition.number(f"SELECT count(*) FROM {table}") for table in tables}
    return {table: number for table, number in counted.items() if number}


def lines_of_the_audit(petition: Petition) -> int:
    with petition.app.app_context():
        lines = audit.rows(db.session, petition.campaign)
    return sum(row.what == "erase signatures" for row in lines)


@pytest.mark.slow
def test_an_erasure_that_was_missed_is_made_up_for_once(storage: Flask) -> None:
    petition = used(storage)
    assert set(rows(petition)) == {"signature", "seen", "public_name", "mail"}
    forgetting.catch_up(petition.app)  # nothing is due yet
    assert petition.records == 1
    with clock.use(lambda: LATE):
        assert forgetting.catch_up(petition.app) == ["trees"]
        assert forgetting.catch_up(petition.app) == []
    assert rows(petition) == {} and lines_of_the_audit(petition) == 1
    assert petition.total == 1  # what was counted stays counted


def test_an_index_that_should_have_been_closed_is_closed(
    storage: Flask, tmp_path: Path, another: Another
) -> None:
    petition = used(storage)
    machine = another(storage, tmp_path / "machine", tmp_path / "memory")
    with clock.use(lambda: CLOSED):
        assert forgetting.catch_up(petition.app) == []
        forgetting.forget(machine)
    assert petition.number("SELECT count(*) FROM seen") == 0 and petition.records == 1
    for app in (petition.app, machine):
        folder = service(Settings, app).data / "petition" / "trees"
        assert not (folder / "index").exists() and (folder / "withdraw").exists()
        assert not list(service(Settings, app).volatile.glob("index-trees-*"))


@pytest.mark.slow
def test_every_process_and_machine_forgets_what_another_one_erased(
    storage: Flask, tmp_path: Path, another: Another
) -> None:
    petition = used(storage)
    settings = service(Settings, storage)
    process = another(storage, settings.data, settings.volatile)
    machine = another(storage, tmp_path / "machine", tmp_path / "memory")
    keys = {name: warm(app) for name, app in (("here", storage), ("process", process), ("machine", machine))}
    with clock.use(lambda: LATE):
        forgetting.catch_up(petition.app)
        # The search can fail: before they look, the others have keys and a name.
        assert "key 1 in memory" in left(process, keys["process"]) and "a name in memory" in left(process, [])
        assert "withdraw" in left(machine, keys["machine"])
        for app in (process, machine):
            forgetting.forget(app)
        for name, app in (("here", storage), ("process", process), ("machine", machine)):
            assert left(app, keys[name]) == [], name
            assert app.test_client().post("/en/trees/petition", data=petition.typed()).status_code == 410
            assert left(app, keys[name]) == [], name


def test_a_crash_between_the_rows_and_the_keys_leaves_no_key(
    storage: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    petition = used(storage)
    keys = warm(storage)
    with clock.use(lambda: LATE):
        with monkeypatch.context() as patched:
            patched.setattr(ServerKeys, "erase", lambda _self: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                forgetting.catch_up(petition.app)
        assert rows(petition).keys() <= {"mail"} and left(storage, keys) != []
        forgetting.catch_up(petition.app)
    assert left(storage, keys) == [] and rows(petition) == {} and lines_of_the_audit(petition) == 1


@pytest.mark.slow
def test_the_key_of_an_hour_and_the_index_key_of_a_day_leave_memory_when_they_are_over(
    storage: Flask,
) -> None:
    petition = used(storage)
    (hour,) = [bytes(path.read_bytes()) for path in service(Settings, storage).queue_keys.iterdir()]
    risk = warm(storage)[3]
    assert risk in memory(storage) and hour not in memory(storage), "the hour's is read when it is needed"
    petition.deliver()
    later = clock.now() + timedelta(days=1, hours=2)
    with clock.use(lambda: later):
        service(Outbox, storage)._clock = clock.seconds
        forgetting.forget(storage)
    assert not {hour, risk} & set(memory(storage))
    assert not list(service(Settings, storage).volatile.glob("index-trees-*"))
    assert petition.records == 1


def test_a_process_looks_by_itself_and_goes_on_after_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, another: Another
) -> None:
    petition = used(published(tmp_path / "data"))
    settings = service(Settings, petition.app)
    process = another(petition.app, settings.data, settings.volatile)
    looked, forget, faults = threading.Event(), forgetting.forget, [OSError("the disk")]

    def watched(app: Flask) -> None:
        if faults:
            raise faults.pop()
        forget(app)
        looked.set()

    with clock.use(lambda: LATE):
        forgetting.catch_up(petition.app)
        monkeypatch.setattr(forgetting, "forget", watched)
        stopped = forgetting.keep_forgetting(process, every=0.01)
        assert looked.wait(PATIENCE)
        stopped.set()
    assert left(process, []) == []
    assert "could not look what was erased: OSError" in caplog.text and "the disk" not in caplog.text
    assert forgetting.EVERY <= 60


class Huey:
    """A queue that runs nothing; its consumer ends when `is_over` says so."""

    def __init__(self, is_over: Callable[[], bool]) -> None:
        self._is_over = is_over

    def create_consumer(self, **_options: object) -> Huey:
        return self

    def run(self) -> None:
        end = time.monotonic() + PATIENCE
        while not self._is_over() and time.monotonic() < end:
            time.sleep(0.02)


@pytest.mark.parametrize("command", [("serve", "--no-worker", "--port", "0"), ("mail", "work")])
def test_what_was_due_is_erased_when_the_server_or_the_worker_starts(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    petition = used(published(tmp_path / "data"))
    at_start: list[int] = []
    monkeypatch.setattr("campaign.cli.server.run", lambda *_a, **_k: at_start.append(petition.records))
    monkeypatch.setattr("campaign.cli.serve.share_memory", lambda _app: None)  # the tests’ threads go on
    huey = Huey(lambda: petition.records == 0)
    monkeypatch.setattr(worker.Queue, "start", lambda _self: huey)
    with ExitStack() as stack:
        stack.enter_context(clock.use(lambda: LATE))
        ran = campaign(tmp_path / "data", *command)
    assert ran.returncode == 0, ran.stderr
    assert petition.records == 0 and at_start in ([], [0])
