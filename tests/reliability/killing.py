"""R1: SIGKILL of the server under load. What was acknowledged is there, once, and counted."""

from __future__ import annotations

import http.client
import random
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from sqlalchemy import Engine, text

from campaign.petition.comparison import compare
from tests.reliability import links
from tests.reliability.house import House, Server
from tests.reliability.links import Link

CLIENTS = 4


@dataclass
class Tally:
    """What the rounds came to."""

    rounds: int = 0
    acknowledged: int = 0
    again: int = 0
    lost: int = 0
    different: int = 0
    unheard: int = 0
    broken: int = 0
    seen: set[int] = field(default_factory=set)


def rounds(house: House, many: int, chance: random.Random, lazy: bool = False) -> Tally:
    """Start, load, kill, look; as often as that."""
    tally = Tally()
    token = links.form_token(house.data, "confirm/trees")
    engine = house.engine()
    for _ in range(many):
        fresh = links.made(house.server_keys, house.key.public, 400, slot=tally.rounds * 400)
        server = Server(house, lazy)
        heard = _load(server, fresh, token, chance)
        tally.rounds += 1
        _look(engine, tally, fresh, heard)
    engine.dispose()
    return tally


def _load(server: Server, fresh: list[Link], token: str, chance: random.Random) -> dict[int, int]:
    """Press every link twice from several clients, and kill the server in the middle; what was heard."""
    heard: dict[int, int] = {}
    body = urlencode({"form_token": token})
    first = threading.Event()

    def client(mine: list[Link]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        try:
            for link in mine:
                for _ in range(2):
                    connection.request(
                        "POST", link.confirm, body, {"Content-Type": "application/x-www-form-urlencoded"}
                    )
                    answer = connection.getresponse()
                    answer.read()
                    if (answer.getheader("Location") or "").endswith("/done/confirmed"):
                        heard[link.record] = heard.get(link.record, 0) + 1
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
    server.kill()
    for thread in threads:
        thread.join()
    return heard


def _look(engine: Engine, tally: Tally, fresh: list[Link], heard: dict[int, int]) -> None:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            tally.broken += connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() != "ok"
        stored = {row[0] for row in connection.execute(text("SELECT id FROM signature"))}
        campaign = connection.execute(text("SELECT id FROM campaign WHERE slug = 'trees'")).scalar_one()
        tally.different += compare(connection, campaign).difference != 0
    mine = {link.record for link in fresh}
    tally.acknowledged += len(heard)
    tally.again += sum(count > 1 for count in heard.values())
    tally.lost += len(heard.keys() - stored)
    tally.unheard += len((stored & mine) - heard.keys())
    tally.seen |= heard.keys()
