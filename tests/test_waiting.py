"""However a request can wait for a database that accepts what it is asked and never answers, it ends."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from types import SimpleNamespace

import psycopg
import pytest
from flask import Flask
from psycopg import pq
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from campaign import commits, database, waiting
from campaign.mail import worker
from campaign.petition.statements import Statements
from campaign.refreshing import Refresher
from campaign.services import service
from campaign.waiting import Reach, waited, waiting_at_most
from tests.reliability import cut_line
from tests.reliability.cut_line import Line
from tests.tools import PATIENCE, ROOT, until

#: What a thread of these tests may wait, in seconds, and in how much of it the database has to say that it is there.
LITTLE, THERE = 0.5, 0.2


@pytest.fixture(autouse=True)
def _little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "THERE", THERE)


@pytest.fixture
def line(own_postgres: str) -> Iterator[Line]:
    with cut_line.between(own_postgres) as made:
        yield made


def connected(url: str) -> Engine:
    app = Flask("silent")
    database.connect(app, url.replace("postgresql:", "postgresql+psycopg:"), patience=1)
    engine = service(Engine, app)
    APPS[engine] = app
    return engine


#: Whose engine it is.
APPS: dict[Engine, Flask] = {}


@pytest.fixture
def engine(line: Line) -> Iterator[Engine]:
    made = connected(line.url)
    yield made
    line.mend()
    made.dispose()


def asks(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("SELECT 'a question'"))


def asks_many(engine: Engine) -> None:
    with engine.begin() as connection:
        Statements(connection).many(
            "SELECT 'many questions' FROM (VALUES (:n)) AS asked", [{"n": 1}, {"n": 2}]
        )


def reads(engine: Engine) -> None:
    """As most pages do: nothing is committed, and the connection goes back to the pool."""
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))


def writes(engine: Engine) -> None:
    with Session(engine) as session, database.transaction(session) as connection:
        connection.execute(text("SELECT 1"))


def wants_a_lock(engine: Engine) -> None:
    """Somebody else has it, and keeps it."""
    with engine.begin() as holder, engine.begin() as connection:
        for one in (holder, connection):
            one.execute(text("SELECT pg_advisory_xact_lock(1)"))


def is_the_first(engine: Engine) -> None:
    asks(connected(engine.url.render_as_string(hide_password=False)))


def has_no_pool(engine: Engine) -> None:
    engine.dispose()
    asks(engine)


def asks_the_queue(engine: Engine) -> None:
    connection = worker._connected(engine.url.render_as_string(hide_password=False))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'the queue'")


#: What somebody does, and the bytes with which the line falls silent; without any, it is silent from the start.
SILENCES: dict[str, tuple[Callable[[Engine], None], bytes]] = {
    "a new connection": (has_no_pool, b""),
    "what the driver asks the first connection": (is_the_first, b"version"),
    "whether a connection of the pool is still good": (asks, b""),
    "a question": (asks, b"a question"),
    "many questions at once": (asks_many, b"many questions"),
    "COMMIT": (asks, b"COMMIT"),
    "COMMIT of a session": (writes, b"COMMIT"),
    "ROLLBACK": (reads, b"ROLLBACK"),
    "a lock": (wants_a_lock, b"never"),
    "the queue of e-mails": (asks_the_queue, b"the queue"),
    "a new connection of the queue": (asks_the_queue, b""),
}


WAYS: dict[str, Callable[[str], psycopg.Connection]] = {
    "the application": lambda url: connected(url).raw_connection().driver_connection,  # type: ignore[return-value]
    "the queue of e-mails": worker._connected,
}


def test_there_is_no_other_way_to_connect_to_postgresql() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "campaign").rglob("*.py")
        if re.search(r"psycopg\.connect\(|create_engine\(", path.read_text("utf-8"))
    }
    assert found == {"campaign/database.py", "campaign/mail/worker.py"}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_the_database_gives_up_a_client_that_is_gone_before_anybody_waits_a_minute_for_its_locks(
    way: Callable[[str], psycopg.Connection], own_postgres: str
) -> None:
    connection = way(own_postgres)
    with connection.cursor() as cursor:
        said = [
            cursor.execute(f"SELECT setting FROM pg_settings WHERE name = '{name}'").fetchone()[0]  # type: ignore[index]
            for name in (
                "tcp_keepalives_idle",
                "tcp_keepalives_interval",
                "tcp_keepalives_count",
                "tcp_user_timeout",
            )
        ]
    idle, interval, count, user = map(int, said)
    assert 0 < idle + interval * count <= 20 and 0 < user <= 20_000
    connection.close()


@contextmanager
def silent(line: Line, at: bytes) -> Iterator[None]:
    line.silent_at, line.is_silent = at, not at
    try:
        yield
    finally:
        line.mend()


def ends(work: Callable[[], object]) -> BaseException | None:
    """What a thread with little patience raised; fails if it does not end."""
    raised: list[BaseException] = []

    def run() -> None:
        with waiting_at_most(LITTLE):
            try:
                work()
            except BaseException as error:
                raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    return raised[0] if raised else None


@pytest.mark.slow
@pytest.mark.reliability(17)
@pytest.mark.parametrize("what", SILENCES)
def test_nobody_waits_for_ever_for_a_database_that_never_answers(
    what: str, line: Line, engine: Engine
) -> None:
    work, at = SILENCES[what]
    database.answers(engine)
    with silent(line, at):
        error = ends(lambda: work(engine))
    # What was only read was read, whatever becomes of ROLLBACK.
    assert isinstance(error, OperationalError | psycopg.OperationalError) or what == "ROLLBACK"
    database.answers(engine)


def test_what_is_waited_for_one_after_the_other_is_one_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page reads several things for itself: for each it once waited two seconds."""
    given: list[float] = []

    def never(seconds: float) -> bool:
        given.append(seconds)
        monkeypatch.setattr(waiting.time, "monotonic", lambda: seconds + sum(given))
        return False

    monkeypatch.setattr(waiting.time, "monotonic", lambda: 0.0)
    with waiting_at_most(2):
        assert [waited(never, 2) for _ in range(3)] == [False] * 3
    assert given == [2, 0, 0]


