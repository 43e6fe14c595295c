"""Whether the form's answer takes the same time for a new, a pending and a signed mailbox. [56]"""

from __future__ import annotations

import random
import time
from typing import Any

from tests.desk.test_access import mann_whitney
from tests.petition.conftest import BASE, Petition

KINDS = ("new", "pending", "signed")


def samples(petition: Petition, many: int, chance: random.Random) -> dict[str, list[float]]:
    """Seconds for each kind, asked in turn in an order that chance makes."""
    confirm, _ = petition.signs(email="signed@example.org")
    petition.confirm(confirm)
    petition.browser().post(BASE, data=petition.typed(email="pendin@example.org"))
    boxes = {"pending": "pendin@example.org", "signed": "signed@example.org"}
    found: dict[str, list[float]] = {kind: [] for kind in KINDS}
    browser = petition.browser()
    for _ in range(many):
        for kind in chance.sample(KINDS, 3):
            typed: dict[str, Any] = petition.typed(
                email=boxes.get(kind, f"n{chance.randrange(10**5):05}@example.org")
            )
            begun = time.perf_counter()
            answer = browser.post(BASE, data=typed)
            found[kind].append(time.perf_counter() - begun)
            assert answer.status_code == 200
    return found


def judged(found: dict[str, list[float]]) -> dict[str, float]:
    """z of Mann-Whitney between each pair."""
    pairs = (("new", "pending"), ("new", "signed"), ("pending", "signed"))
    return {f"{one}/{other}": mann_whitney(found[one], found[other]) for one, other in pairs}
