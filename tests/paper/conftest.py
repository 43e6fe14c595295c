"""A desk at which sheets are typed: a petition with a key, two clerks, and sheets that are out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from campaign.database import db
from campaign.editions.edition_cache import EditionCache
from campaign.paper import batches, numbers
from campaign.paper.batches import Order
from campaign.paper.numbers import Number
from campaign.paper.sheets import Layout
from campaign.paper.transcription import Context
from campaign.petition import administration
from campaign.petition.index import Cost
from campaign.petition.signing import Signer
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.signatures import person
from campaign.signatures.person import Person
from tests.conftest import published
from tests.desk.conftest import NOW, Desk, Seat, desk, desk_on, made, still, still_desk  # noqa: F401
from tests.petition.conftest import Petition, opened

DAY = NOW.date()


@dataclass
class Table:
    """Where clerks sit with the sheets of one batch."""

    desk: Desk
    petition: Petition
    batch: int = 0
    seats: dict[str, Seat] = field(default_factory=dict)

    def number(self, sheet: int = 1) -> str:
        return numbers.written("trees", Number(self.batch, sheet))

    def seat(self, name: str) -> Seat:
        if name not in self.seats:
            self.seats[name] = self.desk.sits(name)
        return self.seats[name]

    def post(
        self, name: str, action: str, fields: dict[str, Any], sheet: int = 1, **more: Any
    ) -> TestResponse:
        seat = self.seat(name)
        token = {"csrf": seat.token("/paper")}
        path = f"/paper/sheets/{self.number(sheet)}/{action}"
        return seat.post(path, {**token, **fields}, follow_redirects=True, **more)

    def begins(self, name: str = "Clerk", sheet: int = 1) -> str:
        return self.post(name, "begin", {"country": "France", "day": DAY.isoformat()}, sheet).text

    def types(self, name: str, rows: dict[int, tuple[str, ...]], sheet: int = 1, do: str = "finish") -> str:
        """Somebody types rows of (name, town, country, e-mail) and says that they are all."""
        columns = ("name", "place", "country", "email")
        fields = {
            f"{column}-{row}": text
            for row, cells in rows.items()
            for column, text in zip(columns, cells, strict=False)
        }
        return self.post(name, "rows", {**fields, "do": do}, sheet).text

    def one_person(self) -> None:
        with self.desk.app.app_context():
            administration.set_double_entry(db.session, "trees", "the tests", False)

    def context(self) -> Context:
        """What rows are sealed with, on the table's day."""
        status = service(Petitions).held("trees")
        assert status.key is not None
        signer = Signer(status.key, service(Petitions).server_keys("trees"), service(Cost))
        edition = service(EditionCache).newest()["trees"]
        return Context("trees", edition.pack, 1, signer, DAY, lambda _edition: None)

    def people(self) -> list[Person]:
        """Everybody whose signature counts or is in doubt, opened with the trustees' key."""
        from campaign.petition.models import Signature

        with self.desk.app.app_context():
            rows = db.session.query(Signature).all()
            found = [person.from_bytes(self.petition.key.open(row.sealed)) for row in rows]
        return sorted(found, key=lambda one: (one.sheet, one.row))


@pytest.fixture
def still_table(desk_on: Callable[[Flask], Desk], tmp_path: Path) -> Table:  # noqa: F811
    """A table on SQLite alone, for many sheets."""
    at = desk_on(published(tmp_path / "data"))
    petition = opened(at.app)
    return Table(at, petition, ordered(at, email=True, sheets=100))


def state(page: str) -> str:
    """The notice that stands at the top of a sheet's page."""
    found = re.search(r'class="(?:done|message|warning)"[^>]*>\s*([^<]+)', page)
    return found[1].strip() if found else ""


def ordered(at: Desk, **changes: Any) -> int:
    """A batch of five sheets for Lyon; its number."""
    with at.app.app_context():
        layout = Layout(("en",), 12, email=bool(changes.pop("email", False)))
        order = Order(layout, changes.pop("sheets", 5), 1, DAY, holder="Lyon group", **changes)
        return batches.order(db.session, "trees", order, "the tests").id


@pytest.fixture
def table(desk: Desk) -> Table:  # noqa: F811
    """Two clerks and a batch, on each engine."""
    petition = opened(desk.app)
    for name in ("Clerk", "Second"):
        desk.join(name, "clerk")
    return Table(desk, petition, ordered(desk, email=True))
