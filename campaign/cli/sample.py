"""python -m campaign sample draw, open, bound: a random sample of the public log, for those who doubt it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from campaign.cli.errors import errors_in_words
from campaign.cli.sealed_options import keys_by_epoch, sealed_list_options
from campaign.csv_files import CsvWriter
from campaign.transparency_log import checkpoints, entries, monitor, policies, sampling
from campaign.transparency_log.sampling import Sample
from campaign.transparency_log.sources import Source
from campaign.transparency_log.tiles import WIDTH, width
from campaign.trustees import sample as opening
from campaign.whole_files import write_private, write_whole

#: The confidence of what is printed.
CONFIDENCE = 0.95


@click.command()
@click.argument("place", metavar="PLACE", help="The log’s address, or a copy of it in a folder.")
@click.option(
    "--policy", required=True, type=Path, metavar="FILE", help="Whom you trust (C2SP, tlog-policy)."
)
@click.option("--seed", required=True, metavar="WORDS", help="What the beacon or the dice said.")
@click.option("--many", required=True, type=int, metavar="N", help="How many signatures to draw.")
@click.option("--out", required=True, type=Path, metavar="FILE", help="The sample to write.")
@errors_in_words
def draw(place: str, policy: Path, seed: str, many: int, out: Path) -> int:
    """Draw a sample of a log's signatures.

    Anybody who has the seed draws the same.

    PLACE is the log’s address, or a copy of it in a folder.
    """
    source = Source(place)
    trust = policies.read(policy.read_text(encoding="utf-8"))
    checkpoint = checkpoints.trusted(source.checkpoint(), trust).checkpoint
    live = monitor.live(checkpoint, source.bundle)
    indices = sampling.draw(checkpoint, live, seed, many)
    drawn = []
    for index in indices:
        number, at = divmod(index, WIDTH)
        bundle = list(entries.unbundled(source.bundle(number, width(-1, number, checkpoint.size))))
        drawn.append((index, entries.read(bundle[at]).commitment))
    write_whole(out, Sample(checkpoint, " ".join(seed.split()), tuple(drawn)).text.encode())
    print(f"{many} of {len(live)} signatures of {checkpoint.origin} at {checkpoint.size} entries: {out}")
    return 0


@click.command("open")
@sealed_list_options
@click.option("--sample", required=True, type=Path, metavar="FILE", help="What `sample draw` wrote.")
@click.option("--openings", required=True, type=Path, metavar="FILE", help="What `log openings` wrote.")
@click.option(
    "--people", type=Path, metavar="FILE.csv", help="Also write the names, for the trustees to ask them."
)
@errors_in_words
def open_sample(sample: Path, openings: Path, people: Path | None, **files: object) -> int:
    """Say what the entries of a sample are, without a name.

    Do this offline, in front of those who asked.
    """
    drawn = sampling.read_sample(sample.read_text(encoding="utf-8"))
    given = sampling.read_openings(openings.read_text(encoding="utf-8"), drawn.checkpoint.origin)
    keys = keys_by_epoch(files["key"], files["identity"])  # type: ignore[arg-type]
    found = opening.open_sample(drawn, given, Path(str(files["signatures"])), keys)
    print(f"Sample of {drawn.checkpoint.origin} at {drawn.checkpoint.size} entries, seed “{drawn.seed}”")
    for entry in found:
        print(f"entry {entry.index}: {entry.finding.value}")
    for finding, number in Counter(entry.finding for entry in found).most_common():
        print(f"{number} of {len(found)}: {finding.value}")
    for domain, number in opening.domains(found).items():
        print(f"e-mail addresses at {domain}: {number}")
    false = sum(entry.finding not in opening.GENUINE for entry in found)
    print(_said(len(found), false))
    if people:
        _write_people(people, found)
    return 1 if false else 0


@click.command()
@click.argument(
    "sampled", type=click.IntRange(1, sampling.MOST), metavar="SAMPLED", help="How many were opened."
)
@click.argument("false", type=click.IntRange(min=0), metavar="FALSE", default=0, help="How many were false.")
def bound(sampled: int, false: int) -> int:
    """Say what a sample proves, of which so many were false."""
    print(_said(sampled, false))
    return 0


def _said(sampled: int, false: int) -> str:
    share = sampling.bound(sampled, false, CONFIDENCE)
    return (
        f"{false} of {sampled} are not genuine. With {CONFIDENCE:.0%} confidence, at most {share:.2%} of all"
        " live entries are not."
    )


def _write_people(path: Path, found: list[opening.OpenedEntry]) -> None:
    write_private(path, b"")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = CsvWriter(file)
        rows.write(("entry", "name", "country", "place", "day", "email", "sheet", "row"))
        for entry in found:
            if who := entry.person:
                row = str(who.row) if who.sheet else ""
                rows.write(
                    (str(entry.index), who.name, who.country, who.place, who.day, who.email, who.sheet, row)
                )
