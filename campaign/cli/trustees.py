"""python -m campaign signatures | person | updates: what trustees do, off the server but for `export`."""

from __future__ import annotations

import argparse
import csv
import getpass
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from campaign.cli.common import campaign_option, in_campaign, in_words
from campaign.cli.keys import read_key
from campaign.csv_files import harmless
from campaign.signatures.sealing import PrivateKey
from campaign.whole_files import write_private


def add_signatures(parser: argparse.ArgumentParser) -> None:
    """The options of `signatures`."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    export = actions.add_parser("export", help="on the server: everything that is sealed, as one file")
    export.add_argument("out", type=Path, metavar="FILE")
    campaign_option(export)
    export.set_defaults(command=in_campaign(_export))
    opened = actions.add_parser(
        "open", help="open the file: a list of names, and a void list to look through"
    )
    opens(opened)
    opened.add_argument("--out", required=True, type=Path, metavar="FILE.csv")
    opened.add_argument("--void", required=True, type=Path, metavar="FILE.txt")
    opened.set_defaults(command=in_words(_open))
    apply = actions.add_parser("forget", help="on the server: take out records by their ids, one a line")
    apply.add_argument("ids", type=Path, metavar="FILE")
    campaign_option(apply)
    apply.set_defaults(command=in_campaign(_forget))


def add_person(parser: argparse.ArgumentParser) -> None:
    """The options of `person`."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    find = actions.add_parser(
        "find", help="print what is held of a mailbox, and the ids for `signatures forget`"
    )
    find.add_argument("mailbox", metavar="ADDRESS")
    opens(find)
    find.set_defaults(command=in_words(_find))


def add_updates(parser: argparse.ArgumentParser) -> None:
    """The options of `updates`."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    send = actions.add_parser(
        "send",
        help="write to those who asked what comes of it, one by one",
        description=(
            "Texts are files NAME.<language>.txt; their first line is the subject. What was sent stands in"
            " --state under hashes, so that a second run goes on where the first one ended."
        ),
    )
    opens(send)
    send.add_argument("--text", required=True, metavar="NAME", help="such as news/may for news/may.ru.txt")
    send.add_argument(
        "--smtp", required=True, metavar="URL", help="your own account: smtps://user@mail.example.org"
    )
    send.add_argument("--from", required=True, dest="sender", metavar="ADDRESS")
    send.add_argument(
        "--site", required=True, metavar="URL", help="the site's address, for the link to get no more"
    )
    send.add_argument("--state", required=True, type=Path, metavar="FILE")
    send.add_argument(
        "--pause", type=float, default=1.0, metavar="SECONDS", help="between two mails (default 1)"
    )
    send.add_argument("--dry-run", action="store_true", help="only say how many would get it")
    send.set_defaults(command=in_words(_send))


def opens(parser: argparse.ArgumentParser) -> None:
    """The options that say which list is opened, and with which key."""
    parser.add_argument("--signatures", required=True, type=Path, metavar="FILE", help="what `export` wrote")
    parser.add_argument("--key", required=True, type=Path, action="append", metavar="FILE",
                        help="a key file; several times where there were several epochs")  # fmt: skip
    parser.add_argument(
        "--identity", type=Path, metavar="FILE", help="an age identity instead of a passphrase"
    )


def keys_of(options: argparse.Namespace) -> dict[int, PrivateKey]:
    """The keys by epoch. Raises KeyFileError."""
    found = [read_key(path, options.identity) for path in options.key]
    return {key.epoch: key for key in found}


def _export(options: argparse.Namespace, session: Any, slug: str) -> int:
    from campaign.people import audit
    from campaign.petition import export
    from campaign.signatures import sealed_list

    campaign = audit.campaign_of(session, slug)
    digest = export.write(session.get_bind(), slug, campaign, options.out, datetime.now(UTC).date())
    said = sealed_list.head(options.out)
    print(f"{options.out}: {said.records} sealed records of {slug}, {said.gone} withdrawn or void.")
    print(f"Sum of the records {said.sum}\nSHA-256 {digest}")
    return 0


def _open(options: argparse.Namespace) -> int:
    from rich.progress import Progress

    from campaign.signatures import exclusion_list, sealed_list
    from campaign.trustees import opening

    said, keys = sealed_list.head(options.signatures), keys_of(options)
    with Progress(transient=True) as progress:
        bar = progress.add_task("Opening", total=2 * said.records)
        found = opening.examine(options.signatures, keys, lambda: progress.advance(bar))
        write_private(options.out, b"")
        with options.out.open("w", encoding="utf-8-sig", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("name", "country", "place", "day", "language", "shown", "news", "email"))
            for one in opening.people(options.signatures, keys, found.kept):
                who = one.person
                cells = (who.name, who.country, who.place, who.day, who.language,
                         "yes" if who.shown else "", "yes" if who.news else "", who.mailbox)  # fmt: skip
                rows.writerow([harmless(cell) for cell in cells])
                progress.advance(bar)
    text = exclusion_list.written(said.campaign, sealed_list.file_hash(options.signatures), found.lines)
    write_private(options.void, text.encode())
    print(f"{found.records} records, {found.people} people: {options.out}")
    if found.unopened:
        print(f"{found.unopened} records are sealed to another key: name it with --key, too.")
    for place, (what, number) in enumerate(found.series, 1):
        print(f"series {place}: {what}: {number}")
    print(f"{len(found.lines)} lines in {options.void}. Look through those that begin with “?”;")
    print("then, at the desk, one person brings the list and another carries it out.")
    return 0


def _forget(options: argparse.Namespace, session: Any, slug: str) -> int:
    from campaign.cli.common import AUTHOR
    from campaign.petition import erasure

    ids = [int(line, 16) for line in options.ids.read_text(encoding="utf-8").split()]
    print(f"{erasure.forget(session, slug, ids, AUTHOR)} of {len(ids)} records were there and are taken out.")
    return 0


def _find(options: argparse.Namespace) -> int:
    from campaign.trustees import opening

    found = opening.find(options.signatures, keys_of(options), options.mailbox)
    for one in found:
        who = one.person
        print(f"record {one.record.id:016x}")
        print(f"  name {who.name} · mailbox {who.mailbox} · {who.country} {who.place}".rstrip())
        print(f"  signed on {who.day}, in {who.language}, the text of edition {who.edition}")
        print(
            f"  name on the site: {'yes' if who.shown else 'no'} · wants news: {'yes' if who.news else 'no'}"
        )
    if not found:
        print("Nothing is held of this mailbox in this file.")
    return 0


def _send(options: argparse.Namespace) -> int:
    from campaign.mail.sender import Relay
    from campaign.trustees import updates

    password = os.environ.get("CAMPAIGN_SMTP_PASSWORD")
    if password is None and not options.dry_run and "@" in options.smtp.split("//", 1)[-1]:
        password = getpass.getpass("Password of the mail account: ")
    job = updates.Job(
        options.signatures, keys_of(options), options.text, options.sender, options.site, options.state
    )
    if options.dry_run:
        print(f"{updates.count(job)} would get it.")
        return 0
    done = updates.send(job, Relay(updates.with_password(options.smtp, password or "")), options.pause)
    print(f"{done.sent} sent, {done.before} had it before, {done.failed} failed: run it again for those.")
    return 1 if done.failed else 0
