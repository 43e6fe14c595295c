"""The button that makes a copy: who sees it, one at a time, and what is said of it."""

from __future__ import annotations

import subprocess
import threading
from typing import Any
from unittest.mock import patch

from campaign.desk.publishing import copying
from campaign.desk.publishing.copying import Copier
from campaign.services import service
from campaign.settings import Settings
from tests.desk.conftest import Desk


def test_an_editor_makes_one_copy_at_a_time_and_is_told_how_it_goes(desk: Desk) -> None:
    desk.join("Asel", "editor")
    seat, go, runs = desk.sits("Asel"), threading.Event(), list[str]()
    copier = service(Copier, desk.app)

    def run(slug: str, _settings: Settings) -> bool:
        runs.append(slug)
        assert go.wait(30)
        return False

    copier.run = run
    for _press in range(2):
        answer = seat.post("/exchange/copy", {"csrf": seat.token("/exchange")})
        assert answer.status_code == 303
    assert "A copy is being made" in seat.get("/exchange")
    go.set()
    copier.begin("trees").join(30)
    assert runs[:1] == ["trees"] and len(runs) <= 2
    assert "could not be made" in seat.get("/exchange")


def test_a_reader_has_no_such_button(desk: Desk) -> None:
    desk.join("Rita", "reader")
    assert desk.sits("Rita").post("/exchange/copy", {"csrf": "x"}).status_code in {303, 403}
    assert service(Copier, desk.app).is_running("trees") is False


def test_the_copy_is_made_by_the_command_for_this_site(desk: Desk) -> None:
    settings, commands = service(Settings, desk.app), list[list[str]]()

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        commands.append(command[2:])
        assert options["env"]["CAMPAIGN_DATA"] == str(settings.data)
        assert options["env"]["CAMPAIGN_DATABASE_URL"] == settings.database_url
        return subprocess.CompletedProcess(command, 0)

    with patch.object(subprocess, "run", run):
        assert copying.made("trees", settings)
    ((*start, out, campaign, slug, publish),) = commands
    assert (start, campaign, slug, publish) == (
        ["campaign", "mirror", "make"],
        "--campaign",
        "trees",
        "--publish",
    )
    assert out.startswith(str(settings.data)) and list(settings.data.glob("copy-*")) == []
