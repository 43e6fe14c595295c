"""The database: engine, session, base class, and the folder of the migrations."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app, g
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import NullPool

from campaign import commits, sqlite
from campaign.services import provide, service
from campaign.settings import AT_ONCE
from campaign.waiting import Reach

if TYPE_CHECKING:
    from flask_alembic import Alembic

#: Seconds for which a command waits for a lock or a connection; a web process waits for less.
PATIENCE = 5.0

#: Errors of a database that can't be reached, is locked for too long or has no room: it may work again soon.
AWAY = (OperationalError, InterfaceError, PoolTimeoutError)

#: SQLite's code for an error in our own statement (sqlite.org/rescode.html), which no waiting repairs.
_SQLITE_ERROR = 1

MIGRATIONS = Path(__file__).parent / "migrations"


class Base(DeclarativeBase):
    """The base class of all tables."""


class Database:
    """The engine of the current application, and one session for each application context."""

    @property
    def engine(self) -> Engine:
        engine: Engine = service(Engine)
        return engine

    @property
    def session(self) -> Session:
        if "session" not in g:
            g.session = Session(self.engine)
        session: Session = g.session
        return session

    def upgrade(self) -> None:
        """Bring the tables to the newest migration."""
        self.migrations().upgrade()

    def migrations(self) -> Alembic:
        """The migrations of the current application; loaded only to run them."""
        if "alembic" not in current_app.extensions:
            # Only the process that runs migrations needs it: it adds 170 ms to each start.
            from flask_alembic import Alembic

            current_app.config["ALEMBIC"] = {"script_location": str(MIGRATIONS)}
            # All migrations in one transaction, on SQLite as well: its driver leaves BEGIN to us.
            current_app.config["ALEMBIC_CONTEXT"] = {"include_name": is_ours, "transactional_ddl": True}
            app = current_app._get_current_object()  # type: ignore[attr-defined]
            engine = _engine_for_migrations(self.engine)
            Alembic(app, metadatas=Base.metadata, engines=engine, run_mkdir=False, command_name="")
            logging.getLogger("alembic").setLevel(logging.WARNING)
        migrations: Alembic = current_app.extensions["alembic"]
        return migrations


db = Database()


def connect(app: Flask, url: str, patience: float = PATIENCE) -> None:
    """Connect the application to the database with this SQLAlchemy URL.

    `patience`: seconds after which it gives up waiting for a connection or for a lock.
    """
    # A server can become unreachable, a file cannot: only PostgreSQL connections are tested before use.
    is_file = url.startswith("sqlite")
    engine = create_engine(
        url,
        pool_pre_ping=not is_file,
        pool_size=AT_ONCE,
        max_overflow=AT_ONCE,
        pool_timeout=patience,
        connect_args={} if is_file else _postgres_options(patience),
    )
    if is_file:
        event.listen(engine, "connect", lambda connection, _record: sqlite.set_up(connection, patience))
        event.listen(engine, "begin", sqlite.begin)
    reach = Reach(lambda: is_there(engine))
    if not is_file:
        event.listen(engine, "do_connect", reach.may_connect)
        # Before the dialect asks a new connection its first questions.
        event.listen(engine, "connect", reach.bound, insert=True)
        event.listen(engine, "handle_error", reach.failed)
        event.listen(engine, "commit", commits.note)
    provide(app, reach)
    provide(app, engine)
    app.teardown_appcontext(_close_session)


def _engine_for_migrations(engine: Engine) -> Engine:
    """One that writes at once; on SQLite without foreign keys, since tables are changed by replacing them.

    A table that others refer to could not be dropped for its successor (sqlite.org/lang_altertable.html, 7).
    """
    if engine.dialect.name != "sqlite":
        return engine
    own = create_engine(engine.url, poolclass=NullPool)
    event.listen(own, "connect", lambda connection, _record: sqlite.set_up(connection, PATIENCE, "OFF"))
    event.listen(own, "begin", sqlite.begin)
    return own.execution_options(writes=True)


def _close_session(_error: BaseException | None) -> None:
    """Give the connection back. What was to be written was committed: the answer is right in any case."""
    session: Session | None = g.pop("session", None)
    if session is None:
        return
    try:
        session.close()
    except Exception as error:
        if not isinstance(error, away_errors(service(Engine))):
            raise
        session.invalidate()  # the database went away since it was asked


def sessions(app: Flask) -> Callable[[], Session]:
    """A factory of sessions outside requests, for objects that live as long as the process."""
    engine: Engine = service(Engine, app)
    return lambda: Session(engine)


@contextmanager
def transaction(session: Session) -> Iterator[Connection]:
    """One unit of work: all that is written in the block is committed at its end, or nothing.

    A block inside another one joins it, so that several steps become one save. Objects that were
    read before belong to an older transaction and are discarded. An error must leave the outermost
    block: caught inside, it would leave half of the work to be committed.
    """
    if "in_transaction" in session.info:
        yield session.connection()
        return
    session.rollback()
    session.info["in_transaction"] = True
    try:
        yield session.connection(execution_options={"writes": True})
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        del session.info["in_transaction"]


def is_away(error: BaseException) -> bool:
    """Whether the database can't be reached or can't take it now; otherwise the error is ours."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", None)
    return isinstance(error, AWAY) and code != _SQLITE_ERROR


