"""Time zones by their names in the IANA database, such as Africa/Lagos."""

from __future__ import annotations

import re
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

UTC = ZoneInfo("UTC")

#: Region and city. Other names, such as `localtime`, differ between machines.
_NAME = re.compile(r"UTC|[A-Z][A-Za-z]*(/[A-Z][A-Za-z0-9_+-]*)+")


def named(name: str) -> ZoneInfo | None:
    """The time zone with this name; None if it does not exist."""
    if not _NAME.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """Every name, for a hint. It takes half a second, so it is read only when a name is unknown."""
    return frozenset(name for name in available_timezones() if _NAME.fullmatch(name))
