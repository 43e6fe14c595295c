"""A restored backup is older than the log that others have seen: the log comes back from a mirror, and goes on."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from campaign.cli.main import main
from campaign.petition import log_files, log_lost, log_recovery, public_log, receipts
from campaign.petition.confirmation_queue import Outcome
from campaign.petition.public_log import LogStoppedError, PublicLog
from campaign.petition.receipts import ReceiptState
from campaign.services import service
from campaign.settings import Settings
from campaign.transparency_log import checkpoints
from campaign.transparency_log.checkpoints import Checkpoint
from campaign.transparency_log.entries import EntryKind
from campaign.transparency_log.merkle import check_consistency, consistency_proof
from campaign.transparency_log.notes import Signer
from campaign.transparency_log.sources import Source
from campaign.transparency_log.tiles import TileNodes
from tests.conftest import published
from tests.petition.conftest import TODAY, opened
from tests.petition.test_public_log import Night, after


class Restored(Night):
    """After the backup, one who waited entered the log, three more signed, one of these and an older one
    withdrew; a mirror has it all. Then the backup was restored.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(opened(published(folder / "data")))
        self.mirror = folder / "mirror"
        self.old = self.sign(TODAY, 5)
        self.run(TODAY)
        (self.waiting,) = self.sign(after(1))
        database = Path(service(Settings, self.petition.app).data) / "campaign.sqlite"
        self._copy(database, folder / "backup")
        self.lost = self.sign(after(1), 2)
        (self.lost_and_withdrawn,) = self.sign(after(1))
        self.run(after(1))
        self.withdraw(self.old[0], after(2))
        self.withdraw(self.lost_and_withdrawn, after(2))
        self.seen = self.run(after(2))
        with self.engine.connect() as connection:
            log_files.write(connection, self.campaign, self.mirror)
            self.receipt = receipts.of_record(connection, self.campaign, self.keys, self.lost[0].record).text
        self._copy(folder / "backup", database)
        self.keys.log_restored.touch()

    def _copy(self, one: Path, other: Path) -> None:
        service(Engine, self.petition.app).dispose()
        source, target = sqlite3.connect(one), sqlite3.connect(other)
        source.backup(target)
        source.close()
        target.close()

    def recover(self) -> log_recovery.Recovery:
        return log_recovery.recover(self.engine, self.campaign, self.keys, Source(str(self.mirror)))

    def state_of(self, link: Any) -> ReceiptState:
        with self.engine.connect() as connection:
            return receipts.of_record(connection, self.campaign, self.keys, link.record).state

    def check_grew(self, new: Checkpoint) -> None:
        """The log that others have seen is the beginning of this one."""
        with self.engine.connect() as connection:
            nodes = TileNodes(new.size, public_log.Tiles(connection, self.campaign))
            proof = consistency_proof(nodes, self.seen.size, new.size)
        check_consistency((self.seen.size, self.seen.root), (new.size, new.root), proof)


@pytest.fixture
def restored(tmp_path: Path) -> Restored:
    return Restored(tmp_path)


def test_the_log_comes_back_from_a_mirror_and_only_grows(restored: Restored) -> None:
    newest = checkpoints.read(Source(str(restored.mirror)).checkpoint())
    log = PublicLog(restored.engine, restored.campaign, restored.keys)
    with pytest.raises(LogStoppedError, match="log recover"):
        log.resume(Source(str(restored.mirror)).checkpoint())
    found = restored.recover()
    assert (found.entries, len(found.lost)) == (newest.size - 6, 2)
    assert found.withdrawn == [restored.old[0].record]  # the backup brought it back
    assert restored.state_of(restored.waiting) is ReceiptState.LOGGED
    assert restored.state_of(restored.old[0]) is ReceiptState.WITHDRAWN
    # A signer whose link still works confirms again, and has the entry of which they have a receipt.
    assert restored.ledger.confirm(restored.campaign, restored.lost[0], after(3)) is Outcome.COUNTED
    restored.check_grew(restored.run(after(3)))
    with restored.engine.connect() as connection:
        again = receipts.of_record(connection, restored.campaign, restored.keys, restored.lost[0].record)
    assert again.state is ReceiptState.LOGGED
    assert again.text.split("\n")[1:3] == restored.receipt.split("\n")[1:3]  # salt, digest and index
    before = restored.report().sums
    lost = log_lost.read(restored.keys.log_lost)
    assert lost is not None and lost.until == found.day
    restored.check_grew(restored.run(lost.until))
    assert restored.report().sums == before.adding(EntryKind.EXCLUDED, 1)
    restored.check_grew(restored.run(after(40)))  # and not once more
    assert restored.report().sums == before.adding(EntryKind.EXCLUDED, 1)


def test_a_record_that_is_withdrawn_in_the_log_is_taken_out_once(restored: Restored) -> None:
    restored.recover()
    restored.withdraw(restored.old[0], after(3))
    restored.check_grew(restored.run(after(3)))
    assert restored.report().sums.withdrawn == 2
    assert restored.difference() == 0


def test_a_copy_of_another_history_or_a_shorter_one_is_refused(restored: Restored) -> None:
    whole = (restored.mirror / "checkpoint").read_text()
    signer = Signer("example.org/log/trees", restored.keys.log_seed())
    other = Checkpoint(signer.name, 99, bytes(32)).signed(signer)
    (restored.mirror / "checkpoint").write_text(other.whole)
    with pytest.raises(OSError, match="can't be had"):
        restored.recover()
    (restored.mirror / "checkpoint").write_text(whole)
    restored.recover()
    with pytest.raises(LogStoppedError, match="has every entry of that copy"):
        restored.recover()


def test_the_command_says_what_came_back_and_what_to_do(
    restored: Restored, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = service(Settings, restored.petition.app).data
    monkeypatch.setenv("CAMPAIGN_DATA", str(data))
    service(Engine, restored.petition.app).dispose()
    assert main(["log", "recover", str(restored.mirror), "--campaign", "trees"]) == 1
    printed = capsys.readouterr().out
    assert "2 have no record" in printed and f"{restored.old[0].record:016x}" in printed
