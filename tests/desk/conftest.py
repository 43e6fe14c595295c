"""A desk with people at it: a small campaign and another one, on each engine, and a clock to move."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from campaign import clock
from campaign.database import db
from campaign.editions import drafts, store
from campaign.editions.edition_cache import EditionCache
from campaign.people import members, signing_in
from campaign.people.members import Action, Guest, Proofs
from campaign.services import service
from campaign.settings import Settings
from campaign.web import signing
from campaign.web.signing import Purpose
from tests.minimal import FILES

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PASSWORD = "шесть зелёных велосипедов"
BASE = "/en/desk/trees"


@dataclass
class Clock:
    """A clock that stands until a test moves it; the whole application asks it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Desk:
    """The application and its clock; people join and sit down."""

    app: Flask
    clock: Clock

    def join(self, name: str, role: str, slug: str = "trees", languages: tuple[str, ...] = ()) -> str:
        """Somebody becomes a member; their code generator's secret."""
        secret = pyotp.random_base32()
        with self.app.app_context():
            guest = Guest(name, f"{name.lower()}@example.org", role, languages)
            token = members.invite(
                db.session, slug, guest, Action("command line", self.clock.now, agreed=True)
            )
            members.accept(db.session, token, Proofs(PASSWORD, secret), self.clock.now)
        return secret

    def sits(self, name: str) -> Seat:
        """A browser in which somebody has just signed in."""
        with self.app.app_context():
            person = members.members(db.session, "trees") + members.members(db.session, "another")
            found = next(one for one, _ in person if one.name == name)
            token = signing_in.begin(db.session, found, self.clock.now)
        client = self.app.test_client()
        client.set_cookie("desk", self.signed(token), domain="localhost")
        return Seat(client)

    def signed(self, token: str) -> str:
        with self.app.app_context():
            return signing.sign(service(Settings).secrets["desk"], Purpose.SIGN_IN, token)

    def files(self, slug: str = "trees") -> dict[str, str]:
        """The draft's files."""
        with self.app.app_context():
            return drafts.draft(db.session, slug).files

    def newest(self) -> int:
        with self.app.app_context():
            return store.newest(db.session)["trees"]


@dataclass
class Seat:
    """Somebody's browser at the desk."""

    client: FlaskClient

    def get(self, path: str = "/", status: int = 200, **more: Any) -> str:
        answer = self.client.get(f"{BASE}{path}" if not path.startswith("/en/") else path, **more)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return answer.text

    def form(self, page: str, action: str = "") -> dict[str, Any]:
        """What the form with an action would send, as a browser fills it."""
        return fields_of(self.get(page), action)

    def post(self, path: str, fields: dict[str, Any], **more: Any) -> TestResponse:
        return self.client.post(f"{BASE}{path}" if not path.startswith("/en/") else path, data=fields, **more)

    def token(self, page: str = "/publish") -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.get(page))
        assert found
        return found[1]


def with_file(
    fields: dict[str, Any], name: str, data: bytes, filename: str = "IMG_4711.JPG"
) -> dict[str, Any]:
    """What a client sends of a form with a file in it: made here, for werkzeug's would lie in a temporary file."""
    part = "--x\r\nContent-Disposition: form-data; name="
    pairs = [
        (key, one) for key, value in fields.items() for one in (value if isinstance(value, list) else [value])
    ]
    words = "".join(f'{part}"{field}"\r\n\r\n{value}\r\n' for field, value in pairs)
    head = f'{words}{part}"{name}"; filename="{filename}"\r\n\r\n'
    return {
        "data": head.encode() + data + b"\r\n--x--\r\n",
        "content_type": "multipart/form-data; boundary=x",
    }


def bring(
    seat: Seat, where: str, place: str, data: bytes, language: str = "en", **typed: Any
) -> TestResponse:
    """Open the editor of a thing, choose a picture for one of its places, type beside it, and save."""
    fields = seat.form(f"{where}?text={language}", where) | {f"i.{place}.agreed": "yes", **typed}
    return seat.client.post(f"{BASE}{where}", **with_file(fields, f"i.{place}.file", data))


def fields_of(page: str, action: str = "") -> dict[str, Any]:
    """The fields of the form whose action ends so, with their values."""
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        inside = False
        fields: dict[str, Any]
        area = select = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            got = {key: value or "" for key, value in attrs}
            if tag == "form":
                self.inside = got.get("action", "").endswith(action)
            if not self.inside:
                return
            if tag == "input" and got.get("type") == "radio" and "checked" not in got:
                return
            if tag == "input" and got.get("type") not in {"checkbox", "submit", "file"} and "name" in got:
                if got["name"].endswith("_list"):  # several fields of one name
                    self.fields.setdefault(got["name"], []).append(got.get("value", ""))
                else:
                    self.fields[got["name"]] = got.get("value", "")
            elif tag == "input" and got.get("type") == "checkbox" and "checked" in got:
                self.fields.setdefault(got["name"], [])
                self.fields[got["name"]].append(got["value"]) if isinstance(
                    self.fields[got["name"]], list
                ) else None
            elif tag == "textarea":
                self.area = got["name"]
                self.fields[self.area] = ""
            elif tag == "select" and "name" in got:
                self.select = got["name"]
                self.fields.setdefault(self.select, [] if self.select.endswith("_list") else "")
            elif tag == "option" and self.select and "selected" in got:
                if isinstance(self.fields[self.select], list):  # a series of selects
                    self.fields[self.select].append(got["value"])
                else:
                    self.fields[self.select] = got["value"]

        def handle_endtag(self, tag: str) -> None:
            if tag == "form":
                self.inside = False
            self.area = "" if tag == "textarea" else self.area
            self.select = "" if tag == "select" else self.select

        def handle_data(self, data: str) -> None:
            if self.inside and self.area:
                self.fields[self.area] += data

    reader = Reader()
    reader.fields = {}
    reader.feed(page)
    return {
        name: re.sub(r"\A\r?\n", "", value) if isinstance(value, str) else value
        for name, value in reader.fields.items()
    }


def made(app: Flask) -> Desk:
    """A desk on an application, with two campaigns and an owner."""
    standing = Clock()
    with clock.use(standing), app.app_context():
        store.publish(db.session, "trees", FILES, store.Authorship("files"))
        store.publish(
            db.session,
            "another",
            {**FILES, "campaign.yaml": FILES["campaign.yaml"].replace("slug: trees", "slug: another")},
            store.Authorship("files"),
        )
        service(EditionCache, app).load()
    desk = Desk(app, standing)
    desk.join("Ana", "owner")
    return desk


@pytest.fixture
def desk_on() -> Iterator[Callable[[Flask], Desk]]:
    """Makes a desk on an application of the test's own, and lets its clock stand."""
    with ExitStack() as stack:

        def make(app: Flask) -> Desk:
            desk = made(app)
            stack.enter_context(clock.use(desk.clock))
            return desk

        yield make


@pytest.fixture
def desk(storage: Flask, desk_on: Callable[[Flask], Desk]) -> Desk:
    """A desk on SQLite and on PostgreSQL."""
    return desk_on(storage)


@pytest.fixture(scope="module")
def still_desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    from tests.conftest import published

    return made(published(tmp_path_factory.mktemp("still")))


@pytest.fixture
def still(still_desk: Desk) -> Iterator[Desk]:
    """A desk at which nothing is ever saved, so that many tests can sit at it."""
    with clock.use(still_desk.clock):
        yield still_desk
