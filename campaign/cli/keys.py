"""python -m campaign keys: made on a trustee's machine; the server gets the public half alone."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import Any

from campaign.cli.common import AUTHOR, campaign_option, in_campaign, in_words, with_database
from campaign.signatures import public_keys
from campaign.signatures.public_keys import KeyFileError
from campaign.signatures.sealing import PrivateKey, new_key
from campaign.trustees import key_files
from campaign.trustees.key_files import Lock
from campaign.whole_files import write_private

#: Characters that a passphrase has at least: scrypt makes each guess cost about a second.
SHORTEST = 12


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `keys`."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    new = actions.add_parser(
        "new",
        help="make a campaign's key, off line",
        description="Writes the key file, and beside it the public half (.pub) for the server.",
    )
    new.add_argument("--campaign", required=True, metavar="SLUG")
    new.add_argument(
        "--epoch", type=int, default=1, help="1 for the first key, one more for each that follows"
    )
    _made(new)
    rotate = actions.add_parser("rotate", help="make the key that follows the one in a key file")
    rotate.add_argument("--key", required=True, type=Path, metavar="FILE")
    _openers(rotate)
    _made(rotate)
    add = actions.add_parser("add", help="lock the same key anew, for another passphrase or more trustees")
    add.add_argument("--key", required=True, type=Path, metavar="FILE")
    _openers(add)
    _made(add)
    verify = actions.add_parser("verify", help="prove that a key file opens a test message")
    verify.add_argument("--key", type=Path, metavar="FILE")
    verify.add_argument("--words", type=Path, metavar="FILE", help="shares instead, one a line")
    verify.add_argument("--public", type=Path, metavar="FILE", help="the public half that it must belong to")
    _openers(verify)
    publish = actions.add_parser("publish", help="on the server: seal to this key from now on")
    publish.add_argument("public", type=Path, metavar="FILE.pub")
    for action, work in ((new, _new), (rotate, _rotate), (add, _add), (verify, _verify)):
        action.set_defaults(command=in_words(work))
    publish.set_defaults(command=with_database(_publish))
    show = actions.add_parser("list", help="on the server: the public keys of a campaign")
    campaign_option(show)
    show.set_defaults(command=in_campaign(_list))


def _made(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="the new key file")
    parser.add_argument("--recipient", action="append", default=[], metavar="age1…",
                        help="a trustee's age recipient, not a passphrase; several for several")  # fmt: skip
    parser.add_argument(
        "--words", default="", metavar="2of3", help="print shares for paper as well (SLIP-39)"
    )


def _openers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--identity", type=Path, metavar="FILE", help="an age identity instead of a passphrase"
    )


def _new(options: argparse.Namespace) -> int:
    if not 1 <= options.epoch < 2**16:
        raise KeyFileError("An epoch is a number from 1 to 65535.")
    return _write(options, new_key(options.campaign, options.epoch))


def _rotate(options: argparse.Namespace) -> int:
    old = read_key(options.key, options.identity)
    return _write(options, new_key(old.slug, old.epoch + 1))


def _add(options: argparse.Namespace) -> int:
    return _write(options, read_key(options.key, options.identity))


def _write(options: argparse.Namespace, key: PrivateKey) -> int:
    needed, made = _shares(options.words)
    if options.out.exists():  # before somebody types a passphrase for nothing
        raise FileExistsError(17, "", str(options.out))
    lock = Lock(recipients=tuple(options.recipient)) if options.recipient else Lock(new_passphrase())
    write_private(options.out, key_files.locked(key, lock))
    public = options.out.with_suffix(".pub")
    if not public.exists():
        public.write_text(public_keys.public_line(key.public) + "\n", encoding="utf-8")
    print(f"{options.out}: opens {key.slug}, epoch {key.epoch}. Keep it off servers, in two places.")
    print(f"{public}: for the server. Fingerprint: {public_keys.fingerprint(key.public)}")
    if made:
        _print_shares(key, needed, made)
    return 0


def _shares(wanted: str) -> tuple[int, int]:
    if not wanted:
        return 0, 0
    needed, _of, made = wanted.partition("of")
    if not (needed.isdigit() and made.isdigit() and 2 <= int(needed) <= int(made) <= 16):
        raise KeyFileError("--words is like 2of3: how many of how many sheets make the key again.")
    return int(needed), int(made)


def _print_shares(key: PrivateKey, needed: int, made: int) -> None:
    for number, share in enumerate(key_files.words(key, needed, made), 1):
        print(
            f"\nSheet {number} of {made} · {key.slug}, epoch {key.epoch} · any {needed} make the key again\n"
        )
        parts = share.split()
        for start in range(0, len(parts), 6):
            print(
                "   ".join(
                    f"{start + n + 1:2} {word:<10}" for n, word in enumerate(parts[start : start + 6])
                ).rstrip()
            )


def _verify(options: argparse.Namespace) -> int:
    public = (
        public_keys.read_public_line(options.public.read_text(encoding="utf-8")) if options.public else None
    )
    if options.words:
        if public is None:
            raise KeyFileError("Shares need --public: it says for which campaign and epoch they are.")
        shares = [
            line.strip() for line in options.words.read_text(encoding="utf-8").splitlines() if line.strip()
        ]
        key = key_files.from_words(public.slug, public.epoch, shares)
    elif options.key:
        key = read_key(options.key, options.identity)
    else:
        raise KeyFileError("Name a key file with --key, or shares with --words.")
    if not key_files.opens(key, public):
        print("This key does NOT open what is sealed to that public half.", file=sys.stderr)
        return 1
    mark = public_keys.fingerprint(key.public)
    print(f"Opens a test message of {key.slug}, epoch {key.epoch}. Fingerprint: {mark}")
    return 0


def _publish(options: argparse.Namespace, session: Any) -> int:
    from campaign.petition import administration

    key = public_keys.read_public_line(options.public.read_text(encoding="utf-8"))
    administration.publish_key(session, key, AUTHOR)
    mark = public_keys.fingerprint(key)
    print(f"Signatures of {key.slug} are sealed to epoch {key.epoch} now. Fingerprint: {mark}")
    return 0


def _list(_options: argparse.Namespace, session: Any, slug: str) -> int:
    from campaign.petition import administration

    found = administration.keys(session, slug)
    for key, added in found:
        print(f"epoch {key.epoch}  since {added}  {public_keys.fingerprint(key)}")
    if not found:
        print(f"{slug} has no key: signing is shut.")
    return 0


def read_key(path: Path, identity: Path | None) -> PrivateKey:
    """The key in a file, opened with an identity or a passphrase that is asked for. Raises KeyFileError."""
    body = path.read_bytes()
    if identity:
        lines = identity.read_text(encoding="utf-8").splitlines()
        secret = [line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")]
        if not secret:
            raise KeyFileError(f"{identity} has no age identity in it.")
        return key_files.unlocked(body, identities=secret)
    return key_files.unlocked(body, passphrase=_asked("Passphrase: "))


def new_passphrase() -> str:
    """A passphrase, asked twice. Raises KeyFileError."""
    first = _asked(f"New passphrase ({SHORTEST} characters or more): ")
    if len(first) < SHORTEST:
        raise KeyFileError(f"A passphrase has {SHORTEST} characters or more: five words that nobody guesses.")
    if "CAMPAIGN_PASSPHRASE" not in os.environ and _asked("Again: ") != first:
        raise KeyFileError("The two passphrases differ.")
    return first


def _asked(question: str) -> str:
    """From the keyboard, unseen; CAMPAIGN_PASSPHRASE stands in for it in scripts."""
    return os.environ.get("CAMPAIGN_PASSPHRASE") or getpass.getpass(question)
