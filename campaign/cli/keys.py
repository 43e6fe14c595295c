"""python -m campaign keys new, rotate, prove, add, verify: the secret key, made offline."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from campaign.cli.errors import errors_in_words
from campaign.cli.passphrases import new_passphrase, read_key
from campaign.signatures import key_proofs, public_keys
from campaign.signatures.public_keys import KeyFileError
from campaign.signatures.sealing import PrivateKey, new_key
from campaign.signatures.trial_keys import TrialKind, trial_key
from campaign.trustees import key_files
from campaign.trustees.key_files import KeyPart, Lock
from campaign.untrusted import whole_number
from campaign.whole_files import write_private

key_option = click.option(
    "--key", required=True, type=Path, multiple=True, metavar="FILE",
    help="The key file. Repeat it for each part of the key.",
)  # fmt: skip
identity_option = click.option(
    "--identity", type=Path, metavar="FILE", help="An age identity, instead of a passphrase."
)


@dataclass(frozen=True, slots=True)
class NewFile:
    """Options for the key file to write."""

    out: Path
    recipient: tuple[str, ...]
    words: str
    parts: str


def new_file_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options for the key file that a command writes."""
    for option in (
        click.option("--words", default="", metavar="2of3", help="Print shares for paper as well (SLIP-39)."),
        click.option(
            "--parts", default="", metavar="2of3",
            help="A file for each trustee instead of one for all: so many of them together open the list.",
        ),
        click.option(
            "--recipient", multiple=True, metavar="age1…",
            help="A trustee's age recipient, instead of a passphrase. Repeat it for each trustee.",
        ),
        click.option("--out", required=True, type=Path, metavar="FILE", help="The new key file."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.command()
@click.option("--campaign", required=True, metavar="SLUG", help="The campaign's slug.")
@click.option(
    "--epoch", type=int, default=1, metavar="EPOCH",
    help="1 for the first key, one more for each key that follows (default 1).",
)  # fmt: skip
@new_file_options
@errors_in_words
def new(campaign: str, epoch: int, **file: Any) -> int:
    """Make the key of a campaign.

    Writes the key file, and beside it the public half (.pub) for the server. Do this offline.
    """
    if not 1 <= epoch < 2**16:
        raise KeyFileError("An epoch is a number from 1 to 65535.")
    return _write(NewFile(**file), new_key(campaign, epoch))


@click.command()
@click.option("--campaign", required=True, metavar="SLUG", help="The campaign's slug.")
@click.option("--demonstration", is_flag=True, help="The key of `make demo`, not that of a trial.")
@new_file_options
@errors_in_words
def trial(campaign: str, demonstration: bool, **file: Any) -> int:
    """Write the key of a trial, to practise opening signatures.

    Everybody can write this file: nothing that is sealed to this key is secret.
    """
    kind = TrialKind.DEMONSTRATION if demonstration else TrialKind.TRIAL
    return _write(NewFile(**file), trial_key(campaign, kind=kind))


@click.command()
@key_option
@identity_option
@new_file_options
@errors_in_words
def rotate(key: tuple[Path, ...], identity: Path | None, **file: Any) -> int:
    """Make the key that follows the one in a key file.

    The .pub file then has a proof by the old key, with which the server takes the new one at once.
    """
    previous = read_key(key, identity)
    following = new_key(previous.slug, previous.epoch + 1)
    return _write(NewFile(**file), following, key_proofs.prove(previous, following.public))


@click.command()
@key_option
@identity_option
@new_file_options
@errors_in_words
def add(key: tuple[Path, ...], identity: Path | None, **file: Any) -> int:
    """Lock the same key for another passphrase or more trustees."""
    return _write(NewFile(**file), read_key(key, identity))


@click.command()
@key_option
@click.option("--public", required=True, type=Path, metavar="FILE", help="The .pub file of the next key.")
@identity_option
@errors_in_words
def prove(key: tuple[Path, ...], public: Path, identity: Path | None) -> int:
    """Prove with the old key that a new one follows it.

    Adds a line to the .pub file of a key that somebody else made with `keys new`.
    """
    following, _proof = public_keys.read_public(public.read_text(encoding="utf-8"))
    previous = read_key(key, identity)
    if (following.slug, following.epoch) != (previous.slug, previous.epoch + 1):
        raise KeyFileError(f"{public} is not the key of {previous.slug} after epoch {previous.epoch}.")
    proof = key_proofs.prove(previous, following)
    public.write_text(f"{public_keys.public_line(following)}\n{proof}\n", encoding="utf-8")
    print(
        f"{public}: has a proof by epoch {previous.epoch}. Fingerprint: {public_keys.fingerprint(following)}"
    )
    return 0


def _write(file: NewFile, key: PrivateKey, proof: str = "") -> int:
    needed, total = _shares("--words", file.words, "sheets")
    if file.parts and file.words not in {"", file.parts}:
        raise KeyFileError("The sheets have the same parts as the files: give --words and --parts alike.")
    files = _files(file, key)
    for path, (piece, lock) in files.items():
        write_private(path, key_files.locked(piece, lock))
    public = file.out.with_suffix(".pub")
    if not public.exists():
        lines = [public_keys.public_line(key.public), *([proof] if proof else [])]
        public.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    if file.parts:
        enough = _shares("--parts", file.parts, "files")[0]
        print(f"{', '.join(map(str, files))}: any {enough} of them open {key.slug}, epoch {key.epoch}.")
        print("One for each trustee. Keep them off servers, and apart.")
    else:
        print(f"{file.out}: opens {key.slug}, epoch {key.epoch}. Keep it off servers, in two places.")
    print(f"{public}: for the server. Fingerprint: {public_keys.fingerprint(key.public)}")
    if total:
        pieces = [piece.words for piece, _lock in files.values() if isinstance(piece, KeyPart)]
        _print_shares(key, needed, pieces or key_files.words(key, needed, total))
    return 0


def _files(file: NewFile, key: PrivateKey) -> dict[Path, tuple[PrivateKey | KeyPart, Lock]]:
    """What goes into which file, and how it is locked. Asks for passphrases."""
    needed, total = _shares("--parts", file.parts, "files")
    paths = [file.out.with_stem(f"{file.out.stem}-{number}") for number in range(1, total + 1)] or [file.out]
    for path in paths:  # before somebody types a passphrase in vain
        if path.exists():
            raise FileExistsError(17, "", str(path))
    if not total:
        return {
            file.out: (key, Lock(recipients=file.recipient) if file.recipient else Lock(new_passphrase()))
        }
    if file.recipient and len(file.recipient) != total:
        raise KeyFileError("With --parts, give one --recipient for each part, or none.")
    locks = [Lock(recipients=(one,)) for one in file.recipient]
    locks = locks or [Lock(new_passphrase(f" of {path}")) for path in paths]
    return dict(zip(paths, zip(key_files.parts(key, needed, total), locks, strict=True), strict=True))


def _shares(option: str, words: str, what: str) -> tuple[int, int]:
    if not words:
        return 0, 0
    needed, total = (whole_number(number) or 0 for number in words.partition("of")[::2])
    if not 2 <= needed <= total <= 16:
        raise KeyFileError(f"{option} is like 2of3: how many of how many {what} make the key again.")
    return needed, total


def _print_shares(key: PrivateKey, needed: int, shares: list[str]) -> None:
    of_key = f"{key.slug}, epoch {key.epoch} · any {needed} make the key again"
    for number, share in enumerate(shares, 1):
        print(f"\nSheet {number} of {len(shares)} · {of_key}\n")
        parts = share.split()
        for start in range(0, len(parts), 6):
            row = enumerate(parts[start : start + 6], start + 1)
            print("   ".join(f"{place:2} {word:<10}" for place, word in row).rstrip())


@click.command()
@click.option(
    "--key", type=Path, multiple=True, metavar="FILE",
    help="The key file. Repeat it for each part of the key.",
)  # fmt: skip
@click.option("--words", type=Path, metavar="FILE", help="Shares instead of a key file, one a line.")
@click.option("--public", type=Path, metavar="FILE", help="The public half that the key must belong to.")
@identity_option
@errors_in_words
def verify(key: tuple[Path, ...], words: Path | None, public: Path | None, identity: Path | None) -> int:
    """Prove that a key file opens a test message.

    Exit code 1: it does not open what is sealed to that public half.
    """
    half = public_keys.read_public(public.read_text(encoding="utf-8"))[0] if public else None
    if words:
        if half is None:
            raise KeyFileError("Shares need --public: it says for which campaign and epoch they are.")
        lines = words.read_text(encoding="utf-8").splitlines()
        shares = [line.strip() for line in lines if line.strip()]
        private = key_files.from_words(half.slug, half.epoch, shares)
    elif key:
        private = read_key(key, identity)
    else:
        raise KeyFileError("Name a key file with --key, or shares with --words.")
    if not key_files.opens(private, half):
        print("This key does NOT open what is sealed to that public half.", file=sys.stderr)
        return 1
    fingerprint = public_keys.fingerprint(private.public)
    print(f"Opens a test message of {private.slug}, epoch {private.epoch}. Fingerprint: {fingerprint}")
    return 0
