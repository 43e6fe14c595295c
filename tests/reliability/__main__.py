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

from tests.benchmarks.petition import confirmations
from tests.reliability import (
    api,
    cut_line,
    degraded,
    full_disk,
    house,
    index_size,
    installing,
    killing,
    log_nights,
    log_power,
    log_size,
    machines,
    moving,
    one_file,
    outage,
    own_database,
    posting,
    power,
    slow,
    stall,
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
        help=", ".join(RUNS),
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
        "--signed", type=int, default=2000, help="signatures before the backup (default 2000)"
    )
    parser.add_argument("--mails", type=int, default=10_000, help="that wait for a relay (default 10000)")
    parser.add_argument(
        "--line-cuts", type=int, default=100, help="cuts of the line to PostgreSQL (default 100)"
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
    parser.add_argument(
        "--examples", type=int, default=500, help="requests to each operation of the API (default 500)"
    )
    parser.add_argument("--sign-ups", type=int, default=10_000, help="on several machines (default 10000)")
    parser.add_argument("--minutes", type=float, default=10, help="of the sign-ups (default 10)")
    parser.add_argument(
        "--stall", type=int, default=500, help="signatures on a device at a stall (default 500)"
    )
    parser.add_argument(
        "--longest", type=float, default=15, help="seconds that a fault lasts at most (default 15)"
    )
    parser.add_argument("--processes", type=int, default=2, help="web processes of a machine (default 2)")
    parser.add_argument(
        "--walks-cut",
        type=int,
        default=0,
        help="only walk, so many times, while a machine is cut from the database",
    )
    parser.add_argument("--no-walk", action="store_true", help="sign-ups without the walk in a browser")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    print(f"seed {options.seed}", flush=True)
    good = True
    for name, work in RUNS.items():
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


def _api(options: argparse.Namespace, folder: Path, _chance: random.Random) -> bool:
    report = api.checked(folder, options.examples)
    print(f"the API by schemathesis:\n{report.summary}", flush=True)
    return report.holds


def _killing(options: argparse.Namespace, folder: Path, chance: random.Random) -> bool:
    return _killed("SQLite", house.built(folder / "data"), options.rounds, chance)


def _killing_postgres(options: argparse.Namespace, folder: Path, chance: random.Random) -> bool:
    with postgres_database() as url:
        return _killed("PostgreSQL", house.built(folder / "data", url), options.rounds // 5, chance)


def _killed(engine: str, site: house.House, rounds: int, chance: random.Random) -> bool:
    return _reported(f"R1, R11 SIGKILL of the server on {engine}", killing.rounds(site, rounds, chance))


def _reported(what: str, tally: killing.Tally) -> bool:
    print(
        f"{what}: {tally.rounds} rounds, {tally.acknowledged} acknowledged, {tally.again} again, {tally.lost} lost, "
        f"{tally.different} sums that differ, {tally.broken} damaged, {tally.unheard} stored without the client having "
        f"heard; of those {tally.replayed} pressed again, {tally.puzzled} without thanks; errors {dict(tally.failed)}",
        flush=True,
    )
    return (tally.lost, tally.different, tally.broken, tally.puzzled) == (0, 0, 0, 0)


def _killing_database(options: argparse.Namespace, folder: Path, chance: random.Random) -> bool:
    if lacks := own_database.missing():
        print(f"no PostgreSQL was killed: this machine lacks {lacks}", flush=True)
        return True
    good = True
    for unsafe in (False, True):
        with own_database.running(folder / f"cluster-{unsafe}", unsafe) as cluster:
            site = house.built(folder / f"data-{unsafe}", cluster.url)
            tally = killing.database_rounds(
                site, cluster, max(options.rounds // (5 if not unsafe else 50), 5), chance
            )
        what = "R2 SIGKILL of all PostgreSQL processes"
        held = _reported(what + (", synchronous_commit=off" if unsafe else ""), tally)
        good &= tally.lost > 0 if unsafe else held and 500 not in tally.failed
    return good


def _cut(options: argparse.Namespace, folder: Path, chance: random.Random) -> bool:
    with postgres_database() as url, cut_line.between(url) as line:
        site = house.built(folder / "data", url)
        site.database_url = line.url
        cuts = cut_line.rounds(site, line, options.line_cuts, chance)
        silence = cut_line.silence(site, line, options.minute)
        said = [line for line in site.log.read_text(errors="replace").splitlines() if " ERROR " in line]
    print(
        f"R17 network to PostgreSQL cut: {cuts.cuts} cuts, {cuts.answers_lost} answers to COMMIT lost; answers "
        f"{dict(cuts.statuses)}, {cuts.unanswered} without one; {cuts.tally.acknowledged} acknowledged, {cuts.tally.lost} "
        f"lost, {cuts.tally.different} sums that differ, {cuts.doubled} doubled; {cuts.tally.replayed} tried again, "
        f"{cuts.tally.puzzled} without thanks\n"
        f"PostgreSQL silent for {options.minute:.0f} s under 100 readers a second: {silence}",
        flush=True,
    )
    tally = cuts.tally
    if not set(cuts.statuses) <= {303, 503}:
        print("\n".join(said), flush=True)
    return (
        (tally.lost, tally.different, tally.puzzled, cuts.doubled, cuts.unanswered) == (0, 0, 0, 0, 0)
        and set(cuts.statuses) <= {303, 503}
        and silence.holds
    )


def _outage(options: argparse.Namespace, folder: Path, chance: random.Random) -> bool:
    found = outage.weathered(house.built(folder / "data"), options.mails, chance)
    print(
        f"R6 relay away for a day: {found.mails} mails waited, {found.tries} looks found nobody, late was said: "
        f"{found.was_late}; then {found.arrived} arrived by themselves in {found.seconds:.0f} s, {found.doubled} twice, "
        f"{found.given_up} given up, {found.early} before those of an older hour",
        flush=True,
    )
    return found.holds


def _full(_options: argparse.Namespace, folder: Path, chance: random.Random) -> bool:
    if lacks := full_disk.missing():
        print(f"no disk was filled: this machine lacks {lacks}", flush=True)
        return True
    found = full_disk.filled(folder, chance)
    print(
        f"R7 disk of {full_disk.SIZE} MB full: {found.acknowledged} acknowledged, {found.refused} refused with 503, "
        f"{dict(found.others)} otherwise; {found.tally.lost} lost, {found.tally.different} sums that differ, "
        f"{found.tally.broken} damaged; pages meanwhile {dict(found.pages)}; a form: {found.form}, kept what was typed: "
        f"{found.is_kept}; the first try after there was room: {'taken' if found.resumed else 'REFUSED'}",
        flush=True,
    )
    return found.holds


def _load(_options: argparse.Namespace, _folder: Path, _chance: random.Random) -> bool:
    """Seconds of this machine: on a busy one they say little. `make bench` has the ratios."""
    good = True
    with postgres_database() as url:
        for engine, address in (("SQLite", ""), ("PostgreSQL", url)):
            measured = confirmations(address)
            print(
                f"R15 load, {engine}, two processes: {measured.rate:.0f} confirmations/s (aim 800), p99 {measured.slowest:.0f} ms "
                "(aim 100)",
                flush=True,
            )
            good &= measured.rate >= 800 and measured.slowest < 100
    return good


def _backup(options: argparse.Namespace, folder: Path, _chance: random.Random) -> bool:
    good = True
    for name, kinds in {
        "SQLite to SQLite": ("", ""), "PostgreSQL to PostgreSQL": ("x", "x"), "SQLite to PostgreSQL": ("", "x"),
        "PostgreSQL to SQLite": ("x", ""),
    }.items():  # fmt: skip
        with postgres_database() as one, postgres_database() as other:
            first, second = (url if kind else "" for kind, url in zip(kinds, (one, other), strict=True))
            move = moving.moved(folder / name, first, second, options.signed)
        print(
            f"R13 backup while people sign, wipe, restore, {name}: {move.signed} signed before it and {move.meanwhile} "
            f"meanwhile, {move.withdrawn} withdrawn, {moving.WITHDRAWN} of them after it; {move.restored} restored; backup "
            f"{move.backup:.1f} s, restore {move.restore:.1f} s; differences: {sum(move.differences.values())} "
            f"{ {what: count for what, count in move.differences.items() if count} or '' }",
            flush=True,
        )
        good &= move.holds
    return good


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
        f"{walk.doctor}; the site {'is' if walk.russian else 'IS NOT'} in Russian over TLS; broken on purpose, it says "
        + ", ".join(f"{check}: {level or 'NOTHING'}" for check, level in walk.red.items())
        + "\n  "
        + "\n  ".join(walk.findings),
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
                situations.walked(site, browser, lambda line: print(line, flush=True), options.walks_cut)
            if options.walks_cut:
                return True
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


def _stall(options: argparse.Namespace, folder: Path, chance: random.Random) -> bool:
    if not (chromium := _chromium()):
        return True
    found = stall.collected(folder, chromium, options.stall, max(options.stall // 25, 1), chance)
    print(f"campaign.html at a stall: {found}", flush=True)
    return found.holds


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
        before, meanwhile, written, is_back = degraded.database_away(site, POSTGRES, options.minute)
    rate = len(meanwhile.times) / options.minute
    print(
        f"PostgreSQL away for {options.minute:.0f} s under {rate:.0f} readers a second of {len(degraded.READ)} pages: "
        f"{meanwhile.statuses}, {meanwhile.failed} without an answer, p99 {meanwhile.p99:.0f} ms ({before.p99:.0f} ms "
        f"before), slowest {max(meanwhile.times):.0f} ms; whoever wrote got {written}; all pages again afterwards: {is_back}",
        flush=True,
    )
    return (
        set(meanwhile.statuses) == {200} and meanwhile.failed == 0 and is_back and meanwhile.p99 <= 100
        and set(written.values()) == {503}
    )  # fmt: skip


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


#: What can be run, by its name; tests/reliability.toml says which rule each holds.
RUNS: dict[str, Callable[[argparse.Namespace, Path, random.Random], bool]] = {
    "killing": _killing, "killing-postgresql": _killing_postgres, "killing-database": _killing_database,
    "power": _power, "posting": _posting, "outage": _outage, "full": _full, "timing": _timing,
    "index": _index,
    "typing": _typing,
    "log": _log, "log-size": _log_size,
    "slow": _slow, "load": _load,
    "away": _away, "cut": _cut, "locked": _locked, "migrations": _migrations, "backup": _backup,
    "trustees-page": _trustees_page,
    "install": _install,
    "api": _api,
    "file": _one_file, "file-axe": _one_file_axe, "stall": _stall,
    "machines": _machines, "upgrade": _upgrade,
}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
