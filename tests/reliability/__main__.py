"""`make torture`: what must survive, at length. Prints a line for each; exit code 1 if one does not hold."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.reliability import (
    degraded,
    house,
    index_size,
    installing,
    killing,
    log_nights,
    log_power,
    log_size,
    machines,
    one_file,
    posting,
    power,
    slow,
    timing,
    trustees_page,
    typing_class,
    upgrade,
)
from tests.reliability.rig import cluster, situations, walk
from tests.storage import POSTGRES, postgres_database
from tests.test_server import serving
from tests.transparency_log.operations import operate


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.reliability")
    parser.add_argument("--rounds", type=int, default=500, help="kills of the server (default 500)")
    parser.add_argument("--cuts", type=int, default=1000, help="power cuts (default 1000)")
    parser.add_argument("--kills", type=int, default=200, help="kills of the mail worker (default 200)")
    parser.add_argument("--samples", type=int, default=3000, help="samples of each kind (default 3000)")
    parser.add_argument(
        "--only",
        default="",
        help="killing, killing-postgresql, power, posting, timing, index, typing, log, log-size, slow, away, locked, "
        "migrations, trustees-page, install, file, file-axe, machines or upgrade",
    )
    parser.add_argument("--slow", type=int, default=500, help="slow clients of each kind (default 500)")
    parser.add_argument(
        "--minute", type=float, default=60, help="seconds of each measure of them (default 60)"
    )
    parser.add_argument("--operations", type=int, default=100_000, help="on the log's tree (default 100000)")
    parser.add_argument("--entries", type=int, default=6_000_000, help="of the log (default 6000000)")
    parser.add_argument(
        "--records", type=int, default=100_000, help="records of the migrations (default 100000)"
    )
    parser.add_argument(
        "--signers", type=int, default=10_000, help="records that the trustees' page opens (default 10000)"
    )
    parser.add_argument(
        "--letters",
        type=int,
        default=50,
        help="of campaign.html to each addressee in each language (default 50)",
    )
    parser.add_argument("--sign-ups", type=int, default=10_000, help="on several machines (default 10000)")
    parser.add_argument("--minutes", type=float, default=10, help="of the sign-ups (default 10)")
    parser.add_argument(
        "--longest", type=float, default=15, help="seconds that a fault lasts at most (default 15)"
    )
    parser.add_argument("--processes", type=int, default=2, help="web processes of a machine (default 2)")
    parser.add_argument("--no-walk", action="store_true", help="sign-ups without the walk in a browser")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    print(f"seed {options.seed}", flush=True)
    works: dict[str, Callable[[argparse.Namespace, Path, random.Random], bool]] = {
        "killing": _killing, "killing-postgresql": _killing_postgres, "power": _power, "posting": _posting, "timing": _timing,
        "index": _index,
        "typing": _typing,
        "log": _log, "log-size": _log_size,
        "slow": _slow,
        "away": _away, "locked": _locked, "migrations": _migrations,
        "trustees-page": _trustees_page,
        "install": _install,
        "file": _one_file, "file-axe": _one_file_axe,
        "machines": _machines, "upgrade": _upgrade,
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


def _trustees_page(options: argparse.Namespace, folder: Path, chance: random.Random) -> bool:
    report = trustees_page.opened(folder, options.signers, chance)
    print(f"the trustees' page, without a network: {report}")
    return report.holds


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


def _typing(_options: argparse.Namespace, folder: Path, _chance: random.Random) -> bool:
    with serving(folder / "data") as site:
        result = typing_class.typed(site)
    print(
        f"[53] {typing_class.KEYS} keys at {typing_class.PAUSE} ms, a class of {typing_class.PEOPLE}: {result.asked} requests "
        f"by the browser, {result.others} by the others, {result.refused} refused; the letter is {result.behind_mostly:.1f} s "
        f"behind at the median and {result.behind:.1f} s at most; slowest answer {result.slowest * 1e3:.0f} ms",
        flush=True,
    )
    return result.refused == 0 and result.behind < 5 and not result.said


def _install(_options: argparse.Namespace, folder: Path, _chance: random.Random) -> bool:
    if lacks := installing.missing():
        print(f"the page on installing was not followed: this machine lacks {', '.join(lacks)}", flush=True)
        return True
    walk = installing.walked(Path(tempfile.gettempdir()) / "campaign-wheels")
    print(
        f"Install on a server: {walk.commands} commands, {walk.minutes:.1f} minutes without downloads; the doctor ends with "
        f"{walk.doctor}, {'and' if walk.red else 'BUT NOT'} with 2 when Redis stops; the site {'is' if walk.russian else 'IS NOT'} "
        f"in Russian over TLS\n  " + "\n  ".join(walk.findings),
        flush=True,
    )
    return walk.holds


def _chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        print("campaign.html was not opened: this machine lacks Chromium", flush=True)
    return found or ""


def _one_file(options: argparse.Namespace, folder: Path, chance: random.Random) -> bool:
    if not (chromium := _chromium()):
        return True
    found = one_file.compared(folder, chromium, options.letters, chance)
    print(
        f"campaign.html: {found.letters:,} letters in {len(found.languages)} languages, {len(found.different)} differ from "
        f"compose's {found.different[:5] or ''}",
        flush=True,
    )
    return not found.different


def _one_file_axe(_options: argparse.Namespace, folder: Path, _chance: random.Random) -> bool:
    if not (chromium := _chromium()):
        return True
    found = one_file.looked_at(folder, chromium)
    print(
        f"campaign.html: {found.sections} sections at 360 and 1280 pixels, {len(found.faults)} findings of axe "
        f"{list(found.faults.items())[:3] or ''}",
        flush=True,
    )
    return not found.faults


def _without_namespaces(what: str) -> bool:
    """Whether this machine can't stand for several; says so."""
    if lacks := cluster.missing():
        print(f"{what}: not tried, since this machine lacks {lacks}", flush=True)
    return bool(lacks)


