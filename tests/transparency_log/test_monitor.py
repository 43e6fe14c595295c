"""Anyone who reads a whole log finds out if it contradicts itself, even if the host has signed it."""

from __future__ import annotations

from datetime import date

import pytest

from campaign.transparency_log import entries, monitor
from campaign.transparency_log.checkpoints import Checkpoint
from campaign.transparency_log.entries import EntryKind, Sums
from campaign.transparency_log.merkle import EMPTY_ROOT, leaf_hash
from campaign.transparency_log.monitor import LogError, LogReport
from tests.transparency_log.trees import naive_root

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def signature(number: int) -> bytes:
    return entries.signature(bytes(32), number.to_bytes(32))


#: Three signatures on Monday; on Tuesday the first of them is withdrawn.
SOUND = [
    *map(signature, range(3)),
    entries.day_end(MONDAY, Sums(3)),
    entries.removal(EntryKind.WITHDRAWN, 0),
    entries.day_end(TUESDAY, Sums(3, 1)),
]


def read(log: list[bytes], signed: list[bytes] | None = None) -> LogReport:
    """What a monitor finds in a log whose checkpoint is that of `signed`."""
    hashes = [leaf_hash(entry) for entry in signed or log]
    checkpoint = Checkpoint("example.org/log/trees", len(hashes), naive_root(hashes))
    return monitor.check(
        checkpoint, lambda number, wide: entries.bundled(log[number * 256 : number * 256 + wide])
    )


def test_a_sound_log_has_its_sums() -> None:
    assert read(SOUND) == LogReport(Sums(3, 1), TUESDAY)
    many = [*map(signature, range(700)), entries.day_end(MONDAY, Sums(700))]
    assert read(many).sums.live == 700
    empty = Checkpoint("x", 0, EMPTY_ROOT)
    assert monitor.check(empty, lambda _number, _wide: b"") == LogReport(Sums(), None)


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (signature(1), "twice"),
        (entries.removal(EntryKind.WITHDRAWN, 3), "no signature"),
        (entries.removal(EntryKind.WITHDRAWN, 9_999), "no signature"),
        (entries.removal(EntryKind.EXCLUDED, 0), "gone already"),
        (entries.day_end(date(2026, 11, 25), Sums(99)), "sums"),
        (entries.day_end(TUESDAY, Sums(3, 1)), "does not follow"),
        (b"\7", "not an entry"),
    ],
)
def test_a_log_that_contradicts_itself_is_noticed(entry: bytes, why: str) -> None:
    with pytest.raises(LogError, match=why):
        read([*SOUND, entry])


@pytest.mark.parametrize(
    "log",
    [SOUND[:-1], [*SOUND[:2], signature(9), *SOUND[3:]], [*SOUND[1::-1], *SOUND[2:]]],
    ids=["cut", "another entry", "another order"],
)
def test_entries_that_are_not_those_of_the_checkpoint_are_noticed(log: list[bytes]) -> None:
    with pytest.raises(LogError):
        read(log, signed=SOUND)


def test_a_bundle_that_can_not_be_read_is_named() -> None:
    with pytest.raises(LogError, match="Bundle 0"):
        monitor.check(Checkpoint("x", 2, bytes(32)), lambda _number, _wide: b"\0\1")
