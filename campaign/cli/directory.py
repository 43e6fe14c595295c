"""python -m campaign directory: offices of packs out as an open directory, in again, and merged."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes
from typing import Any

import click

from campaign import clock
from campaign.messages import MessageError
from campaign.pack import directory, directory_signing, writing
from campaign.pack.check import check
from campaign.pack.directory import Office
from campaign.pack.directory_import import Change, Comparison, compared
from campaign.pack.directory_merge import Merged, merged
from campaign.pack.files import parse, read_folder
from campaign.pack.findings import PackError
from campaign.pack.model import Pack
from campaign.transparency_log.notes import Signer, Verifier, read_skey, read_vkey
from campaign.whole_files import write_private, write_whole

TABLE, LIST = "addressees.yaml", "addressees"

#: Characters of the longest file with a key.
_MOST_KEY = 1_000

_key = click.option(
    "--key", type=Path, metavar="FILE", help="Sign what is written with this key, which `directory key` made."
)
_trust = click.option(
    "--trust", multiple=True, metavar="KEY",
    help="Believe directories that were signed with this public key; again for each.",
)  # fmt: skip
_unsigned = click.option(
    "--unsigned", is_flag=True, help="Take directories, too, that nobody signed whom you trust."
)


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose directories are believed; with `unsigned`, everybody's."""

    keys: tuple[Verifier, ...]
    unsigned: bool


@click.command()
@click.option(
    "--name", required=True, metavar="NAME", help="Who signs, such as the site: letters.example.org."
)
@click.option("--out", type=Path, required=True, metavar="FILE", help="The key file to write.")
def key(name: str, out: Path) -> int:
    """Make the key with which you sign directories."""

    def make() -> int:
        signer = Signer(name, token_bytes(32))
        vkey = signer.verifier.vkey
        write_private(out, f"{signer.skey}\n".encode())
        print(
            f"The key is in {out}: keep it, and give it to nobody.\n"
            f"Publish this line, which checks what it signs:\n{vkey}"
        )
        return 0

    return _guarded(make)


@click.command()
@click.argument("packs", nargs=-1, required=True, type=Path, metavar="FOLDER...", help="The packs.")
@click.option("--out", type=Path, required=True, metavar="FILE.json", help="The file to write.")
@_key
def export_directory(packs: tuple[Path, ...], out: Path, key: Path | None) -> int:
    """Write the offices of packs as a directory (JSON, CC0).

    Nobody's name is in it. Offices that several packs have are merged, and conflicts are listed. With --key,
    the signature is in a file beside it, FILE.json.note.
    """
    return _guarded(
        lambda: _write(merged([directory.of_pack(_pack(one)) for one in packs]), out, _signer(key))
    )


@click.command()
@click.argument("files", nargs=-1, required=True, type=Path, metavar="FILE.json...", help="The directories.")
@click.option("--out", type=Path, required=True, metavar="FILE.json", help="The file to write.")
@_trust
@_unsigned
@_key
def merge_directories(
    files: tuple[Path, ...], out: Path, trust: tuple[str, ...], unsigned: bool, key: Path | None
) -> int:
    """Merge directories into one.

    Of an office that is in several, the one that was checked last counts. Whatever others say otherwise is
    listed, and stays beside it in the file, so that nothing is lost. Your own --key is trusted.
    """

    def merge() -> int:
        signer, trusted = _signer(key), _trusted(trust, unsigned, key)
        return _write(merged([_read(one, trusted) for one in files]), out, signer)

    return _guarded(merge)


@click.command()
@click.argument("source", type=Path, metavar="FILE.json", help="The directory.")
@click.argument("pack", type=Path, metavar="FOLDER", help="The pack.")
@_trust
@_unsigned
@click.option("--save", is_flag=True, help="Write the changes into the pack.")
@click.option("--take", multiple=True, metavar="KEY", help="Take this office although it is not newer.")
def import_directory(source: Path, pack: Path, save: bool, take: tuple[str, ...], **whom: Any) -> int:
    """Bring a pack's offices up to date from a directory.

    Prints what it says otherwise of the offices that the pack has, and writes it with --save. An office
    that was not checked later than the pack's own is a conflict, and only taken with --take.
    """
    return _guarded(lambda: _import(_read(source, _trusted(**whom)), pack, save, take))


@click.command()
def schema() -> int:
    """Print the schema of a directory (JSON Schema)."""
    print(directory.SCHEMA.read_text(encoding="utf-8"), end="")
    return 0


def _guarded(work: Callable[[], int]) -> int:
    """1: a pack or a directory is broken; 2: a wrong value or file."""
    try:
        return work()
    except (PackError, MessageError) as error:
        print(error, file=sys.stderr)
        return 1
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2


