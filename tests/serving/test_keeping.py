"""Processes that end are started again, after pauses that grow."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from campaign.serving.keeping import KeptProcess, reason
from tests.tools import until


def process(code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-S", "-c", code])


def lines(caplog: pytest.LogCaptureFixture, many: int) -> list[str]:
    until(lambda: len(caplog.messages) >= many)
    return caplog.messages[:many]


def test_the_pauses_grow_while_a_process_keeps_ending_and_the_last_one_repeats(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        kept = KeptProcess("worker", lambda: process("raise SystemExit(3)"), pauses=(0.01, 0.02))
        found = lines(caplog, 3)
        kept.stop()
    assert found == [
        f"worker ended (exit code 3), {number} in a row: it starts again in {pause} s"
        for number, pause in ((1, 0.01), (2, 0.02), (3, 0.02))
    ]


def test_after_a_healthy_time_the_pauses_begin_again(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        kept = KeptProcess("worker", lambda: process(""), pauses=(0.01, 60), healthy=0)
        found = lines(caplog, 3)
        kept.stop()
    assert all("1 in a row" in line for line in found)


def test_a_process_that_cannot_be_started_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    tries = []

    def start() -> subprocess.Popen[bytes]:
        tries.append(1)
        if len(tries) < 3:
            raise BlockingIOError("no process is left")
        return process("import time; time.sleep(60)")

    with caplog.at_level(logging.ERROR):
        kept = KeptProcess("worker", start, pauses=(0.01,))
        found = lines(caplog, 2)
        kept.stop()
    assert all("could not be started" in line for line in found) and len(tries) <= 3


@pytest.mark.parametrize(
    ("code", "said"), [(0, "exit code 0"), (1, "exit code 1"), (-11, "SIGSEGV"), (-99, "signal 99")]
)
def test_the_log_says_why_a_process_ended(code: int, said: str) -> None:
    assert reason(code) == said
