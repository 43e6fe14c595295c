"""The worker: each of its tasks goes on whatever keeps another one waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from campaign.mail import worker
from campaign.mail.worker import Chore, Postman, Tasks
from campaign.services import service
from campaign.settings import Settings
from tests.conftest import published
from tests.tools import PATIENCE


class Endless:
    """A queue that brings nothing until the test is over."""

    def __init__(self, is_over: Callable[[], bool]) -> None:
        self.is_over = is_over

    def create_consumer(self, **_options: Any) -> Endless:
        return self

    def run(self) -> None:
        end = time.monotonic() + PATIENCE
        while not self.is_over() and time.monotonic() < end:
            time.sleep(0.01)


@pytest.mark.reliability(16)
@pytest.mark.slow
def test_the_heart_beats_and_the_night_is_looked_at_while_a_relay_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relay that let every e-mail wait for its time-out once kept the worker from starting for hours."""
    app = published(tmp_path)
    hangs, nights, hours = threading.Event(), [], []
    monkeypatch.setattr(Postman, "sweep", lambda _self: hangs.wait(PATIENCE))
    monkeypatch.setattr(worker.Queue, "start", lambda _self: Endless(lambda: bool(nights and hours)))
    worker.work(app, Tasks(lambda: nights.append(1), lambda: hours.append(1), lambda: 1 / 0, lambda: 0))
    hangs.set()
    assert nights and hours and worker.alive(service(Settings, app))


def test_a_task_that_fails_is_done_again_and_said_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    tries: list[int] = []
    stopped = threading.Event()

    def fails() -> None:
        tries.append(1)
        if len(tries) == 2:
            stopped.set()
        raise OSError("the value of a secret")

    Chore("sweep", 0, fails).start(stopped).join(20)
    assert len(tries) == 2
    (first, _second) = caplog.records
    assert "the worker failed at sweep: OSError" in first.getMessage() and "secret" not in caplog.text
    assert first.cause  # type: ignore[attr-defined]
