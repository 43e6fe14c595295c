"""Degraded, never down: the database or Redis away, the disk full. Reading goes on, and writing says so in words."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from campaign import clock, commits, database, disk_space
from campaign.disk_space import Room
from campaign.mail.worker import Queue
from campaign.petition import links
from campaign.petition.ledger import BusyError, Ledger
from campaign.petition.links import Withdrawal
from campaign.refreshing import Refresher
from campaign.services import service
from campaign.settings import Settings
from campaign.waiting import Reach, waiting_at_most
from campaign.web.counters import RedisCounter
from campaign.web.kept_reads import KeptReads
from campaign.web.limits import Budgets, PrefixKey, Secret, shared_key
from tests.conftest import published
from tests.petition.conftest import BASE, Petition, headline, opened, still
from tests.reliability import cut_line
from tests.tools import PATIENCE, until

__all__ = ["still"]

#: What visitors read.
PAGES = ("/en/trees/", "/fr/trees/", BASE, f"{BASE}/signatures", f"{BASE}/count.json", f"{BASE}/manifest.json",
         "/en/trees/demands/", "/en/trees/updates/", "/en/trees/editions/", "/en/trees/write", "/en/trees/print",
         "/en/trees/updates.atom", "/robots.txt", "/health")  # fmt: skip

NOON = datetime(2026, 12, 1, 12, 3, tzinfo=UTC)


def unreachable(dialect: str) -> Exception:
    """What the driver raises if it can't connect."""
    if dialect == "postgresql":
        return psycopg.OperationalError("connection refused")
    error = sqlite3.OperationalError("unable to open database file")
    error.sqlite_errorcode = 14
    return error


@contextmanager
def away(app: Flask) -> Iterator[None]:
    """The application's database can't be reached for a while."""
    engine, gone = service(Engine, app), True

    def refuse(dialect: Any, *_: Any) -> None:
        if gone:
            raise unreachable(dialect.name)

    event.listen(engine, "do_connect", refuse)
    engine.dispose()
    try:
        yield
    finally:
        gone = False
        event.remove(engine, "do_connect", refuse)


@pytest.mark.slow
def test_pages_come_from_memory_with_the_time_of_their_counts(storage: Flask) -> None:
    petition = opened(storage)
    with clock.use(lambda: NOON):
        confirm, _ = petition.signs()
        petition.confirm(confirm)
    with clock.use(lambda: NOON + timedelta(minutes=15)):
        before = {page: petition.browser().get(page).status_code for page in PAGES}
        assert set(before.values()) == {200}
    with away(storage), clock.use(lambda: NOON + timedelta(hours=5)):
        for _ in range(2):
            answers = {page: petition.browser().get(page).status_code for page in PAGES}
            assert answers == before
        text = petition.browser().get(f"{BASE}/signatures").text
        assert "<strong>1</strong>" in text and "As counted at 12:15 UTC" in text
    with clock.use(lambda: NOON + timedelta(hours=6)):
        until(lambda: "As counted at 18:00 UTC" in petition.browser().get(f"{BASE}/signatures").text)


def test_a_page_that_nobody_has_opened_yet_is_made_from_memory_or_says_503_in_words(storage: Flask) -> None:
    petition = opened(storage)
    petition.browser().get("/en/trees/")
    with away(storage):
        for page in PAGES:
            answer = petition.browser().get(page)
            assert answer.status_code in {200, 503}, page
            if answer.status_code == 503:
                assert "Retry-After" in answer.headers and "The site is busy" in answer.text, page


