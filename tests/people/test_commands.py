"""python -m campaign people and audit: the first organisers, and whether the record is whole."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from tests.conftest import published
from tests.tools import SEED, campaign


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the first campaign published."""
    folder = tmp_path_factory.mktemp("people") / "data"
    published(folder, SEED)
    return folder


@pytest.mark.slow
def test_an_invitation_is_a_link_of_the_site_s_own_address(data: Path) -> None:
    run = campaign(data, "people", "invite", "Ana", "Ana@Example.org", "--role", "owner", PORT="8123")
    assert (run.returncode, run.stderr) == (0, "")
    assert re.search(r"^http://localhost:8123/en/desk/join/[\w-]{43}$", run.stdout, re.M)
    there = campaign(
        data, "people", "invite", "Ana", "ana@example.org", CAMPAIGN_PUBLIC_URL="https://letters.example.org"
    )
    assert "https://letters.example.org/en/desk/join/" in there.stdout
    assert campaign(data, "people", "list").stdout == ""  # nobody has come yet


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["invite", "Ana", "not an address"], "is not an e-mail address"),
        (["invite", "Ana", "ana@example.org", "--campaign", "nowhere"], "There are: january-2022"),
        (["invite", "Ana", "ana@example.org", "--role", "king"], "is not one of"),
    ],
)
def test_what_can_not_be_is_said_in_a_line(words: list[str], said: str, data: Path) -> None:
    run = campaign(data, "people", *words)
    assert run.returncode == 2 and said in run.stderr and "Traceback" not in run.stderr


@pytest.mark.slow
@pytest.mark.security(19)
def test_the_audit_is_whole_until_somebody_changes_a_row(data: Path) -> None:
    campaign(data, "people", "invite", "Berik", "berik@example.org")
    whole = campaign(data, "audit", "verify")
    assert (
        whole.returncode == 0 and "whole" in whole.stdout and re.search(r"Head: [0-9a-f]{64}", whole.stdout)
    )
    with sqlite3.connect(data / "campaign.sqlite") as database:
        database.execute("UPDATE audit SET note = 'owner' WHERE id = (SELECT max(id) FROM audit)")
    database.close()
    broken = campaign(data, "audit", "verify")
    assert broken.returncode == 1 and "was changed or taken out" in broken.stderr
