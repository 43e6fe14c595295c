"""Several machines in network namespaces: short forms of `make torture ARGS="--only machines"` and `upgrade`."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.reliability import machines, upgrade
from tests.reliability.rig import cluster, situations, walk
from tests.reliability.rig.cluster import Cluster
from tests.reliability.rig.faults import Faults


@pytest.fixture(scope="module")
def able() -> None:
    """A machine that can stand for several: it needs root, which CI has not always."""
    if lacks := cluster.missing():
        pytest.skip(f"this machine lacks {lacks}")


@pytest.fixture
def three(able: None) -> Iterator[Cluster]:
    with cluster.running(3, workers=1) as site:
        yield site


@pytest.mark.slow
def test_no_mail_is_lost_no_link_is_dead_and_nobody_counts_twice_whatever_fails(three: Cluster) -> None:
    every = list(Faults(three, random.Random(1)).kinds)
    result = machines.loaded(three, 60, 1.0, random.Random(1), kinds=every, longest=4, pause=1)
    assert result.holds, str(result)
    assert result.faults.keys() == set(every)


@pytest.mark.slow
def test_the_walk_passes_while_something_is_away_or_the_site_says_what_waits(three: Cluster) -> None:
    if not walk.chromium():
        pytest.skip("no Chromium on this machine (CHROMIUM=path)")
    lines: list[str] = []
    with walk.browsing(three) as browser:
        situations.walked(three, browser, lines.append)
    assert len(lines) == 6


@pytest.mark.slow
def test_two_machines_are_upgraded_one_after_the_other_and_nobody_sees_an_error(able: None) -> None:
    with cluster.running(2, workers=1) as site:
        result = upgrade.upgraded(site, 10, random.Random(2))
    assert result.holds, str(result)
