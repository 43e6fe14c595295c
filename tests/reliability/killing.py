"""R1: SIGKILL of the server under load. What was acknowledged is there, once, and counted.

R11: what was stored without its signer having heard is pressed again, and answered as if nothing had happened.
"""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from sqlalchemy import Engine, text

from campaign.petition.comparison import compare
from tests.reliability import links
from tests.reliability.house import House, Server
from tests.reliability.links import Link
from tests.reliability.own_database import Cluster

CLIENTS = 4


@dataclass
class Tally:
    """What the rounds came to. `replayed`: links pressed again whose first answer never arrived."""

    rounds: int = 0
    acknowledged: int = 0
    again: int = 0
    lost: int = 0
    different: int = 0
    unheard: int = 0
    broken: int = 0
    replayed: int = 0
    puzzled: int = 0  # of those, how many did not read thanks
    failed: Counter[int] = field(default_factory=Counter)  # statuses of 400 and more, by how often


@dataclass
class Heard:
    """What the clients of one round heard: how often each record was acknowledged, and which errors came."""

    times: Counter[int] = field(default_factory=Counter)
    failed: Counter[int] = field(default_factory=Counter)


def rounds(house: House, many: int, chance: random.Random, lazy: bool = False) -> Tally:
    """Start, load, kill, look; as often as that."""
    tally, engine, unheard = Tally(), house.engine(), []
    token = links.form_token(house.data, "confirm/trees")
    for _ in range(many):
        server = Server(house, lazy)
        _replay(server.port, tally, unheard, token)
        fresh = links.made(house.server_keys, house.key.public, 400, slot=tally.rounds * 400)
        heard = load(server.port, fresh, token, chance, server.kill)
        unheard = look(engine, tally, fresh, heard)
    server = Server(house)
    _replay(server.port, tally, unheard, token)
    server.kill()
    compare_sums(engine, tally)
    engine.dispose()
    return tally


def database_rounds(house: House, cluster: Cluster, many: int, chance: random.Random) -> Tally:
    """R2: the same, but all processes of PostgreSQL are killed, and the server goes on."""
    tally, engine, unheard = Tally(), house.engine(), []
    token = links.form_token(house.data, "confirm/trees")
    server = Server(house)
    for _ in range(many):
        fresh = links.made(house.server_keys, house.key.public, 400, slot=tally.rounds * 400)
        heard = load(server.port, fresh, token, chance, cluster.kill)
        cluster.start()
        engine.dispose()
        unheard = look(engine, tally, fresh, heard)
        _replay(server.port, tally, unheard, token)
    server.kill()
    compare_sums(engine, tally)
    engine.dispose()
    return tally


def load(port: int, fresh: list[Link], token: str, chance: random.Random, kill: Callable[[], None]) -> Heard:
    """Press every link twice from several clients, and kill something in the middle; what was heard."""
    heard, first = Heard(), threading.Event()

    def client(mine: list[Link]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            for link in mine:
                for _ in range(2):
                    status, is_thanks = pressed(connection, link, token)
                    heard.times[link.record] += is_thanks
                    if status >= 400:
                        heard.failed[status] += 1
                        return
                    first.set()
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=client, args=(fresh[n::CLIENTS],)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    first.wait(timeout=10)
    time.sleep(chance.uniform(0.02, 0.25))
    kill()
    for thread in threads:
        thread.join()
    return heard


def pressed(connection: http.client.HTTPConnection, link: Link, token: str) -> tuple[int, bool]:
    """The button of a link: the status, and whether it leads to the page that says thanks."""
    body, headers = urlencode({"form_token": token}), {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", link.confirm, body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status, (answer.getheader("Location") or "").endswith("/done/confirmed")


def _replay(port: int, tally: Tally, unheard: list[Link], token: str) -> None:
    """Who never got an answer presses again."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for link in unheard:
        tally.replayed += 1
        tally.puzzled += not pressed(connection, link, token)[1]
    connection.close()


def look(engine: Engine, tally: Tally, fresh: list[Link], heard: Heard) -> list[Link]:
    """Compare what is stored with what was heard; the links that are stored and of which nobody heard."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            tally.broken += connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() != "ok"
        stored = {row[0] for row in connection.execute(text("SELECT id FROM signature"))}
    acknowledged = {record for record, times in heard.times.items() if times}
    compare_sums(engine, tally)
    unheard = [link for link in fresh if link.record in stored - acknowledged]
    tally.rounds += 1
    tally.acknowledged += len(acknowledged)
    tally.again += sum(count > 1 for count in heard.times.values())
    tally.lost += len(acknowledged - stored)
    tally.unheard += len(unheard)
    tally.failed += heard.failed
    return unheard


def compare_sums(engine: Engine, tally: Tally) -> None:
    """Count a round in which the tally differs from the records."""
    with engine.connect() as connection:
        campaign = connection.execute(text("SELECT id FROM campaign WHERE slug = 'trees'")).scalar_one()
        tally.different += compare(connection, campaign).difference != 0
