"""python -m campaign mail check: the DNS records of the sender's domain."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from campaign.mail.dns_records import read_records
from campaign.mail.domain import Domain, judged


@click.command()
@click.option("--domain", required=True, metavar="DOMAIN", help="The part of CAMPAIGN_MAIL_FROM after the @.")
@click.option("--relay", required=True, metavar="RELAY", help="Such as include:relay.example.")
@click.option("--selector", required=True, metavar="SELECTOR", help="The relay's DKIM selector.")
@click.option(
    "--records", required=True, type=Path, metavar="FILE",
    help="The DNS records; - reads them from standard input.",
)  # fmt: skip
def check(domain: str, relay: str, selector: str, records: Path) -> int:
    """Check the sender's domain: SPF, DKIM and DMARC.

    Reads records as `dig` prints them, one a line: NAME TXT "..." or NAME CNAME TARGET. Records of `dig
    +multiline` may take several lines. Nothing is asked over the network.
    Exit code 1: a record has to be set, and it is printed.
    """
    text = sys.stdin.read() if str(records) == "-" else records.read_text(encoding="utf-8")
    judgements = judged(Domain(domain, relay, selector), read_records(text))
    for judgement in judgements:
        print(f"{'good ' if judgement.good else 'TO SET'} {judgement.what}: {judgement.text}")
    return 0 if all(judgement.good for judgement in judgements) else 1
