"""Database away under readers, a locked database and /health, and migrations with many records."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, text

from campaign import migrating
from campaign.database import db
from campaign.services import service
from tests.reliability.house import House, Server

PAGES = ("/en/trees/", "/en/trees/petition", "/en/trees/petition/signatures", "/en/trees/petition/count.json")


#: The same and all other kinds of public pages: what visitors read while the database is away.
READ = (*PAGES, "/fr/trees/", "/en/trees/petition/manifest.json", "/en/trees/demands/", "/en/trees/updates/",
        "/en/trees/editions/", "/en/trees/write", "/en/trees/print", "/en/trees/updates.atom", "/robots.txt", "/health")  # fmt: skip


@dataclass
class Answers:
    """Statuses and milliseconds of what was asked."""

    statuses: dict[int, int] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.times, n=100)[98] if len(self.times) > 1 else 0.0


def ask(port: int, paths: tuple[str, ...], seconds: float, rate: float = 50.0) -> Answers:
    """Ask for the pages one after the other, so many times a second; whoever is late catches up."""
    answers, begun_at = Answers(), time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    number = 0
    while (begun := time.monotonic()) < begun_at + seconds:
        try:
            connection.request("GET", paths[number % len(paths)])
            answer = connection.getresponse()
            answer.read()
            answers.statuses[answer.status] = answers.statuses.get(answer.status, 0) + 1
            answers.times.append((time.monotonic() - begun) * 1e3)
        except (OSError, http.client.HTTPException):
            answers.failed += 1
            connection.close()
        number += 1
        time.sleep(max(0.0, begun_at + number / rate - time.monotonic()))
    connection.close()
    return answers


def readers(port: int, many: int, seconds: float, rate: float, paths: tuple[str, ...] = PAGES) -> Answers:
    """Several at once."""
    found: list[Answers] = []
    threads = [
        threading.Thread(target=lambda: found.append(ask(port, paths, seconds, rate / many)))
        for _ in range(many)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = Answers()
    for answers in found:
        whole.times += answers.times
        whole.failed += answers.failed
        for status, count in answers.statuses.items():
            whole.statuses[status] = whole.statuses.get(status, 0) + count
    return whole


def database_away(
    house: House, admin: str, seconds: float, rate: float = 200
) -> tuple[Answers, Answers, dict[str, int], bool]:
    """Readers while nobody may connect to the house's PostgreSQL, and who writes.

    Before; meanwhile; what was answered to each who wrote meanwhile; and whether all came back.
    """
    import psycopg

    server = Server(house)
    name = house.database_url.rpartition("/")[2]
    try:
        ask(server.port, READ, 2)  # each page once, as a site has been for a while
        before = readers(server.port, 4, 5, rate, READ)
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            meanwhile = readers(server.port, 4, seconds, rate, READ)
            written = _written(server.port, house)
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        time.sleep(3)
        after = ask(server.port, READ, 2)
        return before, meanwhile, written, set(after.statuses) == {200}
    finally:
        server.kill()


def writing(house: House) -> list[tuple[str, str, str]]:
    """What people send who write, and open who are about to: what it is, its address, and its body."""
    from urllib.parse import urlencode

    from tests.reliability import links

    (link,) = links.made(house.server_keys, house.key.public, 1)
    typed = {"name": "Ana Example", "email": "ana@example.org", "country": "FR", "agree": "y"}
    asked = {
        "sign": ("/en/trees/petition", "sign", typed),
        "confirm": (link.confirm, "confirm", {}),
        "withdraw": (link.withdraw, "withdraw", {}),
    }
    tokens = {
        what: links.form_token(house.data, f"{purpose}/trees") for what, (_, purpose, _) in asked.items()
    }
    return [
        *((what, path, urlencode({**fields, "form_token": tokens[what]})) for what, (path, _, fields) in asked.items()),
        ("a link", link.confirm, ""), ("the desk", "/en/desk/", ""), ("sign in", "/en/desk/sign-in", "email=a%40example.org"),
        ("/health", "/health", ""), ("/health/ready", "/health/ready", ""),
    ]  # fmt: skip


def _written(port: int, house: House) -> dict[str, int]:
    """What is answered to those who sign, confirm, withdraw, and open the desk."""
    connection, found = http.client.HTTPConnection("127.0.0.1", port, timeout=10), {}
    for what, path, body in writing(house)[:3]:
        connection.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        page = answer.read().decode()
        found[what] = answer.status if what != "sign" or 'value="Ana Example"' in page else 0
    connection.close()
    return found


def locked(house: House, seconds: float) -> tuple[Answers, Answers]:
    """/health before and while another process holds SQLite's lock and people press their links."""
    from tests.reliability import links

    server, engine = Server(house), house.engine()
    token = links.form_token(house.data, "confirm/trees")
    made = links.made(house.server_keys, house.key.public, 200)
    try:
        before = ask(server.port, ("/health",), 2)
        with engine.execution_options(writes=True).begin() as connection:
            connection.execute(text("UPDATE campaign SET slug = slug"))
            pressing = [
                threading.Thread(target=_press, args=(server.port, made[n::8], token, seconds))
                for n in range(8)
            ]
            for thread in pressing:
                thread.start()
            meanwhile = ask(server.port, ("/health",), seconds)
            connection.rollback()
        for thread in pressing:
            thread.join()
        return before, meanwhile
    finally:
        server.kill()
        engine.dispose()


def _press(port: int, made: list[object], token: str, seconds: float) -> None:
    from urllib.parse import urlencode

    end, body = time.monotonic() + seconds, urlencode({"form_token": token})
    for link in made:
        if time.monotonic() > end:
            return
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", link.confirm, body, headers)  # type: ignore[attr-defined]
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()


def migrations(folder: Path, url: str, records: int) -> tuple[float, float]:
    """Seconds that all migrations since the petition's take with so many records, down and up."""
    from tests.reliability.house import built

    house = built(folder, url)
    from campaign.application import create_app

    app = create_app(house.settings(), load=False)
    engine = service(Engine, app)
    with engine.execution_options(writes=True).begin() as connection:
        campaign = connection.execute(text("SELECT id FROM campaign")).scalar_one()
        rows = [
            {"id": number * 7 + 1, "campaign": campaign, "sealed": bytes(260), "yes": True, "slot": number, "no": False,
             "day": date(2027, 12, 31).isoformat()}
            for number in range(records)
        ]  # fmt: skip
        connection.execute(
            text("INSERT INTO signature (id, campaign_id, sealed, counted, erase_on) VALUES (:id, :campaign, :sealed, :yes, :day)"),
            rows,
        )  # fmt: skip
        connection.execute(
            text(
                "INSERT INTO seen (campaign_id, slot, records, owed, erase_on) VALUES (:campaign, :slot, 1, :no, :day)"
            ),
            rows,
        )
    with app.app_context():
        begun = time.monotonic()
        migrating.change("0006")
        down = time.monotonic() - begun
    with app.app_context():
        begun = time.monotonic()
        migrating.change(migrating.known()[-1])
        up = time.monotonic() - begun
        assert db.session.execute(text("SELECT count(*) FROM signature")).scalar_one() == records
        db.session.close()
        db.engine.dispose()
    return down, up
