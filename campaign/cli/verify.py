"""python -m campaign verify: what anybody can check, without a site."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click

from campaign.transparency_log import (
    checkpoints,
    comparing,
    entry_lists,
    monitor,
    notes,
    policies,
    receipts,
)
from campaign.transparency_log.checkpoints import Trusted
from campaign.transparency_log.comparing import Comparison
from campaign.transparency_log.entries import EntryKind
from campaign.transparency_log.merkle import check_consistency, consistency_proof, root
from campaign.transparency_log.policies import PolicyError
from campaign.transparency_log.sources import Source
from campaign.transparency_log.tiles import TileNodes
from campaign.transparency_log.witness import read_request
from campaign.whole_files import write_whole

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


@click.command()
@click.argument("file", type=Path, metavar="FILE", help="The book’s list, entries.txt.")
@click.argument("place", metavar="PLACE", help="The log’s address, or a copy of it in a folder.")
@_policy
@_verdict
def book(file: Path, place: str, policy: Path) -> int:
    """Check the list of entries of a book against the log.

    PLACE is the log’s address, or a copy of it in a folder.
    """
    listed, source = entry_lists.read(_text(file)), Source(place)
    trusted = checkpoints.trusted(source.checkpoint(), policies.read(_text(policy)))
    newest, of_book = trusted.checkpoint, listed.checkpoint
    if newest.origin != of_book.origin or newest.size < of_book.size:
        raise notes.NoteError(f"the book is of another log, or of a longer one: {of_book.size} entries")
    if root(TileNodes(newest.size, source.tile), of_book.size) != of_book.root:
        raise notes.NoteError(
            "the log of the book is not the beginning of this one: one of them is a forgery"
        )
    left = entry_lists.check(listed, monitor.live(of_book, source.beginning(of_book.size, newest.size)))
    logged = listed.names - listed.waiting
    print(f"It holds: of the book’s {listed.names} names {logged} are in the log at {of_book.size} entries,"
          f" each in one of its own; {listed.waiting} are not in it yet.")  # fmt: skip
    print(f"{left} signatures of the log are not in the book: compare with the numbers that it leaves out.")
    _print(trusted)
    return 0


@click.command()
@click.argument("first", metavar="FIRST", help="A file with a checkpoint or a receipt, or a mark.")
@click.argument("second", metavar="SECOND", help="The same, from somebody else.")
@_policy
@click.option(
    "--log", "place", default="", metavar="PLACE",
    help="The log’s address, or a copy of it in a folder: needed if the sizes differ.",
)  # fmt: skip
@click.option("--out", type=Path, metavar="FILE", help="The proof to write, if the log was forked.")
@_verdict
def compare(first: str, second: str, policy: Path, place: str, out: Path | None) -> int:
    """Compare what two people saw of a log.

    Each is a file with a checkpoint or a receipt, or a mark such as 1234-0123456789abcdef, as it is on
    pictures and in feeds.
    """
    trust = policies.read(_text(policy))
    one, other = (comparing.read(_text(Path(what)) if Path(what).is_file() else what, trust)
                  for what in (first, second))  # fmt: skip
    found = comparing.compare(one, other, Source(place) if place else None)
    if found in {Comparison.SAME, Comparison.GREW}:
        small, large = sorted((one.size, other.size))
        print(f"It holds: {'both saw the same log' if found is Comparison.SAME else 'one log grew'},"
              f" from {small} to {large} entries.")  # fmt: skip
        return 0
    if found is Comparison.ALARM:
        raise notes.NoteError(
            "these are two histories. A mark is not signed, so this is an alarm and no proof: get both"
            " checkpoints"
        )
    proof = comparing.proof_of_fork(one, other)
    print("It does not hold: the log’s key signed two histories. This is the proof; keep it, and tell the"
          " public.", file=sys.stderr)  # fmt: skip
    print(proof, end="")
    if out:
        write_whole(out, proof.encode())
    return 1


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _print(trusted: Trusted) -> None:
    found = trusted.checkpoint
    print(f"Checkpoint of {found.origin}: {found.size} entries, root {found.root.hex()}.")
    for name, at in sorted(trusted.witnessed.items()):
        print(f"Signed by the witness {name} on {datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC.")
    if not trusted.witnessed:
        print("No witness of the policy has signed it.")
