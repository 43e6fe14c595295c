"""R13: a backup while people sign and withdraw; then all is wiped, and restored on another machine.

After the backup, people withdraw, trustees exclude records and a campaign is erased: none of that may come back.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyrage
from flask import Flask
from sqlalchemy import Engine, text

from campaign import clock
from campaign.application import create_app
from campaign.backup import tables
from campaign.database import db
from campaign.editions import store
from campaign.paper import scan_store
from campaign.paper.scans import Scan
from campaign.petition import administration, erasure
from campaign.petition.comparison import compare
from campaign.petition.journal import Journal
from campaign.petition.server_keys import ServerKeys
from campaign.photographs import photo_store
from campaign.photographs.sanitise import sanitised
from campaign.services import service
from campaign.signatures.sealing import PrivateKey, new_key
from tests.minimal import FILES
from tests.petition.conftest import TERMS
from tests.photographs.pictures import telephone
from tests.reliability import links
from tests.reliability.house import House, Server, built
from tests.reliability.links import Link
from tests.tools import ROOT

#: Who withdraw after the backup, who are excluded by trustees, who signed what is erased.
WITHDRAWN, EXCLUDED, ERASED = 100, 10, 20

CLIENTS = 3

#: Tables that change after the backup, because of what is done then. All others must be the same to the byte.
_CHANGED = frozenset({
    "signature", "seen", "gone", "signature_tally", "index_tally", "log_pending", "void_list", "audit",
    "petition_state", "night", "spent",
})  # fmt: skip


@dataclass
class Move:
    """What it came to. `differences`: what the new machine has otherwise than it should, by kind."""

    signed: int = 0
    meanwhile: int = 0
    withdrawn: int = 0
    restored: int = 0
    backup: float = 0.0
    restore: float = 0.0
    differences: dict[str, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return not any(self.differences.values()) and self.meanwhile > 0


def moved(folder: Path, first: str, second: str, many: int) -> Move:
    """So many sign; back up, wipe and restore, from one database into another ('' is SQLite's)."""
    folder.mkdir(parents=True)
    here = built(folder / "here", first)
    stones, move, recipients = _furnish(here), Move(), _recipients(folder)
    server = Server(here)
    crowd = Crowd(here, server.port)
    try:
        crowd.sign(many)
        erased = links.made(_keys(here, "stones"), stones.public, ERASED)
        assert all(crowd.press(link, "confirm", "stones") == "confirmed" for link in erased)
        move.signed = len(crowd.signed)
        with crowd.busy():
            begun = time.monotonic()
            _command(
                here,
                "backup",
                "site.age",
                "--to",
                recipients[0],
                "--keys",
                "keys.age",
                "--keys-to",
                recipients[1],
            )
            move.backup = time.monotonic() - begun
        move.meanwhile = len(crowd.signed) - move.signed
        before = set(itertools.islice(crowd.signed, move.signed)) - crowd.withdrawn
        for record in sorted(before)[:WITHDRAWN]:
            crowd.withdraw(record)
        move.withdrawn = len(crowd.withdrawn)
    finally:
        server.kill()
    excluded = _exclude_and_erase(here, sorted(before - crowd.withdrawn)[:EXCLUDED])
    expected = _rows(here)
    _wipe(here)
    there = House(folder / "there", here.key, second)
    begun = time.monotonic()
    _command(there, "restore", "site.age", "--identity", "one.txt", "--keys", "keys.age", "--keys-identity", "two.txt",
             "--journal", "journal")  # fmt: skip
    move.restore = time.monotonic() - begun
    move.differences |= _stored(there, expected, before - crowd.withdrawn - excluded, crowd, excluded)
    found = _rows(there)
    move.restored = len(found["signature"])
    crowd.close()
    move.differences |= _clicked(there, set(found["signature"]), crowd, excluded, erased)
    return move


# the first machine


def _furnish(house: House) -> PrivateKey:
    """A second edition, photographs, scans, and another campaign, whose key is given back."""
    app, stones = create_app(house.settings(), load=False), new_key("stones", 1)
    with app.app_context():
        changed = {**FILES, **TERMS, "petition.en.md": FILES["petition.en.md"] + "\nMore.\n"}
        store.publish(db.session, "trees", changed, store.Authorship("files"))
        other = {
            **FILES,
            **TERMS,
            "campaign.yaml": FILES["campaign.yaml"].replace("slug: trees", "slug: stones"),
        }
        store.publish(db.session, "stones", other, store.Authorship("files"))
        administration.publish_key(db.session, stones.public, "the tests")
        with store.writing(db.session, "trees") as campaign:
            for width in (800, 900, 1000):
                photo_store.add(db.session, campaign.id, sanitised(telephone(width, 600)))
            number = campaign.id
        for sheet in (1, 2, 3):
            scan = Scan(house.server_keys.scans, house.key.public, sheet)
            scan.write(b"\xff\xd8\xff\xe0" + os.urandom(200_000))
            assert scan.keep()
        assert scan_store.take_in(db.session, number, house.server_keys.scans) == 3
    _close(app)
    _keys(house, "stones").newest(), _keys(house, "stones").withdraw_key()
    _command(house, "nightly")  # the public log has begun
    return stones


def _keys(house: House, slug: str) -> ServerKeys:
    return ServerKeys(house.data, house.data / "memory", slug)


def _recipients(folder: Path) -> list[str]:
    """Two people, each with an identity in a file; their recipients."""
    identities = {name: pyrage.x25519.Identity.generate() for name in ("one.txt", "two.txt")}
    for name, identity in identities.items():
        (folder / name).write_text(f"{identity}\n")
    return [str(identity.to_public()) for identity in identities.values()]


class Crowd:
    """People who press links, and what they were told."""

    def __init__(self, house: House, port: int) -> None:
        self._house, self._port = house, port
        self._token = {
            (kind, slug): links.form_token(house.data, f"{kind}/{slug}")
            for kind in ("confirm", "withdraw")
            for slug in ("trees", "stones")
        }
        self._slots = itertools.count(1)
        self._local = threading.local()
        self._connections: list[HTTPConnection] = []
        self.signed: dict[int, Link] = {}  # in the order of the answers
        self.withdrawn: set[int] = set()

    def press(self, link: Link, kind: str, slug: str = "trees", port: int = 0) -> str:
        """The end of the address of the page that the button of a link leads to; or its status."""
        connection: HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None or port != self._local.port:
            connection = self._local.connection = HTTPConnection("127.0.0.1", port or self._port, timeout=60)
            self._local.port = port
            self._connections.append(connection)
        body = urlencode({"form_token": self._token[kind, slug]})
        path = link.confirm if kind == "confirm" else link.withdraw
        connection.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        answer.read()
        return (answer.getheader("Location") or str(answer.status)).rpartition("/")[2]

    def close(self) -> None:
        """Hang up everywhere."""
        for connection in self._connections:
            connection.close()

    def sign(self, many: int) -> None:
        """So many people, one after the other."""
        for link in self._new(many):
            self._signs(link)

    def withdraw(self, record: int) -> None:
        assert self.press(self.signed[record], "withdraw") == "withdrawn"
        self.withdrawn.add(record)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Several sign meanwhile, and every tenth of them withdraws."""
        stopped = threading.Event()

        def client() -> None:
            while not stopped.is_set():
                for number, link in enumerate(self._new(10)):
                    self._signs(link)
                    if number == 0:
                        self.withdraw(link.record)

        threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stopped.set()
            for thread in threads:
                thread.join()

    def _new(self, many: int) -> list[Link]:
        slots = [next(self._slots) for _ in range(many)]
        key = self._house.key.public
        return [link for slot in slots for link in links.made(self._house.server_keys, key, 1, slot)]

    def _signs(self, link: Link) -> None:
        assert self.press(link, "confirm") == "confirmed"
        self.signed[link.record] = link


def _exclude_and_erase(house: House, records: list[int]) -> set[int]:
    """Trustees exclude records, and the other campaign comes to its end; the journal is kept elsewhere."""
    app = create_app(house.settings(), load=False)
    with app.app_context():
        assert erasure.forget(db.session, "trees", records, "trustees", clock.today()) == len(records)
        with store.writing(db.session, "stones") as campaign:
            assert erasure.erase_all(db.session, campaign, clock.today()) == ERASED
        db.session.close()
        with db.engine.connect() as connection:
            service(Journal).catch_up(connection)
        shutil.copytree(service(Journal).folder, house.data.parent / "journal")
    _close(app)
    return set(records)


def _wipe(house: House) -> None:
    """The machine is gone."""
    shutil.rmtree(house.data)
    if house.database_url:
        engine = house.engine()
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()


def _command(house: House, *words: str) -> None:
    """A command of the site, as its operator types it."""
    environment = {**house.environment, "CAMPAIGN_ENV_FILE": "", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-m", "campaign", *words], cwd=house.data.parent, env=environment, capture_output=True, text=True
    )  # fmt: skip
    assert ran.returncode == 0, f"{words[0]}: {ran.stdout}\n{ran.stderr}"


# the second machine


def _rows(house: House) -> dict[str, dict[Any, str]]:
    """Every row of every table, by the table and its key; signatures by their number."""
    engine, found = house.engine(), {}
    with tables.snapshot(engine) as connection:
        keys = {table.name: [column.name for column in table.primary_key.columns]
                for table in tables.reflected(connection).sorted_tables}  # fmt: skip
        found = {name: {} for name in keys}
        for entry in tables.dumped(connection, tables.Sums()):
            name, rows = tables.rows_of(entry) or ("", [])
            for row in rows:
                key = tuple(row[column] for column in keys[name])
                found[name][key[0] if name == "signature" else key] = str(sorted(row.items()))
    engine.dispose()
    return found


def _stored(
    house: House, expected: dict[str, dict[Any, str]], must: set[int], crowd: Crowd, excluded: set[int]
) -> dict[str, int]:
    """What is stored otherwise than on the first machine."""
    found = _rows(house)
    records = set(found["signature"])
    other = {
        name: sum(rows.get(key) != found[name].get(key) for key in {*rows, *found[name]})
        for name, rows in expected.items()
        if name not in _CHANGED
    }
    known = {key: row for key, row in expected["signature"].items() if key in records}
    return {
        "signatures that are missing": len(must - records),
        "signatures that are others": sum(found["signature"][key] != row for key, row in known.items()),
        "signatures that nobody made": len(records - set(crowd.signed)),
        "withdrawn signatures that came back": len(records & crowd.withdrawn),
        "excluded signatures that came back": len(records & excluded),
        "tally": _difference(house),
        "photographs": other.pop("photograph"),
        "scans": other.pop("scan"),
        "editions": other.pop("edition") + other.pop("version") + other.pop("edition_version"),
        **{f"rows of {name}": count for name, count in other.items() if count},
    }


def _difference(house: House) -> int:
    """The tally against the records; what was counted in a campaign that is erased stays counted."""
    engine = house.engine()
    with engine.connect() as connection:
        number = connection.execute(text("SELECT id FROM campaign WHERE slug = 'trees'")).scalar_one()
        found = compare(connection, number).difference
    engine.dispose()
    return abs(found)


def _clicked(
    house: House, records: set[int], crowd: Crowd, excluded: set[int], erased: list[Link]
) -> dict[str, int]:
    """The links in people's e-mail, pressed on the new machine, that lead elsewhere than they should."""
    server = Server(house)
    wrong = {
        "links to confirm": 0,
        "links of withdrawn signatures": 0,
        "links to withdraw": 0,
        "links of what was erased": 0,
    }
    try:
        for record, link in crowd.signed.items():
            if record in crowd.withdrawn:
                wrong["links of withdrawn signatures"] += (
                    _leads(crowd, server, link, "confirm") == "confirmed"
                )
            elif record not in excluded:
                wrong["links to confirm"] += _leads(crowd, server, link, "confirm") != "confirmed"
        for record in sorted(records)[:WITHDRAWN]:
            wrong["links to withdraw"] += (
                _leads(crowd, server, crowd.signed[record], "withdraw") != "withdrawn"
            )
        for link in erased:
            wrong["links of what was erased"] += crowd.press(link, "confirm", "stones", server.port) != "410"
    finally:
        crowd.close()
        server.kill()
    return {**wrong, "tally after the links": _difference(house)}


def _leads(crowd: Crowd, server: Server, link: Link, kind: str) -> str:
    return crowd.press(link, kind, port=server.port)


def _close(app: Flask) -> None:
    service(Engine, app).dispose()
