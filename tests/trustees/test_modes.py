"""What the commands write is for its owner alone: names, keys, volumes, letters, scans."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import Engine

from campaign.cli import main as module
from campaign.cli.main import main
from campaign.petition import export
from campaign.services import service
from campaign.trustees import key_files
from campaign.trustees.key_files import Lock
from tests.conftest import published
from tests.minimal import FILES
from tests.petition.conftest import ANA, TERMS, TODAY, Box, opened
from tests.trustees.test_trustees import signed


@pytest.fixture(params=[0o000, 0o022])
def mask(request: pytest.FixtureRequest) -> Iterator[int]:
    """The mask with which a trustee's computer makes files that others can read."""
    previous = os.umask(request.param)
    yield request.param
    os.umask(previous)


def current() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def open_to_others(folder: Path) -> list[str]:
    return [f"{stat.S_IMODE(path.stat().st_mode):o} {path.relative_to(folder)}"
            for path in folder.rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077]  # fmt: skip


def test_every_command_runs_under_a_mask_that_shuts_others_out(
    mask: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    masks: list[int] = []
    monkeypatch.setattr(module.CAMPAIGN, "invoke", lambda _context: masks.append(current()))
    for command in module.CAMPAIGN.list_commands(None):  # type: ignore[arg-type]
        assert main([command, "x"]) == 0
    assert set(masks) == {0o077} and len(masks) > 10
    assert current() == mask


@pytest.mark.slow
def test_what_trustees_commands_write_is_for_their_owner_alone(
    mask: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = opened(published(tmp_path / "site"))
    wants = replace(ANA, news=True)
    sealed = signed(site, wants, replace(wants, email="eve@example.org"))
    trustee = pyrage.x25519.Identity.generate()
    given, out, pack = tmp_path / "given", tmp_path / "out", tmp_path / "pack"
    for folder in (given, out, out / "book"):
        folder.mkdir()
    (given / "trustee.txt").write_text(str(trustee))
    (given / "trees.key").write_bytes(
        key_files.locked(site.key, Lock(recipients=(str(trustee.to_public()),)))
    )
    for path, body in {**FILES, **TERMS}.items():
        (pack / path).parent.mkdir(parents=True, exist_ok=True)
        (pack / path).write_text(body, encoding="utf-8")
    export.write(service(Engine, site.app), "trees", site.campaign, sealed, TODAY)
    (given / "may.en.txt").write_text("What came of it\nThey answered.\n")
    monkeypatch.chdir(out)
    identity = ["--identity", str(given / "trustee.txt")]
    opening = ["--signatures", str(sealed), "--key", str(given / "trees.key"), *identity]
    public = str(trustee.to_public())
    monkeypatch.setattr("campaign.cli.trustees.Relay", lambda _url: Box())
    monkeypatch.setenv("CAMPAIGN_SMTP_PASSWORD", "x")
    for words in (
        ["keys", "new", "--campaign", "trees", "--out", "new.key", "--recipient", public],
        ["keys", "rotate", "--key", "new.key", *identity, "--out", "next.key", "--recipient", public],
        ["signatures", "open", *opening, "--out", "names.csv", "--void", "void.txt"],
        ["book", *opening, "--pack", str(pack), "--language", "fr", "--out", "book", "--to", "mayor"],
        ["updates", "send", *opening, "--text", str(given / "may"), "--smtp", "smtp://x", "--from", "a@example.org",
         "--site", "https://example.org", "--state", "sent", "--pause", "0"],
    ):  # fmt: skip
        assert main(words) in {0, None}, words
    assert {"names.csv", "names.xlsx", "volume-01.pdf", "front.pdf"} <= {
        p.name for p in (out / "book").iterdir()
    }
    assert {"names.csv", "void.txt", "sent", "new.key", "next.key"} <= {path.name for path in out.iterdir()}
    assert open_to_others(out) == []