def test_a_page_of_the_desk_has_its_time_for_each_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A download reads thousands of rows, one after the other; a database that falls silent still ends it."""
    now, given = [0.0], []

    def answers_in(seconds: float, heard: bool) -> Callable[[float], bool]:
        def wait(most: float) -> bool:
            given.append(most)
            now[0] += seconds
            return heard

        return wait

    monkeypatch.setattr(waiting.time, "monotonic", lambda: now[0])
    waiting.wait_at_most(60, each=True)
    for heard in (True, True, True, False, False):
        waited(answers_in(50, heard), 60)
    waiting.wait_at_most(None)
    assert given == [60, 60, 60, 60, 10]


def test_who_may_not_wait_gets_the_older_value_at_once_and_keeps_nobody_else_from_waiting() -> None:
    gate = threading.Event()
    refresher = Refresher(lambda: bool(gate.wait(PATIENCE)), 0.5)
    refresher.filled()
    refresher._next = float("-inf")
    with waiting_at_most(0):
        refresher.look()
    assert not refresher._has_failed
    gate.set()


# while it is away


def test_while_it_is_away_nobody_waits_for_it_and_one_thread_finds_out_when_it_is_back() -> None:
    tries, now, is_back = [], [0.0], threading.Event()

    def probe() -> bool:
        tries.append(1)
        return is_back.is_set()

    reach = Reach(probe, clock=lambda: now[0])
    assert not reach.is_away and not tries
    reach.lost()
    until(lambda: reach.is_away and len(tries) == 1 and not reach._is_trying)
    assert [reach.is_away for _ in range(5)] == [True] * 5 and len(tries) == 1, "not again so soon"
    is_back.set()
    now[0] += waiting.RETRY
    until(lambda: not reach.is_away)
    assert len(tries) == 2


@pytest.mark.parametrize(
    ("refuses", "patience", "tries", "turned"),
    [(True, 1, False, True), (False, 1, False, False), (True, 1, True, False), (True, None, False, False)],
)
def test_a_server_turns_away_at_once_whoever_would_wait(
    refuses: bool, patience: float | None, tries: bool, turned: bool
) -> None:
    """Not who finds out whether it is back, and no command, which may wait as long as it takes."""
    reach = Reach(lambda: False)
    reach.refuses = refuses
    reach.lost()
    dialect = SimpleNamespace(loaded_dbapi=psycopg)
    waiting.wait_at_most(None)
    with (
        waiting_at_most(patience, tries) if patience else nullcontext(),
        pytest.raises(psycopg.OperationalError) if turned else nullcontext(),
    ):
        reach.may_connect(dialect)


@pytest.mark.slow
@pytest.mark.reliability(17)
def test_only_the_first_waits_for_a_database_that_has_fallen_silent(line: Line, engine: Engine) -> None:
    database.answers(engine)
    reach = service(Reach, APPS[engine])
    reach.refuses = True
    with silent(line, b""):
        assert isinstance(ends(lambda: asks(engine)), OperationalError)
        assert reach.is_away
        engine.dispose()
        left: list[float] = []
        for _ in range(3):
            ends(lambda: left.append(left_after(lambda: asks(engine))))
        assert left == [LITTLE] * 3, "somebody waited"
    until(lambda: ends(lambda: asks(engine)) is None)


def left_after(work: Callable[[], object]) -> float:
    with suppress(OperationalError):
        work()
    patience = waiting._PATIENCE.get()
    assert patience is not None
    return patience.left


def test_a_connection_that_ended_says_nothing_about_the_database(line: Line, engine: Engine) -> None:
    """PostgreSQL was restarted: the next connection is good, and nobody is turned away."""
    database.answers(engine)
    reach = service(Reach, APPS[engine])
    reach.refuses = True
    line.mend()  # ends every connection
    assert ends(lambda: asks(engine)) is None
    assert not reach.is_away


@pytest.mark.parametrize("broken", [True, False])
def test_whatever_the_driver_says_a_lost_connection_is_a_database_that_is_away(broken: bool) -> None:
    """It was once called a fault of ours: the driver has no word for an error without a code."""

    def fails(*_: object, **_values: object) -> None:
        raise psycopg.DatabaseError("server closed the connection unexpectedly")

    connection = SimpleNamespace(
        wait=fails, autocommit=False, broken=broken, info=SimpleNamespace(transaction_status=pq.TransactionStatus.UNKNOWN),
        OperationalError=psycopg.OperationalError, DatabaseError=psycopg.DatabaseError,
    )  # fmt: skip
    waiting.bind(connection)  # type: ignore[arg-type]
    error = ends(lambda: connection.wait(None))
    assert type(error) is (psycopg.OperationalError if broken else psycopg.DatabaseError)


# what a proxy may repeat


@pytest.mark.reliability(17)
def test_nothing_was_done_until_a_commit_was_asked_for_whatever_became_of_it(
    line: Line, engine: Engine
) -> None:
    asked: list[bool] = []

    def noted(work: Callable[[], object]) -> None:
        commits.begin()
        with suppress(OperationalError):
            work()
        asked.append(commits.asked())

    database.answers(engine)
    ends(lambda: noted(lambda: reads(engine)))
    ends(lambda: noted(lambda: writes(engine)))
    line.answers_to_lose = 1
    ends(lambda: noted(lambda: writes(engine)))
    with silent(line, b"SELECT 1"):
        ends(lambda: noted(lambda: writes(engine)))
    line.cut()
    ends(lambda: noted(lambda: writes(engine)))
    line.mend()
    assert asked == [False, True, True, False, False]
