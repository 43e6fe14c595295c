"""The main process of a server keeps the others alive, and has nothing but this in its memory.

It begins as the process that has made the others from its memory, and then becomes this program (`execve`).
It stays their parent, with its number and the files that they share. Otherwise the site would be in memory
once more, 45 MB of it, only in case that one of them ends. A process that is started again loads the site by
itself.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

from campaign import logs
from campaign.serving.forking import ENDING, ChildProcess, name_process
from campaign.serving.keeping import KeptProcess, Process

#: Where the package is. Python looks there first, and not in the current folder.
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Child:
    """A process that runs. `name` is for the log, `again` are the arguments of Python that start it again."""

    name: str
    pid: int
    again: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the main process has to do.

    It keeps the `serving` processes and those `beside`, which end after them. They all need the open
    `files`; `held` it keeps for itself, and `listener` it closes as soon as the server stops. `log` is the
    setting of that name.
    """

    serving: tuple[Child, ...]
    beside: tuple[Child, ...]
    files: tuple[int, ...]
    held: int
    listener: int
    log: str


def become(plan: Plan) -> NoReturn:
    """Replace the program of this process, and keep those of the plan alive until a signal to stop."""
    sys.stdout.flush()
    sys.stderr.flush()
    # A signal that arrives in between waits until the new program has a handler for it.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    for file in (*plan.files, plan.held, plan.listener):
        os.set_inheritable(file, True)
    os.execve(sys.executable, _python("-m", __name__, json.dumps(asdict(plan))), _environment())  # noqa: S606


def _python(*arguments: str) -> list[str]:
    return [sys.executable, "-P", *arguments]


def _environment() -> dict[str, str]:
    folders = (str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(folders)}


def main(words: Sequence[str]) -> None:
    """Do what the plan in the only argument says."""
    values = json.loads(words[0])  # noqa: TID251  it is our own
    for group in ("serving", "beside"):
        values[group] = tuple(Child(**one) for one in values[group])
    plan = Plan(**values)
    logs.configure(plan.log)
    name_process("campaign")
    stopped = threading.Event()
    for number in ENDING:
        signal.signal(number, lambda *_: stopped.set())
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    _keep(plan, stopped)


def _keep(plan: Plan, stopped: threading.Event) -> None:
    """Keep the processes alive until `stopped`; then end those that serve, and those beside them last."""
    serving, beside = (
        [KeptProcess(child.name, _starter(child, plan)) for child in group]
        for group in (plan.serving, plan.beside)
    )
    stopped.wait()
    for process in serving:
        process.terminate()
    socket.socket(
        fileno=plan.listener
    ).close()  # or who came now would wait for nobody, and be cut off at the end
    for group in (serving, beside):
        stopping = [threading.Thread(target=process.stop) for process in group]
        for thread in stopping:
            thread.start()
        for thread in stopping:
            thread.join()


def _starter(child: Child, plan: Plan) -> Callable[[], Process]:
    """Gives the child as it runs for the first time, and then another one each time."""
    running: list[Process] = [ChildProcess(child.pid)]

    def start() -> Process:
        if running:
            return running.pop()
        files = (*plan.files, plan.listener)
        return subprocess.Popen(_python(*child.again), pass_fds=files)  # noqa: S603  the command is our own

    return start


if __name__ == "__main__":
    main(sys.argv[1:])
