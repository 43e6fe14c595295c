"""A small site with a petition, a worker that was active, and a network that answers as it should."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from campaign import clock
from campaign.monitoring.checks import CHECKS, run
from campaign.monitoring.findings import Finding, Level
from campaign.monitoring.network import Answer, Network
from campaign.monitoring.outside import ECHO
from campaign.monitoring.surroundings import Space, Surroundings
from campaign.services import service
from campaign.settings import Settings, make_secrets
from tests.conftest import published
from tests.petition.conftest import Petition, opened

#: A day after which the nightly work of the day before is done, and on which no date of the pack is reached.
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)

ONION = "http://" + "a" * 56 + ".onion"


@dataclass
class Answers(Network):
    """A network in which everything is as it should be; a test changes one part."""

    client: str = "proxy"
    status: int = 200
    clock_wrong: float = 0
    ends_in: timedelta = timedelta(days=60)
    tls: bool = True
    onion_status: int = 200
    fails: dict[str, Exception] = field(default_factory=dict)

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        self._maybe_fail("get")
        date = format_datetime(clock.now() - timedelta(seconds=self.clock_wrong), usegmt=True)
        body = json.dumps({"client": self.client}) if url.endswith(ECHO) else ""
        return Answer(self.status, {"date": date}, body)

    def certificate_end(self, url: str) -> datetime:
        self._maybe_fail("certificate")
        return clock.now() + self.ends_in

    def relay(self, url: str) -> bool:
        self._maybe_fail("relay")
        return self.tls

    def onion(self, url: str, path: str) -> Answer:
        self._maybe_fail("onion")
        return Answer(self.onion_status, {}, "ok")

    def _maybe_fail(self, what: str) -> None:
        if what in self.fails:
            raise self.fails[what]


@dataclass
class Site:
    """The site of a test: its petition, its network, and what is around it."""

    petition: Petition
    network: Answers
    environment: dict[str, str]
    patch: pytest.MonkeyPatch
    around: dict[str, Any] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return service(Settings, self.petition.app).data

    @property
    def here(self) -> Surroundings:
        space = Space(60, 100)
        parts = {"space": lambda _folder: space, **self.around}
        return Surroundings(self.petition.app, self.network, self.environment, **parts)

    def sql(self, statement: str, **values: Any) -> None:
        with service(Engine, self.petition.app).execution_options(writes=True).begin() as connection:
            connection.execute(text(statement), values)

    def beat(self, ago: float = 0) -> None:
        """The worker was active so many seconds ago."""
        at, file = clock.seconds() - ago, self.data / "worker-alive"
        file.touch()
        os.utime(file, (at, at))

    def backup(self, days: float = 0.5, verified: bool = True) -> None:
        note = {
            "made": (clock.now() - timedelta(days=days)).isoformat(),
            "to": ["age1x"],
            "verified": verified,
        }
        (self.data / "backup.json").write_text(json.dumps(note))

    def findings(self, key: str) -> list[Finding]:
        return run(self.here, [check for check in CHECKS if check.key == key])

    def level(self, key: str) -> Level:
        return max(finding.level for finding in self.findings(key))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A site on which every check is green."""
    data = tmp_path / "data"
    environment = {
        "CAMPAIGN_DATA": str(data),
        "CAMPAIGN_VOLATILE": str(tmp_path / "volatile"),
        "CAMPAIGN_PUBLIC_URL": "https://letters.example.org",
        "CAMPAIGN_ONION_URL": ONION,
        "CAMPAIGN_TRUSTED_HOPS": "1",
        "CAMPAIGN_PRODUCTION": "yes",
        "CAMPAIGN_SMTP_URL": "smtp://me:secret@relay.example.org:587",
        "CAMPAIGN_MAIL_FROM": "post@example.org",
        "CAMPAIGN_CLOCK_URL": "https://time.example.org",
    }
    make_secrets({"CAMPAIGN_DATA": str(data)})
    data.chmod(0o700)
    with clock.use(lambda: NOW - timedelta(days=3)):
        petition = opened(published(data, **{k: v for k, v in environment.items() if k != "CAMPAIGN_DATA"}))
    petition.app.config["TRUSTED_HOSTS"].append("localhost")  # where the tests' browser is
    with clock.use(lambda: NOW):
        made = Site(petition, Answers(), environment, monkeypatch)
        made.beat()
        made.backup()
        yield made


def with_settings(site: Site, **changes: Any) -> None:
    """The site with other settings."""
    extensions = site.petition.app.extensions["campaign"]
    extensions[Settings] = replace(extensions[Settings], **changes)
