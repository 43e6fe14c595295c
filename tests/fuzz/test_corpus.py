"""Every input that once did harm, again, in a process that may die: `make fuzz` looks for more."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.fuzz.corpus import FOLDER, NAMES, files_of
from tests.fuzz.limits import LIMITS, SLOW, with_small_stack
from tests.tools import ROOT


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, str]]:
    """What each target did with each of its files: '' for nothing wrong."""
    command = with_small_stack([sys.executable, "-m", "tests.fuzz.corpus"])
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr[-2_000:]
    found: dict[str, dict[str, str]] = json.loads(run.stdout)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_what_once_did_harm_does_none(name: str, answers: dict[str, dict[str, str]]) -> None:
    """No file raises what its callers do not expect, ends the process, or takes over two seconds."""
    assert files_of(name), f"{FOLDER.name}/{name} has no file"
    assert answers[name] == {path.name: "" for path in files_of(name)}
    assert SLOW == 2.0


def test_the_corpus_is_small_and_has_no_folder_without_a_target() -> None:
    assert sorted(path.name for path in FOLDER.iterdir() if path.is_dir()) == sorted(NAMES)
    files = [path for name in NAMES for path in files_of(name)]
    assert all(path.stat().st_size <= LIMITS.bytes for path in files)
    assert sum(path.stat().st_size for path in files) < 2_000_000


def test_the_targets_are_those_that_are_named() -> None:
    from tests.fuzz.targets import TARGETS

    assert tuple(TARGETS) == NAMES
