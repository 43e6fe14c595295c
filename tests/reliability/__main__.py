"""`make torture`: what must survive, at length. Prints a line for each; exit code 1 if one does not hold."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.reliability import house, index_size, killing, posting, power, slow, timing
from tests.storage import postgres_database


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.reliability")
    parser.add_argument("--rounds", type=int, default=500, help="kills of the server (default 500)")
    parser.add_argument("--cuts", type=int, default=1000, help="power cuts (default 1000)")
    parser.add_argument("--kills", type=int, default=200, help="kills of the mail worker (default 200)")
    parser.add_argument("--samples", type=int, default=3000, help="samples of each kind (default 3000)")
    parser.add_argument(
        "--only", default="", help="killing, killing-postgresql, power, posting, timing, index or slow"
    )
    parser.add_argument("--slow", type=int, default=500, help="slow clients of each kind (default 500)")
    parser.add_argument(
        "--minute", type=float, default=60, help="seconds of each measure of them (default 60)"
    )
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    print(f"seed {options.seed}", flush=True)
    works: dict[str, Callable[[argparse.Namespace, Path, random.Random], bool]] = {
        "killing": _killing, "killing-postgresql": _killing_postgres, "power": _power, "posting": _posting, "timing": _timing,
        "index": _index,
        "slow": _slow,
    }  # fmt: skip
    good = True
    for name, work in works.items():
        if options.only in {"", name}:
            with tempfile.TemporaryDirectory() as folder:
                begun = time.monotonic()
                held = work(options, Path(folder), chance)
                good &= held
                print(
                    f"  {'holds' if held else 'DOES NOT HOLD'}, {time.monotonic() - begun:.0f} s", flush=True
                )
    return 0 if good else 1


def _killing(options: argparse.Namespace, folder: Path, chance: random.Random) -> bool:
    return _killed("SQLite", house.built(folder / "data"), options.rounds, chance)


def _killing_postgres(options: argparse.Namespace, folder: Path, chance: random.Random) -> bool:
    with postgres_database() as url:
        return _killed("PostgreSQL", house.built(folder / "data", url), options.rounds // 5, chance)


def _killed(engine: str, site: house.House, rounds: int, chance: random.Random) -> bool:
    tally = killing.rounds(site, rounds, chance)
    print(
        f"R1 SIGKILL of the server on {engine}: {tally.rounds} rounds, {tally.acknowledged} acknowledged, {tally.again} again, "
        f"{tally.lost} lost, {tally.different} sums that differ, {tally.broken} damaged, {tally.unheard} stored without "
        "the client having heard",
        flush=True,
    )
    return (tally.lost, tally.different, tally.broken) == (0, 0, 0)


def _power(options: argparse.Namespace, folder: Path, chance: random.Random) -> bool:
    good = True
    for synchronous in ("FULL", "NORMAL", "OFF"):
        (folder / synchronous).mkdir()
        trace = power.record(folder / synchronous, 1_500, synchronous, f"torture-{synchronous}")
        cuts = power.cut(trace, options.cuts, folder / "after", chance)
        print(
            f"R3 power cut, synchronous={synchronous}: {cuts.cuts} cuts in {cuts.commits} commits, "
            f"{cuts.lost} acknowledged lost, {cuts.damaged} images damaged",
            flush=True,
        )
        good &= (cuts.lost, cuts.damaged) == (0, 0) if synchronous == "FULL" else cuts.lost > 0
    return good


def _posting(options: argparse.Namespace, folder: Path, chance: random.Random) -> bool:
    result = posting.kills(house.built(folder / "data"), options.kills, chance, mails=60)
    share = result.doubled / result.mails
    print(f"R4 SIGKILL of the mail worker: {result.kills} kills, {result.mails} mails, {result.missing} never handed over, "
          f"{result.doubled} twice ({share:.2%})", flush=True)  # fmt: skip
    return result.missing == 0


def _timing(options: argparse.Namespace, folder: Path, chance: random.Random) -> bool:
    from tests.conftest import published
    from tests.petition.conftest import opened

    judged = timing.judged(timing.samples(opened(published(folder / "data")), options.samples, chance))
    said = ", ".join(f"{pair} z = {z:.1f}" for pair, z in judged.items())
    print(f"[56] the form's time, {options.samples} samples each: {said}", flush=True)
    return max(map(abs, judged.values())) < 3


def _index(options: argparse.Namespace, folder: Path, chance: random.Random) -> bool:
    """The public total within a thousandth, and nothing genuine dropped, at every size."""
    good = True
    for people in index_size.SIZES:
        result = index_size.simulated(folder / f"{people}", people, chance)
        print(
            f"index with {people:,} people, 1 % twice, a flood of {index_size.FLOOD:,}: public total {result.total:,} for "
            f"{result.people:,} ({result.error:+.4%}), {result.dropped} dropped, sums differ by {result.difference}, "
            f"{result.confirming * 1e3:.2f} ms a confirmation; of 12 million addresses tried, {result.precision:.2%} of the "
            "hits are right",
            flush=True,
        )
        good &= abs(result.error) < 0.001 and (result.dropped, result.difference) == (0, 0)
    return good


def _slow(options: argparse.Namespace, folder: Path, _chance: random.Random) -> bool:
    with postgres_database() as url:
        sites = {"SQLite": house.built(folder / "lite"), "PostgreSQL": house.built(folder / "postgres", url)}
        results = [
            _slow_clients(engine, site, proxy, folder, options)
            for engine, site in sites.items()
            for proxy in ("bare", "nginx", "caddy")
        ]
    return all(results)


def _slow_clients(
    engine: str, site: house.House, proxy: str, folder: Path, options: argparse.Namespace
) -> bool:
    found = slow.compare(site, proxy, folder, options.slow, options.minute)
    name = f"3 × {options.slow} slow clients, {engine}, {proxy}"
    if found is None:
        print(f"{name}: not installed", flush=True)
        return True
    without, with_them = found.without, found.slow
    print(
        f"{name}: p99 {without.p99:.1f} ms without, {with_them.p99:.1f} ms with, {found.ratio:.2f} × (aim ≤ 2); median "
        f"{without.median:.1f} and {with_them.median:.1f} ms; {with_them.failed} of {with_them.pages} visitors without a page",
        flush=True,
    )
    return found.ratio <= 2 and with_them.failed == 0


if __name__ == "__main__":
    sys.exit(main())
