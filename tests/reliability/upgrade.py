"""A new version on two machines, one after the other, while people read and sign: nobody sees an error.

Nothing is tried again here: each request that fails is counted. The new version is a copy of this one with a
migration more, which the old one has to live with until its machine is upgraded, too.
"""

from __future__ import annotations

import http.client
import random
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from campaign.migrating import known
from tests.petition.conftest import links_of
from tests.reliability.machines import BASE
from tests.reliability.rig.backing import trusting
from tests.reliability.rig.cluster import SLUG, Cluster
from tests.reliability.rig.machine import Machine
from tests.reliability.rig.visitors import Answer, Crowd, Door, Schedule, Signer, Steps, token_of
from tests.tools import ROOT

PAGES = (f"/en/{SLUG}/", BASE, f"{BASE}/signatures", f"{BASE}/count.json", f"/en/{SLUG}/write", "/health")

#: What a version is made of.
_PARTS = ("campaign", "templates", "static", "seeds")

_MIGRATION = '''"""A column that the version before does not know."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{number}", "{before}", None, None


def upgrade() -> None:
    op.add_column("signature_tally", sa.Column("rig_note", sa.Text, nullable=True))


def downgrade() -> None:
    op.drop_column("signature_tally", "rig_note")
'''


def newer(folder: Path) -> Path:
    """This version with one migration more."""
    for part in _PARTS:
        shutil.copytree(ROOT / part, folder / part)
    before = known()[-1]
    number = f"{int(before) + 1:04}"
    path = folder / "campaign" / "migrations" / f"{number}_rig.py"
    path.write_text(_MIGRATION.format(number=number, before=before), encoding="utf-8")
    return folder


@dataclass
class Seen:
    """What visitors got, by kind of request and answer. `failed` are those that nobody may see."""

    asked: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, door: Door, source: str, path: str, body: dict[str, str] | None = None) -> Answer | None:
        """One request; None if it failed."""
        kind, begun = "GET" if body is None else "POST", time.monotonic()
        try:
            answer = door.ask(source, path, body)
            problem = str(answer.status) if answer.status >= 500 else ""
        except (OSError, http.client.HTTPException) as error:
            problem = type(error).__name__
        took = time.monotonic() - begun
        with self._lock:
            self.asked[kind] += 1
            self.slowest = max(self.slowest, took)
            if problem:
                self.failed[f"{kind} {problem}"] += 1
                return None
        return answer


@dataclass
class Upgraded:
    """How it went."""

    seen: Seen
    stopping: list[float]
    signed: int
    confirmed: int
    migrated: str
    old_refuses: bool
    records: int

    @property
    def holds(self) -> bool:
        return (
            not self.seen.failed
            and self.signed == self.confirmed == self.records > 0
            and bool(self.migrated)
            and self.old_refuses
        )

    def __str__(self) -> str:
        stops = " and ".join(f"{seconds:.1f} s" for seconds in self.stopping)
        return (
            f"rolling upgrade of two machines: {self.seen.asked['GET']:,} pages and {self.seen.asked['POST']:,} forms through "
            f"nginx, {self.seen.failed.total()} failed {dict(self.seen.failed) or ''}, the slowest answer {self.seen.slowest:.1f} s; "
            f"the machines stopped in {stops}; {self.signed} signed and {self.confirmed} confirmed, {self.records} records; "
            f"{self.migrated}; the old version then {'refuses' if self.old_refuses else 'DOES NOT REFUSE'} to start"
        )


def upgraded(cluster: Cluster, rate: float, chance: random.Random, quiet: float = 4.0) -> Upgraded:
    """Upgrade both machines under `rate` pages a second and people who sign; `quiet` seconds between the steps."""
    door, seen, over = Door(cluster.proxy, trusting(cluster.certificates)), Seen(), threading.Event()
    crowd = Crowd(door, cluster.relay, BASE, chance)
    schedule = Schedule(cluster.network, 16)
    for number in range(8):
        schedule.add(_reads(seen, door, f"10.190.{number}.1", rate / 8, over.is_set, chance))
    schedule.add(_arrive(seen, crowd, schedule, 1.0, over.is_set))
    visitors = threading.Thread(target=lambda: schedule.run(longest=1800))
    visitors.start()
    stops, migrated = [], ""
    try:
        tree = newer(cluster.folder / "newer")
        time.sleep(36)  # the first are about to send their forms
        for machine in cluster.machines:
            stops.append(machine.stop())
            machine.tree = tree
            migrated = migrated or machine.campaign("migrate").strip()
            machine.start()
            machine.becomes_well()
            time.sleep(quiet)
    finally:
        over.set()
        visitors.join()
    signed = sum(signer.acknowledged for signer in crowd.signers)
    confirmed = sum(signer.confirmed for signer in crowd.signers)
    records = cluster.store.number("SELECT count(*) FROM signature")
    return Upgraded(seen, stops, signed, confirmed, migrated, _refuses(cluster.machines[0]), records)


def _refuses(machine: Machine) -> bool:
    """Whether the version before says that the tables are newer."""
    machine.tree = ROOT
    try:
        machine.campaign("people", "list", "--campaign", SLUG)
    except RuntimeError as error:
        return "newer than this program" in str(error)
    return False


def _reads(
    seen: Seen, door: Door, source: str, rate: float, over: Callable[[], bool], chance: random.Random
) -> Steps:
    while not over():
        seen.ask(door, source, chance.choice(PAGES))
        yield chance.expovariate(rate)


def _arrive(seen: Seen, crowd: Crowd, schedule: Schedule, pause: float, over: Callable[[], bool]) -> Steps:
    """Somebody comes to sign every `pause` seconds."""
    number = 0
    while not over():
        schedule.add(_signs(seen, crowd, crowd.person(number)))
        number += 1
        yield pause


def _signs(seen: Seen, crowd: Crowd, signer: Signer) -> Steps:
    page = seen.ask(crowd.door, signer.source, BASE)
    if page is None:
        return
    typed = {
        "form_token": token_of(page.text),
        "name": signer.name,
        "email": signer.email,
        "country": "FR",
        "agree": "y",
    }
    yield 31.0
    answer = seen.ask(crowd.door, signer.source, BASE, typed)
    if answer is None:
        return
    signer.acknowledged = answer.status == 200
    while (mail := crowd.mail(signer.email)) is None:
        yield 0.5
    confirm, _withdraw = links_of(mail)
    page = seen.ask(crowd.door, signer.source, confirm)
    if page is not None:
        answer = seen.ask(crowd.door, signer.source, confirm, {"form_token": token_of(page.text)})
        signer.confirmed = answer is not None and answer.status == 303