@pytest.mark.reliability(17)
def test_signing_keeps_what_was_typed_and_links_say_when_to_try_again(storage: Flask) -> None:
    petition = opened(storage)
    confirm, withdraw = petition.signs()
    petition.browser().get(BASE)
    with away(storage):
        answer = petition.browser().post(BASE, data=petition.typed())
        assert answer.status_code == 503 and answer.headers["Retry-After"]
        assert 'value="Ana Example"' in answer.text and "What you typed stays here" in answer.text
        for path, kind in ((confirm, "confirm"), (withdraw, "withdraw")):
            assert petition.browser().get(path).status_code == 200
            pressed = petition.browser().post(path, data={"form_token": petition.token(f"{kind}/trees")})
            assert (pressed.status_code, headline(pressed.text)) == (503, "The site is busy")
            assert pressed.headers["Retry-After"]
        assert petition.browser().get("/en/desk/").status_code in {200, 302, 303, 503}
    assert petition.confirm(confirm) == "Your signature counts"
    assert petition.records == petition.total == 1


@pytest.mark.reliability(17)
def test_the_first_who_signs_since_the_start_loses_nothing_either(storage: Flask) -> None:
    """What budgets read was read by nobody yet: the answer was once a page without what had been typed."""
    petition = opened(storage)
    petition.browser().get(BASE)
    with away(storage):
        answer = petition.browser().post(BASE, data=petition.typed())
        assert answer.status_code == 503 and 'value="Ana Example"' in answer.text


def test_letters_are_made_and_only_their_count_waits(storage: Flask) -> None:
    petition = opened(storage)
    petition.browser().get("/en/trees/write")
    with away(storage):
        answer = petition.browser().get("/en/trees/write")
        assert answer.status_code == 200 and "<form" in answer.text


def test_an_error_that_no_waiting_repairs_is_still_ours(storage: Flask) -> None:
    petition = opened(storage)

    @storage.endpoint("site.campaigns")
    def broken(**_values: str) -> str:
        from sqlalchemy import text

        from campaign.database import db

        db.session.execute(text("SELECT nothing FROM nowhere"))
        return ""

    assert petition.browser().get("/en/").status_code == 500


# what the pages are read with


def test_one_who_has_an_older_value_never_fails_and_one_reading_at_a_time_is_tried() -> None:
    reads: list[int] = []
    gate, now = threading.Event(), [0.0]

    def read() -> None:
        reads.append(1)
        if len(reads) > 1:
            gate.wait(PATIENCE)
            raise OperationalError("", {}, Exception())

    refresher = Refresher(read, 0.5, clock=lambda: now[0])
    refresher.look()
    refresher.look()
    assert len(reads) == 1
    now[0] = 1
    waiting = threading.Thread(target=refresher.look)
    waiting.start()
    for _ in range(5):
        refresher.look()  # somebody else reads: the older value will do
    gate.set()
    waiting.join(20)
    assert len(reads) == 2
    now[0] = 1.5
    refresher.look()
    assert len(reads) == 2, "a pause follows a failure"


def test_one_without_an_older_value_hears_the_error_and_so_does_a_fault_of_ours() -> None:
    def fails() -> None:
        raise error

    error: Exception = OperationalError("", {}, Exception())
    with pytest.raises(OperationalError):
        Refresher(fails, 0.5).look()
    refresher = Refresher(fails, 0.5)
    refresher.filled()
    refresher._next = float("-inf")
    refresher.look()
    error, refresher._next = KeyError("a fault"), float("-inf")
    refresher._has_failed = False
    with pytest.raises(KeyError):
        refresher.look()


def gone() -> bytes:
    raise OperationalError("", {}, Exception())


def test_what_was_read_last_is_shown_and_pictures_are_bounded() -> None:
    reads = KeptReads(lambda: True)
    assert reads.read("a", lambda: b"a picture") == b"a picture"
    assert reads.read("a", gone) == b"a picture"
    with pytest.raises(OperationalError):
        KeptReads(lambda: True).read("b", gone)
    reads = KeptReads(lambda: True)
    for number in range(30):
        reads.read(number, lambda: bytes(1024 * 1024))
    with pytest.raises(OperationalError):
        reads.read("a", gone)


