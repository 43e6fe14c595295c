"""A site with a petition in a folder of its own, and the real server on it, started and killed."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine

from campaign.database import connect, db
from campaign.editions import store
from campaign.petition import administration
from campaign.petition.server_keys import ServerKeys
from campaign.services import service
from campaign.settings import Settings, read
from campaign.signatures.sealing import PrivateKey, new_key
from tests.minimal import FILES
from tests.petition.conftest import TERMS
from tests.test_server import free_port
from tests.tools import ROOT

#: The server as `serve` starts it, without the look at every pack before and without the mail worker.
_SERVER = """
import sys
from campaign.cli.server import listener, run
from campaign.cli.web_process import Serving
from campaign.serving.forking import Lifeline
from campaign.settings import AT_ONCE
from tests.reliability import served
make = getattr(served, sys.argv[3])
with listener("127.0.0.1", int(sys.argv[1])) as made:
    run(Serving(made, AT_ONCE, {}, application=lambda _newest: make()), int(sys.argv[2]), Lifeline())
"""


@dataclass
class House:
    """A data folder with a published campaign and its key."""

    data: Path
    key: PrivateKey
    database_url: str = ""

    @property
    def server_keys(self) -> ServerKeys:
        return ServerKeys(self.data, self.data / "memory", "trees")

    @property
    def environment(self) -> dict[str, str]:
        url = {"CAMPAIGN_DATABASE_URL": self.database_url} if self.database_url else {}
        return {
            **os.environ,
            **url,
            "CAMPAIGN_DATA": str(self.data),
            "CAMPAIGN_VOLATILE": str(self.data / "memory"),
        }

    @property
    def log(self) -> Path:
        """What its servers write."""
        return self.data / "server.log"

    def settings(self) -> Settings:
        return read({key: value for key, value in self.environment.items() if key.startswith("CAMPAIGN_")})

    def engine(self) -> Engine:
        """The database as the application opens it."""
        app = Flask("look")
        connect(app, self.settings().database_url)
        engine: Engine = service(Engine, app)
        return engine


def built(data: Path, database_url: str = "") -> House:
    """Make the tables, publish the small campaign, give it a key."""
    from tests.conftest import published

    url = {"CAMPAIGN_DATABASE_URL": database_url} if database_url else {}
    app = published(data, **url)
    key = new_key("trees", 1)
    with app.app_context():
        store.publish(db.session, "trees", {**FILES, **TERMS}, store.Authorship("files"))
        administration.publish_key(db.session, key.public, "the tests")
        db.session.close()
        db.engine.dispose()
    house = House(data, key, database_url)
    house.server_keys.newest(), house.server_keys.withdraw_key()
    return house


class Server:
    """The real server in a process group of its own."""

    def __init__(self, house: House, lazy: bool = False, workers: int = 1, port: int = 0) -> None:
        self.port = port or free_port()
        target = "lazy" if lazy else "sound"
        with house.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _SERVER, str(self.port), str(workers), target],
                cwd=ROOT, env=house.environment, start_new_session=True, stdout=log, stderr=log,
            )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
                connection.request("GET", "/health")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.02)
            finally:
                connection.close()
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        """SIGKILL to all of it at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
