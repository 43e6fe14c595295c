"""Nights of the public log that are killed with SIGKILL at any moment: afterwards the log goes on, and never forks."""

from __future__ import annotations

import os
import random
import signal
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from campaign.petition import log_tiles, public_log
from campaign.petition.public_log import PublicLog
from campaign.services import service
from campaign.transparency_log import checkpoints, entries, monitor
from campaign.transparency_log.checkpoints import Checkpoint
from campaign.transparency_log.merkle import ProofError, check_consistency, consistency_proof
from campaign.transparency_log.tiles import TileNodes
from tests.conftest import published
from tests.petition.conftest import TODAY, opened
from tests.petition.test_public_log import Night


@dataclass
class Nights:
    """What the kills came to. `forks`: checkpoints that do not begin with an earlier one."""

    nights: int = 0
    kills: int = 0
    checkpoints: int = 0
    forks: int = 0
    different: int = 0
    entries: int = 0


def killed(folder: Path, kills: int, chance: random.Random) -> Nights:
    """Kill so many nights, each in a process of its own; those that ended before it came are not counted."""
    night = Night(opened(published(folder / "data")))
    public_log.TOGETHER = 16  # many transactions, so that many moments are between two of them
    found, seen = Nights(), [Checkpoint("", 0, b"")]
    live: list[object] = []
    usual = 0.05  # seconds that a night takes here, as far as is known
    while found.kills < kills and found.nights < 10 * kills:
        day = TODAY + timedelta(days=found.nights)
        found.nights += 1
        live += night.sign(day, chance.randrange(12))
        if live and chance.random() < 0.3:
            night.withdraw(live.pop(chance.randrange(len(live))), day)
        begun = time.monotonic()
        if _killed(night, day, chance.random() * usual):
            found.kills += 1
            usual *= 1.02
            _look(night, found, seen)
        else:
            usual = max(0.005, min(usual, time.monotonic() - begun))
        if found.nights % 10 == 0 or found.kills == kills:
            night.run(day)
            _look(night, found, seen)
            found.different += night.report().sums.live != len(live) or night.difference() != 0
    found.entries = seen[-1].size
    return found


def _killed(night: Night, day: object, after: float) -> bool:
    """Run a night in a process and kill it; whether it was still running."""
    service(Engine, night.petition.app).dispose()
    child = os.fork()
    if child == 0:
        try:
            PublicLog(night.engine, night.campaign, night.keys, "example.org/log/trees").run(day)  # type: ignore[arg-type]
        finally:
            os._exit(0)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def _look(night: Night, found: Nights, seen: list[Checkpoint]) -> None:
    """Compare the newest checkpoint, and the one in the file, with the last that was seen."""
    with night.engine.connect() as connection:
        note = public_log.newest_note(connection, night.campaign)
        tree = public_log.state(connection, night.campaign)
        if note is None or tree is None:
            return
        checkpoint, old = checkpoints.read(note), seen[-1]
        tiles = log_tiles.Tiles(connection, night.campaign)
        try:
            if old.size:
                proof = consistency_proof(TileNodes(checkpoint.size, tiles), old.size, checkpoint.size)
                check_consistency((old.size, old.root), (checkpoint.size, checkpoint.root), proof)
            monitor.check(checkpoint, lambda number, wide: entries.bundled(tiles.bundle(number, wide)))
        except (ProofError, monitor.LogError):
            found.forks += 1
        if checkpoint.size > old.size:
            found.checkpoints += 1
            seen.append(checkpoint)
