"""Processes that are copies of this one: how they end, and that they end with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from campaign.serving.forking import ForkedProcess, Lifeline
from tests.tools import PATIENCE, ROOT

#: A server that is killed at once; its copy says when its lifeline has ended.
_KILLED = """
import os, signal, sys
from campaign.serving.forking import ForkedProcess, Lifeline

def work(end):
    os.read(end, 1)
    os.write(1, b"ended\\n")  # in one piece: both write at once

life = Lifeline()
for _ in range(2):
    ForkedProcess("copy", work, life)
os.kill(os.getpid(), signal.SIGKILL)
"""


def _raise(error: BaseException) -> Callable[[int], object]:
    def work(_end: int) -> None:
        raise error

    return work


@pytest.mark.parametrize(
    ("work", "code"),
    [
        (lambda _end: None, 0),
        (_raise(SystemExit(2)), 2),
        (_raise(SystemExit("a reason")), 1),
        (_raise(SystemExit(None)), 0),
        (_raise(ValueError()), 1),
        (lambda _end: os.kill(os.getpid(), signal.SIGKILL), -signal.SIGKILL),
        (lambda _end: signal.raise_signal(signal.SIGTERM), -signal.SIGTERM),
    ],
)
def test_a_copy_ends_with_the_code_of_its_work_and_never_goes_on_with_the_rest(
    work: Callable[[int], object], code: int
) -> None:
    assert ForkedProcess("copy", work, Lifeline()).wait() == code


@pytest.mark.parametrize("end", [ForkedProcess.terminate, ForkedProcess.kill])
def test_a_copy_can_be_ended_and_nothing_is_sent_to_its_number_afterwards(
    end: Callable[[ForkedProcess], None],
) -> None:
    copy = ForkedProcess("copy", lambda end: os.read(end, 1), Lifeline())
    end(copy)
    assert copy.wait() < 0
    end(copy)  # its number may belong to another process by now


def test_a_copy_does_not_answer_a_signal_with_this_process_s_handler() -> None:
    if threading.current_thread() is not threading.main_thread():
        pytest.fail("handlers can be set in the main thread only")
    before = signal.signal(signal.SIGTERM, lambda *_: os._exit(7))
    try:
        copy = ForkedProcess("copy", lambda end: os.read(end, 1), Lifeline())
        copy.terminate()
        assert copy.wait() == -signal.SIGTERM
    finally:
        signal.signal(signal.SIGTERM, before)


def test_copies_notice_that_this_process_was_killed() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _KILLED],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert run.returncode == -signal.SIGKILL
    assert run.stdout == "ended\nended\n"


@pytest.mark.skipif(not Path("/proc/self/comm").exists(), reason="reads names in /proc")
def test_the_system_shows_the_name_of_a_copy() -> None:
    named = lambda _end: sys.exit(Path("/proc/self/comm").read_text() != "campaign-web\n")  # noqa: E731
    assert ForkedProcess("campaign-web", named, Lifeline()).wait() == 0