@pytest.mark.reliability(17)
def test_while_the_database_is_away_one_thread_tries_it_and_no_visitor_waits() -> None:
    """Each visitor once tried for themselves, and waited until the database did not answer."""
    now, tries, gate = [0.0], [], threading.Event()
    is_back = False

    def probe() -> bool:
        tries.append(1)
        gate.wait(PATIENCE)
        return is_back

    reads = KeptReads(probe, clock=lambda: now[0])
    reads.read("a", lambda: b"before")
    assert reads.read("a", gone) == b"before"

    def never() -> bytes:
        raise AssertionError("a visitor asked the database")

    for _ in range(3):
        now[0] += 10
        assert reads.read("a", never) == b"before"
        with pytest.raises(PoolTimeoutError):
            reads.read("b", never)
    assert len(tries) == 1
    is_back = True
    gate.set()
    until(lambda: reads.read("a", lambda: b"after") == b"after")


# what a proxy before several machines may ask another one to do


@pytest.mark.reliability(17)
@pytest.mark.parametrize("lost", ["the connection", "the answer to COMMIT"])
def test_503_says_that_nothing_was_done_and_504_that_nobody_knows(
    lost: str, own_postgres: str, tmp_path: Any
) -> None:
    """A link's button and its signature are the same a second time, so that another machine may do both."""
    with cut_line.between(own_postgres) as line:
        app = published(tmp_path, CAMPAIGN_DATABASE_URL=line.url)
        petition = opened(app)
        confirm, withdraw = petition.signs()
        petition.browser().get(BASE)
        ways = {
            "sign": (BASE, petition.typed(email="eve@example.org")),
            "confirm": (confirm, {"form_token": petition.token("confirm/trees")}),
            "withdraw": (withdraw, {"form_token": petition.token("withdraw/trees")}),
        }
        unknown = lost == "the answer to COMMIT"
        service(Queue, app).settle()  # its COMMIT is not the one whose answer is lost
        for way, (path, typed) in ways.items():
            line.answers_to_lose = 1 if unknown else 0
            if not unknown:
                line.cut()
            answer = petition.browser().post(path, data=typed)
            line.mend()
            assert answer.status_code == (504 if unknown and way == "sign" else 503), way
            assert answer.headers["Retry-After"] == "60", way
            if way == "sign":
                assert 'value="Ana Example"' in answer.text
        again = petition.browser().post(BASE, data=ways["sign"][1])
        assert ("You have sent this form before" in again.text) is unknown
        service(Queue, app).close()
        service(Engine, app).dispose()


@pytest.mark.reliability(17)
def test_a_page_says_that_nobody_knows_what_became_of_it(storage: Flask) -> None:
    petition = opened(storage)

    @storage.endpoint("site.campaigns")
    def lost(**_values: str) -> str:
        commits.note(None)
        raise OperationalError("", {}, unreachable("postgresql"))

    answer = petition.browser().get("/en/")
    assert (answer.status_code, headline(answer.text)) == (504, "We don’t know whether that was saved")
    assert answer.headers["Retry-After"] == "60"
    assert petition.browser().get("/en/trees/").status_code == 200, "the next request knows nothing of it"


@pytest.mark.reliability(16)
def test_health_says_within_its_first_word_that_the_database_is_away(storage: Flask) -> None:
    petition = opened(storage)
    reach = service(Reach, storage)
    assert petition.browser().get("/health").text == "ok\n"
    with away(storage):
        until(lambda: petition.browser().get("/health").text.startswith("degraded: "))
    reach._next = float("-inf")
    until(lambda: petition.browser().get("/health").text == "ok\n")


# a database that takes questions and gives no answers


@pytest.mark.reliability(17)
def test_a_page_waits_two_seconds_for_answers_and_a_new_connection_none(own_postgres: str) -> None:
    """A disk or a pooler that hangs: the system sees nothing wrong, and a thread once waited for ever."""
    with cut_line.between(own_postgres) as line:
        app = Flask("silent")
        database.connect(app, line.url.replace("postgresql:", "postgresql+psycopg:"), patience=2)
        engine = service(Engine, app)
        database.answers(engine)
        line.is_silent = True
        with waiting_at_most(0.3):
            begun = time.monotonic()
            for _ in range(2):  # the second time, nothing is left to wait
                with pytest.raises(OperationalError):
                    database.answers(engine)
            assert 0.2 < time.monotonic() - begun < PATIENCE
        line.mend()
        database.answers(engine)
        engine.dispose()