def _pack(folder: Path) -> Pack:
    if not folder.is_dir():
        raise ValueError(f"There is no folder {folder}.")
    return parse(read_folder(folder))


def _signer(path: Path | None) -> Signer | None:
    return read_skey(path.read_text(encoding="utf-8")[:_MOST_KEY].strip()) if path else None


def _trusted(trust: Sequence[str], unsigned: bool, key: Path | None = None) -> Trust:
    own = _signer(key)
    return Trust((*map(read_vkey, trust), *([own.verifier] if own else ())), unsigned)


def _read(path: Path, trust: Trust) -> list[Office]:
    """The offices of a directory.

    Raises DirectoryError for one that was changed, ValueError for one that nobody who is trusted signed.
    """
    if path.stat().st_size > 4 * directory.LONGEST:
        raise ValueError(f"{path} has more than {4 * directory.LONGEST:,} bytes.")
    body, beside = path.read_bytes(), directory_signing.note_beside(path)
    offices = directory.read(body.decode("utf-8"))
    note = beside.read_text(encoding="utf-8") if beside.exists() else ""
    signers = directory_signing.signers(body, len(offices), note, trust.keys) if note else []
    if not signers and not trust.unsigned:
        raise ValueError(
            f"Nobody whom you trust has signed {path}. Name a key with --trust, or take it with --unsigned."
        )
    print(f"{path}: {len(offices)} offices, signed by {', '.join(signers) or 'nobody whom you trust'}.")
    return offices


def _write(result: Merged, out: Path, signer: Signer | None) -> int:
    body, beside = directory.written(result.offices.values()), directory_signing.note_beside(out)
    beside.unlink(missing_ok=True)  # of the file that was there before
    write_whole(out, body)
    if signer is not None:
        write_whole(beside, directory_signing.signed(body, len(result.offices), signer).whole.encode())
    for conflict in result.conflicts:
        kept, other = directory.shown(conflict.kept), directory.shown(conflict.other)
        print(f"Conflict: {conflict.office} › {conflict.field}\n  counts: {kept}\n  beside: {other}")
    signed = f" Signed: {beside}" if signer else ""
    print(f"{out}: {len(result.offices)} offices, {len(result.conflicts)} conflicts.{signed}")
    return 0


def _import(offices: list[Office], folder: Path, save: bool, take: tuple[str, ...]) -> int:
    pack, files = _pack(folder), read_folder(folder)
    found = compared(pack, offices)
    if wrong := [key for key in take if key not in {**found.newer, **found.older}]:
        raise ValueError(f"Nothing to take: {', '.join(wrong)}.")
    taken = {**found.newer, **{key: found.older[key] for key in take if key in found.older}}
    _show(found, taken)
    if not taken:
        return 0
    changed = _with_changes(files[TABLE], (change for changes in taken.values() for change in changes))
    _refuse_errors(files, {**files, TABLE: changed})
    if save:
        write_whole(folder / TABLE, changed.encode())
        print(f"Written: {folder / TABLE}")
    else:
        print("Nothing is written yet. To write it: --save")
    return 0


def _show(found: Comparison, taken: dict[str, list[Change]]) -> None:
    for key, changes in {**found.newer, **found.older}.items():
        print(f"{key}" if key in taken else f"Conflict: {key} (not newer than the pack’s; --take {key})")
        for change in changes:
            old, new = directory.shown(change.old), directory.shown(change.new)
            print(f"  {' › '.join(change.path)}\n  - {old}\n  + {new}")
    conflicts = len(found.older.keys() - taken.keys())
    print(
        f"{len(taken)} offices change, {conflicts} conflicts, {len(found.same)} the same, "
        f"{len(found.unknown)} are not in the pack."
    )


def _with_changes(table: str, changes: Iterable[Change]) -> str:
    for change in changes:
        place = writing.place_of(table, LIST, change.key)
        assert place is not None
        table = writing.put(table, (LIST, place, *_whole(table, place, change)), _value(table, place, change))
    return table


def _whole(table: str, place: int, change: Change) -> tuple[str, ...]:
    """The path to write: a text that is the same in all languages is written as a map first."""
    field = change.path[0]
    now = writing.at(writing.read(table), (LIST, place, field))
    return change.path if len(change.path) == 1 or isinstance(now, dict) else (field,)


def _value(table: str, place: int, change: Change) -> object:
    field, *rest = change.path
    now = writing.at(writing.read(table), (LIST, place, field))
    return {rest[0]: change.new} if rest and not isinstance(now, dict) else change.new


def _refuse_errors(before: dict[str, str], after: dict[str, str]) -> None:
    """Raises PackError if the pack would have errors that it has not now."""
    old = {finding.text for finding in check(before, clock.today)}
    new = [one for one in check(after, clock.today) if one.level == "error" and one.text not in old]
    if new:
        raise PackError(new)