def away_errors(engine: Engine) -> tuple[type[Exception], ...]:
    """What AWAY says, and the errors of the driver itself, which SQLAlchemy does not always wrap."""
    driver: Any = engine.dialect.dbapi
    return (*AWAY, driver.OperationalError, driver.InterfaceError)


def answers(engine: Engine) -> None:
    """Ask anything. Raises the database's error while it is away."""
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")


def is_there(engine: Engine) -> bool:
    """Whether the database answers. Raises what is no matter of its being away."""
    try:
        answers(engine)
    except Exception as error:
        if not is_away(error):
            raise
        return False
    return True


#: When PostgreSQL gives up a client that is gone without a word, such as a machine without power or behind a
#: network that is cut: after 20 seconds (tcp_user_timeout is in milliseconds). By itself it takes up to two
#: hours. For so long the client's transaction would keep its locks, and others who need the same row, or the
#: lock of the night, would wait in vain.
GIVEN_UP = " ".join(
    f"-c {name}={value}"
    for name, value in (
        ("tcp_keepalives_idle", 5),
        ("tcp_keepalives_interval", 5),
        ("tcp_keepalives_count", 3),
        ("tcp_user_timeout", 20_000),
    )
)


def _postgres_options(patience: float) -> dict[str, Any]:
    """What ends a wait for a server that is gone, or behind a network that is cut (libpq, 34.1.2).

    libpq waits 2 seconds for a connection at least. The system notices that nobody confirms what was sent
    (tcp_user_timeout, in milliseconds), and asks an idle connection every second.
    """
    return {
        "connect_timeout": max(2, int(patience)),
        "tcp_user_timeout": int(patience * 750),
        "keepalives_idle": 1,
        "keepalives_interval": 1,
        "keepalives_count": 2,
        "options": f"-c lock_timeout={int(patience * 1000)} {GIVEN_UP}",
    }


def durable(engine: Engine) -> str:
    """'' if commits survive a power cut; otherwise the setting that puts them at risk."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            level = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
            return "" if int(level) >= 2 else "SQLite's synchronous is below FULL"
        for name in ("fsync", "synchronous_commit"):
            if connection.exec_driver_sql(f"SHOW {name}").scalar_one() == "off":
                return f"PostgreSQL's {name} is off"
    return ""


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a migration may touch what has this name: the queue of e-mails makes its own tables."""
    return kind != "table" or not (name or "").startswith("huey_")


def in_utc(at: datetime) -> datetime:
    """A time from the database, in UTC: SQLite returns times without a time zone."""
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