def _machines(options: argparse.Namespace, _folder: Path, chance: random.Random) -> bool:
    """The browser walk while something is away, then sign-ups while faults happen at random."""
    if _without_namespaces("three machines"):
        return True
    with cluster.running(3, options.processes) as site:
        if options.no_walk:
            pass
        elif walk.chromium():
            with walk.browsing(site) as browser:
                situations.walked(site, browser, lambda line: print(line, flush=True))
        else:
            print("the walk: not tried, since this machine lacks Chromium", flush=True)
        result = machines.loaded(site, options.sign_ups, options.minutes, chance, longest=options.longest)
    print(result, flush=True)
    return result.holds


def _upgrade(options: argparse.Namespace, _folder: Path, chance: random.Random) -> bool:
    if _without_namespaces("rolling upgrade"):
        return True
    with cluster.running(2, options.processes) as site:
        result = upgrade.upgraded(site, 25, chance)
    print(result, flush=True)
    return result.holds


def _log(options: argparse.Namespace, folder: Path, chance: random.Random) -> bool:
    """The tree against one without cleverness, nights that are killed or lose their power: the log never forks."""
    same = operate(chance, options.operations, largest=3_000)
    print(f"tree: {same:,} of {options.operations:,} random operations as on a plain tree", flush=True)
    nights = log_nights.killed(folder, options.rounds * 2, chance)
    print(
        f"public log: {nights.kills} of {nights.nights} nights killed, {nights.checkpoints} checkpoints, {nights.forks} forks, "
        f"{nights.different} sums that differ, {nights.entries:,} entries at the end",
        flush=True,
    )
    cuts = log_power.cut(folder / "power", options.cuts, chance)
    print(
        f"public log: {cuts.cuts} power cuts in {cuts.nights} nights of {cuts.sites} sites, {cuts.between} of them between "
        f"the checkpoint's file and its row; {cuts.checkpoints} checkpoints, {cuts.forks} forks, {cuts.gone} things gone, "
        f"{cuts.different} sums that differ, largest log {cuts.largest:,} entries"
        + (f"; STOPPED: {cuts.stopped}" if cuts.stopped else ""),
        flush=True,
    )
    return (
        (same, nights.kills) == (options.operations, options.rounds * 2)
        and (nights.forks, nights.different) == (0, 0)
        and cuts.hold
    )


def _log_size(options: argparse.Namespace, folder: Path, chance: random.Random) -> bool:
    measures = log_size.measured(folder, options.entries, chance)
    for name, size in measures.sizes.items():
        print(f"public log of {options.entries:,}: {name}: {size:,}", flush=True)
    print(
        f"public log of {options.entries:,}: {measures.grown} MiB more memory during the nights", flush=True
    )
    return measures.sizes["difference"] == 0 and measures.grown < 200


def _away(options: argparse.Namespace, folder: Path, _chance: random.Random) -> bool:
    with postgres_database() as url:
        site = house.built(folder / "data", url)
        before, meanwhile, is_back = degraded.database_away(site, POSTGRES, options.minute)
    print(
        f"PostgreSQL away for {options.minute:.0f} s under 200 readers a second: {meanwhile.statuses}, {meanwhile.failed} "
        f"without an answer, p99 {meanwhile.p99:.0f} ms ({before.p99:.0f} ms before); all pages again afterwards: {is_back}",
        flush=True,
    )
    return set(meanwhile.statuses) == {200} and meanwhile.failed == 0 and is_back and meanwhile.p99 <= 100


def _locked(options: argparse.Namespace, folder: Path, _chance: random.Random) -> bool:
    before, meanwhile = degraded.locked(house.built(folder / "data"), min(options.minute, 20))
    print(
        f"/health while SQLite is locked and 8 people press their links: {meanwhile.statuses}, p99 {meanwhile.p99:.1f} ms "
        f"({before.p99:.1f} ms before), {meanwhile.failed} without an answer",
        flush=True,
    )
    return set(meanwhile.statuses) == {200} and meanwhile.p99 <= 50


def _migrations(options: argparse.Namespace, folder: Path, _chance: random.Random) -> bool:
    good = True
    with postgres_database() as postgres:
        for engine, url in (("SQLite", ""), ("PostgreSQL", postgres)):
            down, up = degraded.migrations(folder / engine, url, options.records)
            print(
                f"all migrations with {options.records:,} records on {engine}: {up:.1f} s up, {down:.1f} s down",
                flush=True,
            )
            good &= max(up, down) <= 60
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
