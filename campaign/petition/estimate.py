"""How many people signed, though some share a slot of the index with a stranger.

A signature whose slot is taken is not counted until trustees decide: it may be a second one of the same
person. Most are, while a petition is small. With a million signatures 29,000 are not, with six million
956,000. The server cannot tell which ones, but it knows how many: n different e-mail addresses fill
m(1 − e^(−n/m)) of m slots on average, so from the filled slots follows n = −m·ln(1 − filled/m).
This is linear counting (Whang, Vander-Zanden, Taylor: A linear-time probabilistic counting algorithm
for database applications, ACM TODS 15(2), 1990). Its standard error is √(m(e^t − t − 1))/n with t = n/m:
0.02 % from a thousand people to ten million.

With fewer than 2^23 slots that error is above 0.02 %, so the index has 2^24 for petitions of every size:

    bits | error at 10^4 people | wrong addresses among 12 million that seem to have signed, at 10^4 people
    18   | 0.14 %               | 450,000
    20   | 0.07 %               | 114,000
    22   | 0.03 %               |  29,000
    24   | 0.02 %               |   7,200
"""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Slots of the index: see index.py.
SLOTS = 1 << 24

#: How the estimate is named in the manifest.
METHOD = "linear counting, 2^24 slots"


@dataclass(frozen=True, slots=True)
class IndexTotals:
    """Sums of a campaign: `counted` signatures; those that are `waiting` for trustees' decision.

    `sharing`: records beyond the first in their slot, waiting or settled. `beside`: filled slots minus
    counted signatures, which differ once trustees have decided.
    """

    counted: int = 0
    waiting: int = 0
    sharing: int = 0
    beside: int = 0

    @property
    def slots(self) -> int:
        """How many slots are filled."""
        return max(self.counted + self.beside, 0)

    @property
    def share(self) -> float:
        """The share of the waiting signatures that are probably of people who signed once, 0 to 1."""
        if self.waiting <= 0 or self.sharing <= 0:
            return 0.0
        hidden = people(self.slots) - self.slots
        return min(hidden / max(self.sharing, self.waiting), 1.0)

    @property
    def total(self) -> int:
        """The number of people, rounded; exact where no slot is shared."""
        return max(self.counted, 0) + round(self.share * max(self.waiting, 0))


def people(slots: int) -> float:
    """How many different e-mail addresses fill so many slots, by linear counting."""
    filled = min(max(slots, 0), SLOTS - 1)
    return -SLOTS * math.log1p(-filled / SLOTS)
