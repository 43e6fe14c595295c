"""Three machines, sign-ups, and faults at random: no e-mail lost, no link dead, nobody counted twice.

The site is set up by the files of `campaign deploy init`, in network namespaces (`rig/`): three machines with
separate data folders, one PostgreSQL, one Redis, a relay, and nginx before them. People sign as a browser
without JavaScript does, some with a proof of work as sign.js does; they try again what failed, and press the
button of their link. Afterwards the e-mails at the relay, the links, the ledger, the public count and the
signed manifest must agree.
"""

from __future__ import annotations

import json
import math
import random
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from campaign.petition.estimate import SLOTS
from tests.reliability.rig.backing import trusting, waited
from tests.reliability.rig.cluster import SLUG, Cluster
from tests.reliability.rig.faults import Faults
from tests.reliability.rig.visitors import LONGEST, SLOW, Crowd, Door, Schedule, Signer
from tests.tools import until

BASE = f"/en/{SLUG}/petition"

#: One sign-up in so many comes with a proof of work; computing it takes a third of a second here.
_PROOF_EVERY = 25

_THREADS = 48


@dataclass
class Result:
    """What became of the sign-ups, and what the sums say."""

    signers: int
    minutes: float
    faults: Counter[str]
    acknowledged: int = 0
    confirmed: int = 0
    lost: int = 0
    dead: int = 0
    unkept: int = 0
    mails: int = 0
    mails_twice: int = 0
    latest: float = 0.0
    median: float = 0.0
    p99: float = 0.0
    slowest: float = 0.0
    slow: Counter[str] = field(default_factory=Counter)
    waiting: int = 0
    refused: int = 0
    #: Transactions that PostgreSQL still keeps for clients that are gone, with their locks.
    abandoned: int = 0
    sums: dict[str, int] = field(default_factory=dict)
    #: The public count: an estimate where addresses share slots of the index.
    public: int = 0
    difference: str = ""
    retries: Counter[str] = field(default_factory=Counter)
    given_up: Counter[str] = field(default_factory=Counter)

    @property
    def double(self) -> int:
        """Records beyond one for each who pressed the button."""
        return self.sums["records"] - self.confirmed

    @property
    def holds(self) -> bool:
        return (
            self.acknowledged == self.confirmed == self.signers
            and (self.lost, self.dead, self.double, self.unkept, self.waiting, self.refused, self.abandoned)
            == (0, 0, 0, 0, 0, 0, 0)
            and set(self.sums.values()) == {self.signers}
            and abs(self.public - self.signers) <= 3 * standard_error(self.signers)
            and self.difference == "0"
        )

    def __str__(self) -> str:
        faults = ", ".join(f"{number} × {kind}" for kind, number in sorted(self.faults.items()))
        sums = ", ".join(f"{name} {number}" for name, number in self.sums.items())
        public = f"public count {self.public} (standard error {standard_error(self.signers):.1f})"
        tries = ", ".join(f"{kind}: {number}" for kind, number in self.retries.most_common(12))
        lines = [
            f"{self.signers:,} sign-ups in {self.minutes:.1f} minutes on three machines; {self.faults.total()} faults ({faults}); "
            f"{self.acknowledged:,} acknowledged, {self.lost} mails lost, {self.dead} links dead, {self.double} double; "
            f"sums: {sums}, difference {self.difference}, {public}; {self.mails:,} mails of which {self.mails_twice} came twice, "
            f"the latest {self.latest:.0f} s after its sign-up; {self.waiting} still wait, {self.refused} refused, {self.abandoned} transactions of clients that are gone; "
            f"{self.unkept} times what was typed was not kept; answers in {self.median:.2f} s at the median, {self.p99:.1f} s at "
            f"the 99th percentile and {self.slowest:.1f} s at most; over {SLOW} s: {dict(self.slow) or 'none'}",
            f"  tried again: {tries or 'nothing'}",
        ]
        return "\n".join([*lines, *([f"  given up: {dict(self.given_up)}"] if self.given_up else [])])


