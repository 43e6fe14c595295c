"""One target in a process of its own, with atheris (libFuzzer).

libFuzzer measures which branches an input reaches and keeps the inputs that reach new ones. An
exception is recorded, and the fuzzing goes on; a crash, an endless loop or too much memory ends the
process, and libFuzzer has written the input to the folder by then.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import atheris

from tests.fuzz.corpus import FOLDER
from tests.fuzz.limits import LIMITS, SLOW
from tests.fuzz.mutating import mutated


class Recorder:
    """Runs the target, counts, and stores what it should not do."""

    def __init__(self, run: Callable[[bytes], None], folder: Path) -> None:
        self.run, self.folder = run, folder
        self.inputs, self.slowest, self.written = 0, 0.0, 0.0
        self.stats = folder / f"stats-{os.getpid()}.json"

    def __call__(self, data: bytes) -> None:
        started = time.process_time()
        try:
            self.run(data)
        except Exception as error:
            self._store("uncaught", _place(error), data, traceback.format_exc())
        took = time.process_time() - started
        self.inputs += 1
        self.slowest = max(self.slowest, took)
        if took > SLOW:
            self._store("slow", f"{took:.1f}", data, f"{took:.1f} s\n")
        if time.monotonic() - self.written > 1:
            self._save()

    def _save(self) -> None:
        """Write the counts: this process ends without a further word."""
        self.written = time.monotonic()
        self.stats.write_text(json.dumps({"inputs": self.inputs, "slowest": self.slowest}))

    def _store(self, what: str, cause: str, data: bytes, words: str) -> None:
        """One input for each cause."""
        path = self.folder / f"{what}-{hashlib.sha256(cause.encode()).hexdigest()[:12]}"
        if not path.exists():
            path.write_bytes(data)
            path.with_suffix(".txt").write_text(words, errors="backslashreplace")


def _place(error: Exception) -> str:
    """The kind of an error, and the last line of ours on the way to it."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/campaign/" in frame.filename]
    last = frames[-1] if frames else None
    return f"{type(error).__name__} {last.filename if last else ''}:{last.lineno if last else 0}"


def fuzz(name: str, run: Callable[[bytes], None], folder: Path, seconds: int) -> NoReturn:
    """Fuzz one target for so long, then end this process: 0 if nothing ended it before."""
    log = os.open(folder / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    found = folder / "corpus"
    found.mkdir(exist_ok=True)

    def change(data: bytes, most: int, seed: int) -> bytes:
        chance = random.Random(seed)
        return mutated(data, most, chance) if chance.random() < 0.5 else atheris.Mutate(data, most)

    options = [
        f"-max_total_time={seconds}", f"-artifact_prefix={folder}/", f"-timeout={LIMITS.seconds}", f"-rss_limit_mb={LIMITS.megabytes}",
        f"-max_len={LIMITS.bytes}", "-len_control=20", "-verbosity=0", "-report_slow_units=600", str(found), str(FOLDER / name),
    ]  # fmt: skip
    try:
        atheris.Setup(["fuzz", *options], Recorder(run, folder), custom_mutator=change)
        atheris.Fuzz()
    except BaseException:  # nothing of the parent may run in this fork
        (folder / "uncaught-fuzzer").write_text(traceback.format_exc())
    finally:
        os._exit(0)
