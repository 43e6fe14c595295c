"""What the tests share: the real pack, a running application, and a network that is shut."""

from __future__ import annotations

import gc
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import huey  # noqa: F401  with all engines: a site's process that opens a queue has its own alone
import hypothesis
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from campaign import clock, refreshing
from campaign.desk.publishing.copying import Copier
from campaign.editions.edition_cache import EditionCache
from campaign.pack.files import parse, read_folder
from campaign.pack.model import Pack
from campaign.people import passwords
from campaign.services import service
from campaign.settings import Settings, read
from campaign.web.limits import Budgets
from tests.tools import PATIENCE, SEED

pytest_plugins = ["tests.storage"]


def pytest_collection_finish() -> None:
    """Let the collector leave modules and tests alone, and look less often: it took a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@pytest.fixture(autouse=True)
def _system_clock() -> Iterator[None]:
    """Every test begins by the clock of the machine, whatever one before it left."""
    with clock.use(clock.system):
        yield


#: Passwords as the product hashes them. The tests hash thousands, each with the least work argon2 takes:
#: differences in time, which one test looks for, stand out the more.
REAL_HASHER = passwords._HASHER
passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def _only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test and nothing that it calls may reach another machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            host = address[0] if isinstance(address, tuple) else address
            assert host in {"127.0.0.1", "::1", "localhost"}, f"a test tried to reach {host}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def files() -> dict[str, str]:
    """The first campaign's files."""
    return read_folder(SEED)


@pytest.fixture(scope="session")
def pack(files: dict[str, str]) -> Pack:
    """The first campaign."""
    return parse(files)


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application with the first campaign published, and no budget on requests."""
    return published(tmp_path_factory.mktemp("data"), SEED)


class Compiled(BytecodeCache):
    """Compiled templates, for all applications that the tests make in this process."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = Compiled()


def _compile_rules_once() -> None:
    """Let every application of this process share what werkzeug makes of a rule.

    It reads each rule's text, and compiles two functions that build its addresses: most of the time that an
    application takes to make. They depend on the rule's text and defaults alone.
    """
    compile_rule, compile_builder = Rule.compile, Rule._compile_builder
    builders: dict[tuple[object, ...], Any] = {}
    compiled: dict[tuple[object, ...], Any] = {}

    def key_of(rule: Rule) -> tuple[object, ...]:
        defaults = tuple(sorted((rule.defaults or {}).items()))
        return rule.rule, rule.subdomain, rule.host, rule.merge_slashes, defaults, rule.map.host_matching

    def cached_builder(rule: Rule, append_unknown: bool = True) -> Any:
        key = (*key_of(rule), append_unknown)
        if key not in builders:
            builders[key] = compile_builder(rule, append_unknown)
        return builders[key]

    def cached(rule: Rule) -> None:
        key = (*key_of(rule), *rule.map.converters.items())
        if key not in compiled:
            compile_rule(rule)
            compiled[key] = rule._parts, rule._trace, rule._converters, frozenset(rule.arguments)
            return
        rule._parts, rule._trace, rule._converters, arguments = compiled[key]
        rule.arguments |= arguments
        rule._build, rule._build_unknown = (
            rule._compile_builder(unknown).__get__(rule, None) for unknown in (False, True)
        )

    Rule._compile_builder, Rule.compile = cached_builder, cached  # type: ignore[method-assign]


_compile_rules_once()


def published(data: Path, *seeds: Path, **environment: str) -> Flask:
    """An application with its own data folder and the given packs published."""
    from campaign.application import create_app
    from campaign.database import db
    from campaign.editions import store

    settings = read({"CAMPAIGN_DATA": str(data), **environment})
    app = create_app(settings, load=False)
    app.jinja_env.bytecode_cache = _COMPILED
    service(Budgets, app).enabled = False
    service(Copier, app).run = lambda _slug, _settings: True  # a copy takes a minute
    with app.app_context():
        _bring_up(app)
        for seed in seeds:
            texts = read_folder(seed)
            store.publish(db.session, parse(texts).slug, texts, store.Authorship(store.FROM_DISK))
        service(EditionCache, app).load()
    return app


#: SQLite's file after the migrations, and the servers' databases on which this process ran them.
_MIGRATED: list[bytes] = []
_AT_HEAD: set[str] = set()


def _bring_up(app: Flask) -> None:
    """The tables, by the migrations the first time, and as a copy of them from then on."""
    from campaign.database import db

    url = service(Settings, app).database_url
    if not url.startswith("sqlite"):
        if url not in _AT_HEAD:
            db.upgrade()
            _AT_HEAD.add(url)
        return
    path = Path(url.removeprefix("sqlite:///"))
    if path.exists() and path.stat().st_size:
        db.upgrade()
    elif _MIGRATED:
        path.write_bytes(_MIGRATED[0])
    else:
        db.upgrade()
        with sqlite3.connect(path) as file:
            _MIGRATED.append(file.serialize())
        file.close()


# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")


@pytest.fixture(autouse=True)
def _a_busy_machine_is_not_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading again takes as long as it takes."""
    monkeypatch.setattr(refreshing, "PATIENCE", PATIENCE)
    monkeypatch.setattr(refreshing, "FIRST_PATIENCE", PATIENCE)


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """A browser without JavaScript and without memory."""
    with app.test_client(use_cookies=True) as client:
        yield client