def loaded(
    cluster: Cluster, signers: int, minutes: float, chance: random.Random, kinds: list[str] | None = None,
    longest: float = 15.0,
) -> Result:  # fmt: skip
    """Let so many sign in so many minutes, with faults meanwhile: `kinds` first (default: each once)."""
    crowd = Crowd(Door(cluster.proxy, trusting(cluster.certificates)), cluster.relay, BASE, chance)
    schedule = Schedule(cluster.network, _THREADS)
    for number in range(signers):
        steps = crowd.signs(crowd.person(number), proof=number % _PROOF_EVERY == 0)
        schedule.add(steps, after=number * minutes * 60 / signers)
    faults = Faults(cluster, random.Random(chance.random()), longest)
    first = chance.sample(list(faults.kinds), len(faults.kinds)) if kinds is None else kinds
    failed: list[BaseException] = []

    def go_on() -> None:
        try:
            faults.go_on(first, min(8, minutes * 60 / 20), minutes * 60)
        except BaseException as error:
            failed.append(error)

    chaos = threading.Thread(target=go_on, name="faults")
    begun = time.monotonic()
    chaos.start()
    try:
        schedule.run(until=lambda: bool(failed), longest=minutes * 60 + LONGEST)
    finally:
        faults.stop()
        chaos.join()
    if failed:
        raise failed[0]
    result = Result(
        signers, (time.monotonic() - begun) / 60, faults.done, retries=crowd.retries, unkept=crowd.unkept
    )
    times, result.slow = sorted(crowd.times), crowd.slow
    result.median, result.p99, result.slowest = (
        times[int(share * (len(times) - 1))] for share in (0.5, 0.99, 1)
    )
    _judge(cluster, crowd.signers, result)
    return result


_ABANDONED = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND xact_start < now() - interval '1 min'"


def _judge(cluster: Cluster, signers: list[Signer], result: Result) -> None:
    cluster.all_well()
    waiting = "SELECT count(*) FROM mail WHERE refused = 0"
    try:
        until(lambda: cluster.store.number(waiting) == 0, 300)
    except AssertionError:
        result.waiting = cluster.store.number(waiting)
    result.refused = cluster.store.number("SELECT count(*) FROM mail WHERE refused <> 0")
    result.abandoned = cluster.store.number(_ABANDONED)
    arrived = {to for to, _message in cluster.relay.taken}
    result.acknowledged = sum(signer.acknowledged for signer in signers)
    result.confirmed = sum(signer.confirmed for signer in signers)
    result.lost = sum(signer.acknowledged and signer.email not in arrived for signer in signers)
    result.dead = sum(
        signer.email in arrived and not (signer.confirmed and signer.link_works) for signer in signers
    )
    result.mails, result.mails_twice = (
        len(cluster.relay.taken),
        sum(n - 1 for n in cluster.relay.ids.values()),
    )
    result.latest = max((signer.waited for signer in signers), default=0.0)
    result.given_up = Counter(signer.given_up for signer in signers if signer.given_up)
    result.sums = sums(cluster)
    found = re.search(rf"{SLUG}: difference (-?\d+)", cluster.machines[0].campaign("nightly", check=False))
    result.difference = found[1] if found else "not compared"
    result.sums["manifest"] = manifest_of(cluster)
    result.public = public_count(cluster)


def standard_error(people: int) -> float:
    """Of the public count, in people, by the formula in `campaign.petition.estimate`."""
    share = people / SLOTS
    return math.sqrt(SLOTS * (math.exp(share) - share - 1))


def sums(cluster: Cluster) -> dict[str, int]:
    """The ledger's records, and their tally with those that share an index slot.

    Of 10,000 addresses, about three pairs share one of 2^24 slots: the tally counts a slot once, and the
    public count estimates the rest.
    """
    tally = cluster.store.number("SELECT coalesce(sum(count), 0) FROM signature_tally")
    shared = cluster.store.number("SELECT coalesce(sum(records - 1), 0) FROM seen")
    return {"records": cluster.store.number("SELECT count(*) FROM signature"), "ledger": tally + shared}


def manifest_of(cluster: Cluster) -> int:
    """The number of records in the newest signed manifest, asked of a machine that did not make it."""
    _status, text = cluster.machines[-1].get(f"{BASE}/manifest.json")
    return int(json.loads(text)["manifests"][-1]["records"])


def public_count(cluster: Cluster) -> int:
    """The count that the public sees, taken again now: it is late by up to a quarter of an hour on purpose."""
    first = cluster.machines[0]
    cluster.store.ask("DELETE FROM public_count")
    first.stop("server")
    waited(
        lambda: cluster.store.number("SELECT count(*) FROM public_count WHERE kind = 'signatures-2'") == 1,
        120,
    )
    first.start("server")
    first.becomes_well()
    return int(json.loads(first.get(f"{BASE}/count.json")[1])["total"])
