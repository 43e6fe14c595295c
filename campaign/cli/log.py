"""python -m campaign log: the public log of a campaign's signatures, on the server."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from campaign.cli.database import in_campaign
from campaign.people import audit
from campaign.petition import log_files, log_records, log_recovery, public_log, receipts
from campaign.petition import witnesses as witnesses_of_log
from campaign.petition.public_log import LogStoppedError, PublicLog
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.transparency_log import notes, sampling
from campaign.transparency_log.sources import Source
from campaign.untrusted import hex_number
from campaign.whole_files import whole


@click.command()
@click.argument("out", type=Path, metavar="FOLDER", help="The folder to write, or to bring up to date.")
@in_campaign
def export(session: Session, slug: str, out: Path) -> int:
    """Write the log as a folder that a mirror can serve.

    A second time it writes only what is new. It refuses a folder with another log.
    """
    checkpoint = log_files.write(session.connection(), audit.campaign_of(session, slug), out)
    print(f"{out}: {checkpoint.size} entries of {checkpoint.origin}, root {checkpoint.root.hex()}.")
    return 0


@click.command()
@click.argument("file", type=Path, metavar="FILE", help="A policy (C2SP, tlog-policy) without a line “log”.")
@in_campaign
def witnesses(session: Session, slug: str, file: Path) -> int:
    """Name the witnesses of the log, and how many must sign."""
    policy = public_log.set_witnesses(
        service(Engine), audit.campaign_of(session, slug), file.read_text(encoding="utf-8")
    )
    needed, of = policy.rule
    print(f"{len(policy.witnesses)} witnesses; {needed} of {of} must have signed.")
    for name in policy.witnesses:
        print(f"{name}: {policy.urls.get(name) or 'sends its signature as a file'}")
    return 0


@click.command()
@click.argument("file", type=Path, metavar="FILE", help="What `witness cosign` wrote.")
@in_campaign
def cosignatures(session: Session, slug: str, file: Path) -> int:
    """Take the signature that a witness sent."""
    campaign = audit.campaign_of(session, slug)
    tree = public_log.state(session.connection(), campaign)
    session.rollback()
    if tree is None:
        raise LogStoppedError("There is no log yet.")
    names = witnesses_of_log.take(service(Engine), campaign, tree, file.read_text(encoding="utf-8"))
    print(f"Signed by {', '.join(names)}.")
    return 0


@click.command()
@click.argument("file", type=Path, metavar="FILE", help="The newest checkpoint that anybody else has.")
@in_campaign
def resume(session: Session, slug: str, file: Path) -> int:
    """Go on with the log after a restore.

    It refuses if others have seen more entries than this database has.
    """
    keys = service(Petitions).server_keys(slug)
    log = PublicLog(service(Engine), audit.campaign_of(session, slug), keys)
    session.rollback()
    seen = log.resume(notes.read(file.read_text(encoding="utf-8")))
    print(f"Others have seen {seen.size} entries, and this database has them. The log goes on.")
    return 0


@click.command()
@click.argument("place", metavar="PLACE", help="A mirror’s address, or its copy in a folder.")
@in_campaign
def recover(session: Session, slug: str, place: str) -> int:
    """Bring entries back that a restored backup lacks.

    PLACE is a mirror of the log, or its copy in a folder. Stop the server before.
    """
    keys, campaign = service(Petitions).server_keys(slug), audit.campaign_of(session, slug)
    session.rollback()
    found = log_recovery.recover(service(Engine), campaign, keys, Source(place))
    print(f"{found.entries} entries came back. {len(found.lost)} have no record in this database.")
    if found.day:
        print(f"Their signers can confirm again until {found.day}, if their links still work; then these"
              " entries are excluded. Say in public how many, and why.")  # fmt: skip
    if found.withdrawn:
        print("These records are withdrawn in the log. Take them out now, with `signatures forget`:")
        print("\n".join(f"{record:016x}" for record in found.withdrawn))
    return 1 if found.withdrawn else 0


@click.command()
@click.argument(
    "sample", type=Path, metavar="SAMPLE", required=False, help="What `sample draw` wrote; all without it."
)
@click.option("--out", required=True, type=Path, metavar="FILE", help="The file to write, for the trustees.")
@in_campaign
def openings(session: Session, slug: str, sample: Path | None, out: Path) -> int:
    """Write what opens the entries of a sample, or all.

    It has numbers of records and salts, no names; with it, the trustees show which records were drawn.
    """
    campaign, keys = audit.campaign_of(session, slug), service(Petitions).server_keys(slug)
    connection, lines = session.connection(), 0
    tree = public_log.state(connection, campaign)
    if tree is None:
        raise LogStoppedError("There is no log yet.")
    drawn = sampling.read_sample(sample.read_text(encoding="utf-8")) if sample else None
    indices = [index for index, _commitment in drawn.drawn] if drawn else []
    opened = (
        log_records.openings(connection, campaign, keys, indices)
        if drawn
        else log_records.every_opening(connection, campaign, keys)
    )
    if out.exists():
        raise FileExistsError(17, "exists", str(out))
    with whole(out, private=True) as part, part.open("w", encoding="utf-8") as file:
        for lines, line in enumerate(sampling.opening_lines(tree.key.name, opened)):  # noqa: B007  counted
            file.write(line)
    print(f"{lines}{f' of {len(indices)}' if drawn else ''} entries can be opened: {out}")
    return 0


@click.command()
@click.argument("record", metavar="RECORD", help="The record, as `person find` prints it.")
@in_campaign
def receipt(session: Session, slug: str, record: str) -> int:
    """Print the receipt of a record, such as one from paper."""
    number = hex_number(record, 16)
    if number is None:
        raise LookupError("A record is named by 16 digits, as `person find` prints it.")
    campaign, keys = audit.campaign_of(session, slug), service(Petitions).server_keys(slug)
    found = receipts.of_record(session.connection(), campaign, keys, number)
    if not found.text:
        raise LookupError(
            "There is no receipt for this record: it is not there, or it leaves the log tonight."
        )
    print(found.text, end="")
    return 0
