"""Everything that is checked before a process starts, so that all problems are shown at once."""

from __future__ import annotations

from campaign import safe_start
from campaign.settings import Settings, read
from campaign.web import catalogues


def checked_settings(workers: int = 1) -> Settings:
    """The settings of a process that may start. Compiles translations that are missing or outdated.

    Raises SettingsError with a line for each problem: of the settings and, in production, of several
    `workers` that count requests apart and of translations that could not be compiled.
    """
    outdated = catalogues.compile_outdated()
    return read(more=lambda redis_url: [*safe_start.workers(workers, redis_url), *outdated])
