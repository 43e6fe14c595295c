"""The handbook's page on installing: the site's own commands, in its order, on settings as they are shipped.

`make torture ARGS="--only install"` follows the whole page on a machine of its own.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from sqlalchemy import text

from campaign import environment_file
from campaign.application import create_app
from campaign.database import db
from campaign.deploy.writing import Plan, rendered
from campaign.settings import read
from tests.deploy.test_writing import HOST, unfilled
from tests.reliability import installing
from tests.tools import campaign


def test_the_page_says_how_many_commands_it_has() -> None:
    said = re.search(r"(\d+) commands", installing.PAGE.read_text(encoding="utf-8"))
    assert said and int(said[1]) == len(installing.commands())


@pytest.mark.slow
def test_the_commands_of_the_page_lead_to_a_site_that_starts(tmp_path: Path) -> None:
    """The tables were once made by no command of the page, and the server refused to start."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    settings = environment_file.parse(unfilled(rendered(Plan(HOST))["campaign.env"]))
    settings |= {"CAMPAIGN_DATA": str(data), "CAMPAIGN_VOLATILE": str(tmp_path / "volatile")}
    done = []
    for line in installing.commands():
        words = shlex.split(line.partition("/opt/campaign/bin/campaign ")[2])
        if not words or words[0] in {"deploy", "doctor"}:
            if line.endswith("enable --now campaign"):
                done.append("start")
                _would_start(settings)
            continue
        words = ["january-2022" if word == "my-campaign" else word for word in words]
        ran = campaign(data, *words, **settings | {"CAMPAIGN_DATA": str(data)})
        assert ran.returncode == 0, f"{line}\n{ran.stderr}"
        done.append(words[0])
    assert done == ["secrets", "settings", "migrate", "start", "load", "people"]


def _would_start(settings: dict[str, str]) -> None:
    """What `serve` does in production before it listens. Raises SettingsError."""
    app = create_app(read(settings), load=False)
    with app.app_context():
        assert db.session.execute(text("SELECT count(*) FROM campaign")).scalar_one() == 0
        db.session.close()
        db.engine.dispose()


def test_with_containers_the_tables_are_made_before_the_site_goes_up() -> None:
    page, compose = (
        installing.PAGE.read_text(encoding="utf-8"),
        rendered(Plan(HOST))["container/compose.yaml"],
    )
    for document in (page, compose):
        words = re.findall(r"podman compose -f container/compose.yaml (.*)", document)
        assert [line.split()[:5][-1].strip() for line in words] == ["secrets", "migrate", "-d"], words
