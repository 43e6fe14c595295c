"""The public log as files, in the places of C2SP's tlog-tiles: any web server can serve them as a mirror."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from campaign.petition import public_log
from campaign.petition.log_tiles import Tiles
from campaign.petition.public_log import LogStoppedError
from campaign.transparency_log import checkpoints, entries, notes, tiles
from campaign.transparency_log.checkpoints import Checkpoint
from campaign.transparency_log.merkle import root
from campaign.transparency_log.tiles import ENTRIES, HIGHEST, WIDTH, TileNodes
from campaign.whole_files import write_whole


def write(connection: Connection, campaign: int, folder: Path) -> Checkpoint:
    """Write what is new since the last time, and the checkpoint last. Raises LogStoppedError, OSError."""
    tree, note = public_log.state(connection, campaign), public_log.newest_note(connection, campaign)
    if tree is None or note is None:
        raise LogStoppedError(
            "There is no log yet: it begins on the first night after the key was published."
        )
    checkpoint, stored = checkpoints.read(note), Tiles(connection, campaign)
    before = _begun(folder, checkpoint, stored)
    for level in range(ENTRIES, HIGHEST + 1):
        first = (before >> (8 * max(level, 0))) // WIDTH
        last = -(-(checkpoint.size >> (8 * max(level, 0))) // WIDTH)
        for number in range(first, last):
            wide = tiles.width(level, number, checkpoint.size)
            body = (
                entries.bundled(stored.bundle(number, wide))
                if level == ENTRIES
                else stored(level, number, wide)
            )
            path = folder / tiles.path(level, number, wide)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
    (folder / "policy").write_text(public_log.policy_text(tree), encoding="utf-8")
    write_whole(folder / "checkpoint", note.whole.encode())
    return checkpoint


def _begun(folder: Path, checkpoint: Checkpoint, stored: Tiles) -> int:
    """How many entries of this log the folder has. Raises LogStoppedError for another log."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "checkpoint"
    if not path.exists():
        return 0
    old = checkpoints.read(notes.read(path.read_text(encoding="utf-8")))
    grew = old.origin == checkpoint.origin and old.size <= checkpoint.size
    if not grew or root(TileNodes(checkpoint.size, stored), old.size) != old.root:
        raise LogStoppedError(f"{folder} has another log, or one that is longer than this one.")
    return old.size
