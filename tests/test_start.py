"""What the start of a server loads: nothing that only some requests need, and nothing twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from campaign.editions.edition_cache import EditionCache
from campaign.mail import worker
from campaign.services import service
from tests.conftest import published
from tests.tools import ROOT

#: A server's start up to where its processes are made.
_START = """
import json, sys
from campaign.cli.main import CAMPAIGN
CAMPAIGN.get_command(None, "serve")
from campaign.cli import serve
apps = serve._ready(None, 1)
serve.catch_up(apps.here)
print(json.dumps(list(sys.modules)))
"""

#: What is imported where it is first needed, and for what.
LATE = {
    "PIL": "pictures for social networks",
    "alembic": "tables that are not up to date",
    "docx": "letters for Word",
    "email_validator": "e-mail addresses that somebody types",
    "fontTools.ttLib": "which font has a letter",
    "lxml": "letters for Word",
    "psycopg": "PostgreSQL",
    "pyrage": "the trustees' keys",
    "rapidfuzz": "addresses and countries with a typing error, and differences",
    "redis": "several processes or machines",
    "rich": "the progress of a command",
    "sqlalchemy.dialects.postgresql": "PostgreSQL",
    "typst": "PDFs",
    "webauthn": "passkeys",
    "xlsxwriter": "the book",
    "zxcvbn": "new passwords",
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The modules in memory after the start of a server with SQLite."""
    data = tmp_path_factory.mktemp("site") / "data"
    published(data)
    environment = {**os.environ, "CAMPAIGN_DATA": str(data)}
    run = subprocess.run(
        [sys.executable, "-c", _START], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return set(json.loads(run.stdout.splitlines()[-1]))


@pytest.mark.parametrize("module", LATE)
def test_the_start_of_a_server_does_not_load_what_only_some_requests_need(
    module: str, loaded: set[str]
) -> None:
    assert module not in loaded, f"needed for {LATE[module]}"


def test_the_start_of_a_server_loads_what_its_processes_need_at_once(loaded: set[str]) -> None:
    assert {"huey", "campaign.cli.mail", "campaign.desk.setup", "sqlalchemy.dialects.sqlite"} <= loaded


def test_a_package_is_hidden_only_meanwhile_and_only_if_it_is_not_in_memory() -> None:
    with worker._without("json", "no_such_package"):
        assert __import__("json") is json
        with pytest.raises(ModuleNotFoundError):
            __import__("no_such_package")
        assert "no_such_package" in sys.modules
    assert "no_such_package" not in sys.modules and sys.modules["json"] is json


def test_both_applications_of_a_server_have_the_same_packs_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from campaign.cli import serve
    from tests.tools import SEED

    published(tmp_path / "data", SEED)
    monkeypatch.setenv("CAMPAIGN_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("campaign.cli.server_lock.locked", lambda _settings: 0)
    apps = serve._ready(None, 1)
    here, to_serve = (service(EditionCache, app).in_memory for app in (apps.here, apps.to_serve))
    assert here["january-2022"].pack is to_serve["january-2022"].pack
