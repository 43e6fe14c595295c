"""Every target in a fork of this process, several at once: the modules are instrumented only once."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import atheris

# What reads input: atheris rewrites its bytecode to see the branches. The rest starts faster without.
with contextlib.redirect_stderr(io.StringIO()), atheris.instrument_imports(  # it names each module
    include=[
        "altcha", "campaign.desk.access.kept_form", "campaign.desk.content.items", "campaign.email_address",
        "campaign.letters.senders", "campaign.pack", "campaign.paper.lists", "campaign.paper.numbers", "campaign.paper.scans",
        "campaign.petition.links", "campaign.petition.proof_of_work", "campaign.signatures", "campaign.spreadsheets", "campaign.text_input", "campaign.names", "campaign.untrusted",
        "campaign.web.markdown_pages", "campaign.web.prose", "jinja2.lexer", "jinja2.parser", "markdown_it", "webauthn.helpers", "zipfile",
    ]
):  # fmt: skip
    from tests.fuzz.targets import TARGETS

from tests.fuzz.child import fuzz
from tests.fuzz.corpus import NAMES
from tests.fuzz.limits import LIMITS
from tests.tools import ROOT

FOLDER = ROOT / ".fuzz"

#: How the names of the inputs begin that are faults: ours, then libFuzzer's.
UNCAUGHT = ("uncaught-", "crash-", "timeout-", "oom-", "leak-")
SLOW = ("slow-",)


@dataclass
class Result:
    """One target: how long it may run, and what it did."""

    name: str
    ends: float = 0.0
    before: frozenset[Path] = frozenset()
    inputs: int = 0
    slowest: float = 0.0
    uncaught: list[Path] = field(default_factory=list)
    slow: list[Path] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return FOLDER / self.name

    def row(self) -> str:
        faults = f"{len(self.uncaught):9} {len(self.slow):9}"
        return f"{self.name:10} {self.inputs:10,} {faults} {self.slowest:7.2f} s"


def main() -> int:
    options = arguments()
    names = [name for name in NAMES if not options.only or name in options.only]
    jobs = min(options.jobs, len(names))
    seconds = max(options.minutes * 60 * jobs / len(names), 2)
    print(f"{len(names)} targets, {seconds:.0f} s each, {jobs} at once", flush=True)
    print(f"{'target':10} {'inputs':>10} {'uncaught':>9} {'over 2 s':>9} {'slowest':>9}", flush=True)
    results = _all(names, jobs, seconds)
    faults = [path for result in results for path in (*result.uncaught, *result.slow)]
    print(f"{'together':10} {sum(result.inputs for result in results):10,} {len(faults)} faults", flush=True)
    for path in faults:
        print(f"  {path.relative_to(ROOT)}")
    return 1 if faults else 0


def arguments() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--minutes", type=float, default=10, help="for all targets together (default 10)")
    parser.add_argument("--only", nargs="*", choices=NAMES, default=[], help="targets (default all)")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, help="targets at once (default: cores)"
    )
    return parser.parse_args()


def _all(names: Sequence[str], jobs: int, seconds: float) -> list[Result]:
    """Run the targets, so many at once; a target whose process ends before its time starts again."""
    waiting, running, results = list(names), dict[int, Result](), list[Result]()
    while waiting or running:
        while waiting and len(running) < jobs:
            result = Result(waiting.pop(0), time.monotonic() + seconds)
            result.folder.mkdir(parents=True, exist_ok=True)
            result.before = frozenset(result.folder.iterdir())
            running[_started(result)] = result
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            _end_stuck(running)
            time.sleep(0.2)
            continue
        result = running.pop(pid)
        if status and time.monotonic() + 2 < result.ends:
            running[_started(result)] = result
        else:
            results.append(_counted(result))
            print(result.row(), flush=True)
    return results


def _started(result: Result) -> int:
    """The process that fuzzes the target for the rest of its time."""
    run: Callable[[bytes], None] = TARGETS[result.name]
    pid = os.fork()
    if pid == 0:
        fuzz(result.name, run, result.folder, max(round(result.ends - time.monotonic()), 1))
    return pid


def _end_stuck(running: dict[int, Result]) -> None:
    """libFuzzer ends what takes too long; this is for a process in which even that does not happen."""
    for pid, result in running.items():
        if time.monotonic() > result.ends + LIMITS.seconds * 2:
            (result.folder / f"timeout-{pid}").touch()
            os.kill(pid, signal.SIGKILL)


def _counted(result: Result) -> Result:
    new = sorted(set(result.folder.iterdir()) - result.before)
    for path in new:
        if path.name.startswith("stats-"):
            counts = json.loads(path.read_text())
            result.inputs += counts["inputs"]
            result.slowest = max(result.slowest, counts["slowest"])
            path.unlink()
    inputs = [path for path in new if path.suffix != ".txt"]
    result.uncaught = [path for path in inputs if path.name.startswith(UNCAUGHT)]
    result.slow = [path for path in inputs if path.name.startswith(SLOW)]
    return result


if __name__ == "__main__":
    sys.exit(main())
