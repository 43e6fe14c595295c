"""How often somebody may try to sign in or to prove who they are."""

from __future__ import annotations

from campaign.services import service
from campaign.web import limits
from campaign.web.limits import Budgets

#: Tries to sign in or to prove oneself, for one name.
TRIES = ("5 per 5 minutes", "20 per hour")
TRIES_OF_PREFIX = "10 per 5 minutes"
TRIES_OF_ALL = "1000 per 5 minutes"


def tries_left(kind: str, name: str) -> bool:
    """Whether somebody of that name may try once more; attempts are slowed down, never blocked for good."""
    budgets: limits.Budgets = service(Budgets)
    left = [budgets.spend_named(kind, budget, name) for budget in TRIES]  # each is spent, always
    return all(left)
