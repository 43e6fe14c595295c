"""The changes that one person can't make alone."""

from __future__ import annotations

from enum import StrEnum


class ProposalKind(StrEnum):
    """What is proposed. The values are in the database: they never change."""

    KEY = "key"
    OWNER = "invite owner"
    ROLE = "change role"
    REMOVAL = "remove"
