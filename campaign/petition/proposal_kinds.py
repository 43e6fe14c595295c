"""The changes that one person can't make alone, and how long they wait."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

#: How long everybody has to object where there is no second owner, and when a proposal lapses.
WAIT, LAPSES = timedelta(hours=72), timedelta(days=14)

#: The states of a proposal.
OPEN, DONE, STOPPED = "open", "done", "stopped"


#: Characters of what a change holds, as JSON.
MOST_PAYLOAD = 10_000


class ProposalKind(StrEnum):
    """What is proposed. The values are in the database: they never change."""

    KEY = "key"
    OWNER = "invite owner"
    ROLE = "change role"
    REMOVAL = "remove"
    CAMPAIGN = "remove campaign"
