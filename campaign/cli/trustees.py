"""python -m campaign person, updates: work of trustees with the sealed list, away from the server."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from campaign.cli.errors import errors_in_words
from campaign.cli.sealed_options import keys_by_epoch, sealed_list_options
from campaign.mail.sender import Relay
from campaign.paper import numbers
from campaign.signatures import sealed_list
from campaign.signatures.person import STALL
from campaign.trustees import opening, updates


@click.command()
@click.argument("email", metavar="ADDRESS", required=False, help="The person's e-mail address.")
@sealed_list_options
@click.option("--sheet", metavar="NUMBER", help="Instead of an address: the number of a sheet.")
@click.option("--row", type=click.IntRange(1, 99), metavar="N", help="The row of that sheet.")
@errors_in_words
def find(email: str | None, sheet: str | None, row: int | None, **files: Any) -> int:
    """Print what the signatures say about an e-mail address or a row.

    `signatures forget` takes the ids that are printed. Do this offline.
    """
    if bool(email) == bool(sheet) or bool(sheet) != bool(row):
        raise click.UsageError("Give an e-mail address, or --sheet and --row.")
    keys = keys_by_epoch(files["key"], files["identity"])
    if sheet and row:
        slug = sealed_list.head(files["signatures"]).campaign
        number = numbers.written(slug, numbers.read(sheet, slug))
        records = opening.find_row(files["signatures"], keys, number, row)
    else:
        records = opening.find(files["signatures"], keys, email or "")
    for signature in records:
        signer = signature.person
        print(f"record {signature.record.id:016x}")
        print(f"  name {signer.name} · e-mail {signer.email} · {signer.country} {signer.place}".rstrip())
        print(f"  signed on {signer.day}, in {signer.language}, the text of edition {signer.edition}")
        if signer.way == STALL:
            print("  on a device at a stall")
        elif signer.sheet:
            print(f"  on paper: sheet {signer.sheet}, row {signer.row}")
        for key, value in (signer.extra or {}).items():
            print(f"  {key}: {value}")
        shown, news = signer.public_name or "no", "yes" if signer.news else "no"
        print(f"  name on the site: {shown} · wants news: {news}")
    if not records:
        what = "on this row of this sheet" if sheet else "with this e-mail address"
        print(f"This file holds nothing signed {what}.")
    return 0


@dataclass(frozen=True, slots=True)
class Sending:
    """The options of `updates send`."""

    signatures: Path
    key: tuple[Path, ...]
    identity: Path | None
    text: str
    smtp: str
    sender: str
    site: str
    state: Path
    pause: float
    dry_run: bool


@click.command()
@sealed_list_options
@click.option("--text", required=True, metavar="NAME", help="Such as news/may for news/may.ru.txt.")
@click.option(
    "--smtp", required=True, metavar="URL", help="Your own mail account: smtps://user@mail.example.org."
)
@click.option("--from", "sender", required=True, metavar="ADDRESS", help="The sender's e-mail address.")
@click.option(
    "--site", required=True, metavar="URL", help="The site's address, for the link that stops the news."
)
@click.option(
    "--state", required=True, type=Path, metavar="FILE",
    help="Which updates were sent, so that nobody gets one twice.",
)  # fmt: skip
@click.option(
    "--pause", type=float, default=1.0, metavar="SECONDS", help="Time between two e-mails (default 1)."
)
@click.option("--dry-run", is_flag=True, help="Only say how many supporters would get it.")
@errors_in_words
def send(**arguments: Any) -> int:
    """Send an update to each supporter who asked for news.

    Texts are files NAME.<language>.txt; their first line is the subject. --state keeps what was sent as
    hashes, so that a second run continues where the first one stopped.
    """
    options = Sending(**arguments)
    password = _password(options)
    job = updates.Job(
        options.signatures, keys_by_epoch(options.key, options.identity), options.text, options.sender,
        options.site, options.state,
    )  # fmt: skip
    if options.dry_run:
        print(f"{updates.count(job)} would get it.")
        return 0
    result = updates.send(job, Relay(updates.with_password(options.smtp, password)), options.pause)
    print(
        f"{result.sent} sent, {result.before} had it before, {result.failed} failed: run it again for those."
    )
    return 1 if result.failed else 0


def _password(options: Sending) -> str:
    """The mail account's password: CAMPAIGN_SMTP_PASSWORD, or typed if it is needed."""
    password = os.environ.get("CAMPAIGN_SMTP_PASSWORD")
    if password is None and not options.dry_run and "@" in options.smtp.split("//", 1)[-1]:
        password = getpass.getpass("Password of the mail account: ")
    return password or ""
