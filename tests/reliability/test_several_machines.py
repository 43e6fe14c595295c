"""Several machines in network namespaces: short forms of `make torture ARGS="--only machines"` and `upgrade`.

They run in a process of their own, which is another machine's visitor: no test may reach another machine.
"""

from __future__ import annotations

import random
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.reliability.rig import cluster
from tests.reliability.rig.faults import Faults
from tests.tools import ROOT


def tortured(*options: str) -> str:
    """What it printed; it must hold."""
    if lacks := cluster.missing():
        pytest.skip(f"this machine lacks {lacks}")
    command = [sys.executable, "-m", "tests.reliability", "--processes", "1", *options]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1_500)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.slow
def test_no_mail_is_lost_no_link_is_dead_and_nobody_counts_twice_whatever_fails() -> None:
    printed = tortured(
        "--only", "machines", "--no-walk", "--sign-ups", "60", "--minutes", "1", "--longest", "4"
    )
    kinds = Faults(SimpleNamespace(), random.Random(1)).kinds  # type: ignore[arg-type]
    assert [kind for kind in kinds if kind not in printed] == []


@pytest.mark.slow
def test_two_machines_are_upgraded_one_after_the_other_and_nobody_sees_an_error() -> None:
    assert ", 0 failed" in tortured("--only", "upgrade")
