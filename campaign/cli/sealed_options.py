"""The options of every command that opens a sealed list offline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from campaign.cli.passphrases import read_keys
from campaign.signatures.sealing import PrivateKey

signatures_option = click.option(
    "--signatures", required=True, type=Path, metavar="FILE",
    help="The file that `signatures export` wrote.",
)  # fmt: skip
keys_option = click.option(
    "--key", required=True, type=Path, multiple=True, metavar="FILE",
    help="A key file. Repeat it for each part of a key, and where there were several epochs.",
)  # fmt: skip
identity_option = click.option(
    "--identity", type=Path, metavar="FILE", help="An age identity, instead of a passphrase."
)


several_option = click.option(
    "--signatures", required=True, type=Path, multiple=True, metavar="FILE",
    help="A file that `signatures export` wrote. Repeat it for each server that collects to the same key.",
)  # fmt: skip


def sealed_list_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options for the sealed list and its keys."""
    return signatures_option(keys_option(identity_option(command)))


def keys_by_epoch(paths: tuple[Path, ...], identity: Path | None) -> dict[int, PrivateKey]:
    """The keys of these files by epoch. Raises KeyFileError."""
    return {key.epoch: key for key in read_keys(paths, identity)}
