"""The corpus: what once did harm, and sound inputs to begin from. `python -m tests.fuzz.corpus` runs it.

Each target runs in a fork of this process, so that a crash is one target's answer and not the end.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from tests.fuzz.limits import LIMITS, SLOW

FOLDER = Path(__file__).with_name("corpus")

#: The targets, named here too, so that their modules are loaded only where they run.
NAMES = (
    "address", "cbor", "csv", "document", "draft", "form", "json", "mirror", "number", "passkey", "proof", "prose",
    "stall", "template", "translations", "trustee", "typed", "yaml", "zip",
)  # fmt: skip


def files_of(name: str) -> list[Path]:
    """The corpus of a target."""
    return sorted((FOLDER / name).iterdir())


def _answer(run: Callable[[bytes], None], path: Path) -> str:
    data = path.read_bytes()
    started = time.process_time()
    try:
        run(data)
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:200]}"
    took = time.process_time() - started
    return f"{took:.1f} s" if took > SLOW else ""


def _answers(name: str, run: Callable[[bytes], None], pipe: Connection) -> None:
    signal.alarm(LIMITS.seconds)
    for path in files_of(name):
        pipe.send(path.name)
        pipe.send(_answer(run, path))
    os._exit(0)


def _of_target(name: str, run: Callable[[bytes], None]) -> dict[str, str]:
    """The answers of one target; where its process ended, the last file's says so."""
    receiving, sending = get_context("fork").Pipe(duplex=False)
    process = get_context("fork").Process(target=_answers, args=(name, run, sending))
    process.start()
    sending.close()
    answers: dict[str, str] = {}
    try:
        while True:
            path = receiving.recv()
            answers[path] = "the process ended"
            answers[path] = receiving.recv()
    except EOFError:
        process.join()
    return answers


def main() -> None:
    from tests.fuzz.targets import TARGETS

    json.dump({name: _of_target(name, run) for name, run in TARGETS.items()}, sys.stdout)


if __name__ == "__main__":
    main()
