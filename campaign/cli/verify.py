"""python -m campaign verify receipt, checkpoint, consistency, log: what anybody can check, without a site."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click

from campaign.transparency_log import checkpoints, monitor, notes, policies, receipts
from campaign.transparency_log.checkpoints import Trusted
from campaign.transparency_log.entries import EntryKind
from campaign.transparency_log.merkle import check_consistency, consistency_proof
from campaign.transparency_log.policies import PolicyError
from campaign.transparency_log.sources import Source
from campaign.transparency_log.tiles import TileNodes
from campaign.transparency_log.witness import read_request

P = ParamSpec("P")


def _verdict(work: Callable[P, int]) -> Callable[P, int]:
    """Say what does not hold, and why. The exit code is 1 then, and 2 if a file can't be had."""

    @wraps(work)
    def run(*arguments: P.args, **options: P.kwargs) -> int:
        try:
            return work(*arguments, **options)
        except PolicyError as error:
            print(error, file=sys.stderr)
            return 2
        except ValueError as error:  # of a note, a proof, a log, an encoding
            print(f"It does not hold: {str(error).rstrip('.')}.", file=sys.stderr)
            return 1
        except OSError as error:
            print(error, file=sys.stderr)
            return 2

    return run


_policy = click.option(
    "--policy", required=True, type=Path, metavar="FILE",
    help="Whom you trust: the log’s key and its witnesses (C2SP, tlog-policy).",
)  # fmt: skip

#: What a receipt says, by the kind of its entry.
_SAID = {
    EntryKind.SIGNATURE: "It holds: the signature is entry {index}.",
    EntryKind.WITHDRAWN: "It holds: entry {index} withdraws the signature of entry {other}.",
    EntryKind.EXCLUDED: "It holds: entry {index} excludes the signature of entry {other}.",
}


@click.command()
@click.argument("file", type=Path, metavar="FILE", help="The receipt.")
@_policy
@_verdict
def receipt(file: Path, policy: Path) -> int:
    """Check a receipt. It asks nobody."""
    found = receipts.check(_text(file), policies.read(_text(policy)))
    print(_SAID[found.entry.kind].format(index=found.index, other=found.entry.index))
    _print(found.trusted)
    return 0


@click.command()
@click.argument("file", type=Path, metavar="FILE", help="The checkpoint.")
@_policy
@_verdict
def checkpoint(file: Path, policy: Path) -> int:
    """Check who signed a checkpoint."""
    _print(checkpoints.trusted(notes.read(_text(file)), policies.read(_text(policy))))
    return 0


@click.command()
@click.argument("old", type=Path, metavar="OLD", help="The checkpoint that you kept.")
@click.argument("new", metavar="NEW", help="The log’s address, a copy of it, or its answer.")
@_policy
@_verdict
def consistency(old: Path, new: str, policy: Path) -> int:
    """Check that a log grew from an old checkpoint.

    OLD is a file. NEW is the log’s address or a copy of it in a folder; or the file with the proof that the
    log gives at its address followed by /since/ and the old size.
    """
    trust = policies.read(_text(policy))
    before = checkpoints.trusted(notes.read(_text(old)), trust).checkpoint
    if Path(new).is_file():
        request = read_request(Path(new).read_bytes())
        trusted, proof = checkpoints.trusted(request.note, trust), list(request.proof)
    else:
        source = Source(new)
        trusted = checkpoints.trusted(source.checkpoint(), trust)
        size = trusted.checkpoint.size
        proof = consistency_proof(TileNodes(size, source.tile), before.size, size)
    after = trusted.checkpoint
    if after.origin != before.origin:
        raise notes.NoteError(f"the checkpoints are of two logs, {before.origin} and {after.origin}")
    check_consistency((before.size, before.root), (after.size, after.root), proof)
    print(f"It holds: the log grew from {before.size} to {after.size} entries, and kept the old ones.")
    _print(trusted)
    return 0


@click.command("log")
@click.argument("place", metavar="PLACE", help="The log’s address, or a copy of it in a folder.")
@_policy
@_verdict
def whole_log(place: str, policy: Path) -> int:
    """Read a whole log, and check that its entries make sense.

    PLACE is the log’s address, or a copy of it in a folder.
    """
    source = Source(place)
    trusted = checkpoints.trusted(source.checkpoint(), policies.read(_text(policy)))
    report = monitor.check(trusted.checkpoint, source.bundle)
    sums = report.sums
    print(f"It holds: {sums.signatures} signatures, {sums.withdrawn} withdrawn, {sums.excluded} excluded:"
          f" {sums.live} are live at the end of {report.day or 'no day yet'}.")  # fmt: skip
    _print(trusted)
    return 0


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _print(trusted: Trusted) -> None:
    found = trusted.checkpoint
    print(f"Checkpoint of {found.origin}: {found.size} entries, root {found.root.hex()}.")
    for name, at in sorted(trusted.witnessed.items()):
        print(f"Signed by the witness {name} on {datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC.")
    if not trusted.witnessed:
        print("No witness of the policy has signed it.")
