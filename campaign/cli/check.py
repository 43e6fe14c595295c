"""python -m campaign check: the errors and warnings of a pack."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from campaign import clock
from campaign.letters import proof
from campaign.pack import photographs
from campaign.pack.check import check
from campaign.pack.files import parse, read_folder
from campaign.pack.findings import Finding, PackError


@click.command()
@click.argument("pack", type=Path, metavar="FOLDER", help="The pack's folder, such as seeds/my-campaign.")
@click.option("--quiet", is_flag=True, help="Leave out the warnings.")
def check_pack(pack: Path, quiet: bool) -> int:
    """List a pack's errors and warnings by file and line.

    What a language in preparation lacks is listed as “preparation”, and is no error.

    Exit code 0: no errors, but perhaps warnings. 1: errors.
    """
    if not pack.is_dir():
        print(f"There is no folder {pack}.", file=sys.stderr)
        return 2
    findings = _findings(pack)
    counts = Counter(finding.level for finding in findings)
    for finding in findings:
        if finding.level == "error" or not quiet:
            print(f"{pack.as_posix().rstrip('/')}/{finding}")
    waiting = f", {counts['preparation']} in languages in preparation" if counts["preparation"] else ""
    print(f"{pack}: {_count(counts['error'], 'error')}, {_count(counts['warning'], 'warning')}{waiting}")
    return 1 if counts["error"] else 0


def _findings(folder: Path) -> list[Finding]:
    """What is wrong with the files; if none of it is an error, the letters are read as well."""
    try:
        files = read_folder(folder)
        findings = check(files, clock.today)
        absent = photographs.named(files) - set(photographs.in_folder(folder))
        findings += photographs.not_there(files, absent)
        if not any(finding.level == "error" for finding in findings):
            parsed = parse(files)
            findings += proof.check(parsed, clock.today(parsed.time_zone))
    except PackError as error:
        return list(error.findings)
    return findings


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
