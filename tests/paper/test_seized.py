"""Whoever takes the machine finds no name of a typed sheet, while it is open and after. [58, sealing.md 4.8]"""

from __future__ import annotations

import secrets
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from campaign.services import provide
from tests.conftest import published
from tests.desk.conftest import Desk
from tests.paper.conftest import Table, ordered
from tests.petition.conftest import CHEAP, opened
from tests.test_privacy import traces


@pytest.mark.security(58)
def test_no_name_of_a_typed_sheet_is_on_the_machine_and_the_key_finds_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desk_on: Callable[[Flask], Desk]
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    desk = desk_on(published(tmp_path / "data"))
    petition = opened(desk.app)
    provide(desk.app, CHEAP)
    for name in ("Clerk", "Second"):
        desk.join(name, "clerk")
    table = Table(desk, petition, ordered(desk, email=True))
    mark, town, box = (f"Zq{secrets.token_hex(4)}" for _ in range(3))
    marked = mark.translate(str.maketrans("0123456789", "ghijklmnop"))
    rows = {n: (f"{marked} {'x' * n}", town, "France", f"{box}{n}@example.org") for n in range(1, 13)}
    table.begins()
    table.types("Clerk", rows)
    assert traces([marked, town, box], tmp_path) == []
    differ = {**rows, 3: (f"{marked} other", town, "France", "")}
    assert "Third check" in table.types("Second", differ)
    assert traces([marked, town, box], tmp_path) == []
    assert "This sheet is closed" in table.types("Clerk", {3: rows[3]})
    with sqlite3.connect(tmp_path / "data" / "campaign.sqlite") as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "backup.sqlite"),))
    connection.close()
    assert traces([marked, town, box], tmp_path) == []
    # The search can fail: what a page would have left behind is found.
    (tmp_path / "spool").write_text(f"name-1={marked}")
    assert traces([marked], tmp_path)
    assert [one.name for one in table.people()] == [rows[n][0] for n in range(1, 13)]