@pytest.mark.parametrize(
    ("path", "method", "seconds"),
    [("/en/trees/", "GET", "a page's"), (BASE, "POST", "a form's"), ("/en/desk/", "GET", "a report's"),
     ("/en/desk/sign-in", "POST", "a report's"), ("/health", "GET", 0)],
)  # fmt: skip
def test_every_request_waits_for_a_bounded_time(
    path: str, method: str, seconds: object, still: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[object] = []
    monkeypatch.setattr("campaign.refreshing.PATIENCE", "a page's")
    monkeypatch.setattr("campaign.refreshing.LONGEST", "a report's")
    monkeypatch.setattr("campaign.web.waits.PATIENCE", "a form's")
    monkeypatch.setattr("campaign.web.waits.wait_at_most", lambda most, each=False: given.append(most))
    still.browser().open(path, method=method)
    assert given == [seconds, None]


# the ledger


def test_confirmations_that_arrive_while_others_are_taken_are_each_written_once(storage: Flask) -> None:
    """One that was added between two steps of taking was once lost, and acknowledged all the same."""
    petition = opened(storage)
    ledger, campaign = service(Ledger, storage), petition.campaign
    made = [petition.link() for _ in range(120)]
    outcomes: list[str] = []

    def press(mine: list[Any]) -> None:
        for link in mine:
            outcomes.append(ledger.confirm(campaign, link, clock.today()).value)

    threads = [threading.Thread(target=press, args=(made[n::8],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("counted") == len(made) == petition.records == petition.total


def test_nobody_waits_for_a_turn_longer_than_for_the_database(
    storage: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    petition = opened(storage)
    ledger, campaign = service(Ledger, storage), petition.campaign
    monkeypatch.setattr("campaign.petition.ledger.PATIENCE", 0.05)
    with ledger._lock:  # a transaction that does not end
        with pytest.raises(BusyError):
            ledger.confirm(campaign, petition.link(), clock.today())
        with pytest.raises(BusyError):
            ledger.withdraw(campaign, Withdrawal(1, 1, "FR", 1), clock.today())
    assert ledger._waiting.take() == []
    assert petition.records == 0


def test_an_answer_is_given_though_the_database_goes_away_once_it_was_asked(
    storage: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    petition = opened(storage)
    _confirm, withdraw = petition.signs()
    dialect = service(Engine, storage).dialect

    def gone(_connection: object) -> None:
        raise unreachable(dialect.name)

    monkeypatch.setattr(dialect, "do_rollback", gone)
    assert petition.browser().get(withdraw).status_code == 200


def press_while_one_writes(
    ledger: Ledger, threads: list[threading.Thread], started: threading.Event, go_on: threading.Event
) -> None:
    """The first of the threads has begun to write before the others come, and goes on when all of them wait."""
    threads[0].start()
    started.wait(PATIENCE)
    for thread in threads[1:]:
        thread.start()
    until(lambda: len(ledger._waiting._jobs) == len(threads) - 1)
    go_on.set()
    for thread in threads:
        thread.join()


def test_those_who_come_while_one_writes_share_the_next_transaction(
    storage: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    petition = opened(storage)
    ledger, together = service(Ledger, storage), []
    started, go_on, write = threading.Event(), threading.Event(), ledger._write

    def slow(run: Any, jobs: Any) -> None:
        together.append(len(jobs))
        started.set()
        go_on.wait(PATIENCE)
        write(run, jobs)

    monkeypatch.setattr(ledger, "_write", slow)
    threads = [
        threading.Thread(target=ledger.confirm, args=(petition.campaign, petition.link(), clock.today()))
        for _ in range(6)
    ]
    press_while_one_writes(ledger, threads, started, go_on)
    assert (together, petition.records) == ([1, 5], 6)


def test_all_who_wait_are_told_when_the_database_could_not_take_the_first(
    storage: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    petition = opened(storage)
    ledger, tries = service(Ledger, storage), []
    started, go_on = threading.Event(), threading.Event()

    def busy(_run: Any, _jobs: Any) -> None:
        tries.append(1)
        started.set()
        go_on.wait(PATIENCE)
        raise OperationalError("", {}, unreachable("sqlite"))

    monkeypatch.setattr(ledger, "_write", busy)
    campaign, made, refused = petition.campaign, [petition.link() for _ in range(6)], []

    def press(link: Any) -> None:
        try:
            ledger.confirm(campaign, link, clock.today())
        except BusyError:
            refused.append(1)

    threads = [threading.Thread(target=press, args=(link,)) for link in made]
    press_while_one_writes(ledger, threads, started, go_on)
    assert (len(refused), len(tries)) == (6, 1)


# Redis


#: Nobody listens there.
NO_REDIS = "redis://127.0.0.1:1/0"


def test_without_redis_everything_works_and_budgets_count_in_the_process(
    tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    petition = opened(published(tmp_path, CAMPAIGN_REDIS_URL=NO_REDIS))
    service(Budgets, petition.app).enabled = True
    confirm, withdraw = petition.signs()
    assert petition.confirm(confirm) == "Your signature counts"
    assert petition.withdraw(withdraw) == "Your signature has been withdrawn"
    assert petition.browser().get(f"{BASE}/challenge").status_code == 200
    said = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert 1 <= len(said) <= 4, "it is not asked again for some seconds"


def test_the_key_of_budgets_is_the_shared_one_as_soon_as_redis_answers() -> None:
    is_there = False

    def make() -> Secret:
        if not is_there:
            raise ConnectionError
        return Secret(b"shared" * 6, ends_in=100, again_in=10)

    key, other, passed = PrefixKey(make), PrefixKey(make), [0.0]
    with clock.use(clock.system, steady=lambda: passed[0]):
        assert key("192.0.2.1") == key("192.0.2.9") != other("192.0.2.1")
        is_there = True
        assert key("192.0.2.1") == other("192.0.2.1")
        is_there = False
        passed[0] = 99
        assert key("192.0.2.1") == other("192.0.2.1"), "as long as it lasts, without Redis too"
        passed[0] = 100
        assert key("192.0.2.1") != other("192.0.2.1")
    with pytest.raises(ConnectionError):
        shared_key(NO_REDIS)()


def test_a_redis_that_does_not_answer_is_left_alone_for_a_while() -> None:
    counter = RedisCounter(NO_REDIS)
    asked: list[int] = []
    add = counter._add
    counter._add = lambda **what: asked.append(1) or add(**what)  # type: ignore[assignment]
    assert [counter.add("key", 60, 1).current for _ in range(5)] == [1, 2, 3, 4, 5]
    assert len(asked) == 1


# the disk


@pytest.mark.reliability(7)
@pytest.mark.parametrize(
    ("room", "short"),
    [(Room(50, 100), False), (Room(9, 100), True), (Room(10**9, 10**10), False), (Room(10**8, 10**9), True),
     (Room(2 * 10**9, 10**12), True), (Room(0, 0), True)],
)  # fmt: skip
def test_there_is_an_alarm_before_the_disk_is_full(room: Room, short: bool) -> None:
    assert room.is_short is short


def test_the_room_of_a_folder_that_is_not_there_yet_is_that_of_the_one_above(tmp_path: Any) -> None:
    assert disk_space.room(tmp_path / "a" / "b").total == disk_space.room(tmp_path).total > 0


@pytest.mark.reliability(7)
def test_a_full_disk_outside_of_the_database_is_said_in_words(tmp_path: Any, monkeypatch: Any) -> None:
    petition = opened(published(tmp_path))
    monkeypatch.setattr(links, "open_confirmation", _no_space)
    answer = petition.browser().get(f"{BASE}/c/x")
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert "No space" not in answer.text and service(Settings, petition.app).data.name


def _no_space(*_: Any) -> None:
    raise OSError(28, "No space left on device")
