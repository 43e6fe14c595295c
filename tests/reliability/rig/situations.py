"""The walk while all is well, and while something is away: it passes, or the site says in words what waits."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser

from tests.reliability.rig.cluster import SLUG, Cluster
from tests.reliability.rig.walk import PETITION, SITE, Walker

#: Pages that come from memory while the database is away.
IN_MEMORY = (f"/en/{SLUG}/", f"/en/{SLUG}/petition", f"/en/{SLUG}/petition/signatures", f"/en/{SLUG}/write")


@dataclass(frozen=True, slots=True)
class Situation:
    """How the walk went. `refused`: what the site said in words, and took when it was tried again."""

    name: str
    seconds: float
    requests: int
    failed: Counter[str]
    refused: Counter[str]
    seen_after: float

    def __str__(self) -> str:
        said, failed = (
            ", ".join(f"{number} × {words}" for words, number in counted.items())
            for counted in (self.refused, self.failed)
        )
        return (
            f"{self.name}: the walk passes in {self.seconds:.0f} s, an edition is on all machines within {self.seen_after:.2f} s; "
            f"{self.failed.total()} of {self.requests} requests failed{f' ({failed})' if failed else ''}"
            + (f"; refused in words and then taken: {said}" if said else "")
        )


def walked(cluster: Cluster, browser: Browser, tell: Callable[[str], None], cut_only: int = 0) -> None:
    """Walk in each situation; with `cut_only`, so many times while a machine is cut from the database.

    Raises AssertionError or Playwright's Error where it does not pass.
    """
    walker = Walker(cluster, browser)

    def walk(name: str) -> None:
        begun, before, requests, failed = (
            time.monotonic(), len(walker.refused), walker.requests, len(walker.failed)
        )  # fmt: skip
        walker.walk()
        situation = Situation(
            name, time.monotonic() - begun, walker.requests - requests, Counter(walker.failed[failed:]),
            Counter(walker.refused[before:]), walker.seen_after[-1],
        )  # fmt: skip
        tell(str(situation))

    walk("all well")
    if not cut_only:
        _everything_fails(cluster, walker, walk, tell)
    one, network = cluster.machines[0], cluster.network
    network.cut(one.name, "back")
    for _ in range(cut_only or 1):
        walk("one machine cut from PostgreSQL, Redis and the relay")
    network.mend(one.name, "back")
    cluster.all_well()


def _everything_fails(
    cluster: Cluster, walker: Walker, walk: Callable[[str], None], tell: Callable[[str], None]
) -> None:
    one = cluster.machines[0]
    one.switch_off()
    walk("one machine killed")
    one.switch_on()
    cluster.all_well()
    cluster.store.redis.end(signal.SIGKILL)
    walk("Redis killed")
    cluster.store.redis.start()
    tell(_without_database(cluster, walker))
    walk("PostgreSQL restarted")


def _without_database(cluster: Cluster, walker: Walker) -> str:
    """PostgreSQL is killed while somebody types: pages come from memory, and nothing typed is lost."""
    with walker.page() as page:
        page.goto(PETITION)
        walker.types(page, "patient@gmail.com")
        for machine in cluster.machines:  # each process has seen its pages
            for path in IN_MEMORY * 8:
                machine.get(path)
        cluster.store.stop_postgres()
        statuses: Counter[int] = Counter()
        slowest = 0.0
        for machine in cluster.machines:
            for path in IN_MEMORY:
                begun = time.monotonic()
                statuses[machine.get(path)[0]] += 1
                slowest = max(slowest, time.monotonic() - begun)
        assert set(statuses) == {200}, statuses
        assert not walker.presses(page)
        with walker.page() as other:
            desk = other.goto(f"{SITE}/en/desk/")
            assert desk is not None
        said = walker.refused.pop()
        cluster.store.start_postgres()
        walker.patiently(lambda: walker.presses(page))
    return (
        f"PostgreSQL away: {statuses.total()} pages of {len(cluster.machines)} machines come from memory, the slowest in "
        f"{slowest:.1f} s; “{said}”, what was typed stays, and is taken when PostgreSQL is back; the desk answers {desk.status}"
    )
