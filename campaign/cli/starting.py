"""Everything that is checked before a process starts, so that all problems are shown at once."""

from __future__ import annotations

from campaign import safe_start
from campaign.languages import catalogues
from campaign.setting_values import SettingsError
from campaign.settings import Settings, no_site, read


def checked_settings(workers: int = 1, new: bool = True) -> Settings:
    """The settings of a process that may start. Compiles translations that are missing or outdated.

    Unless it may make a `new` site, there must be one where the settings say. Raises SettingsError with a
    line for each problem: of the settings and, in production, of several `workers` that count requests
    apart and of translations that could not be compiled.
    """
    outdated = catalogues.compile_outdated()

    def more(redis_url: str) -> list[str]:
        return [*safe_start.workers(workers, redis_url), *outdated]

    if not new and (line := no_site()):
        read(more=more, make=False)  # what is wrong comes first
        raise SettingsError(line)
    return read(more=more)
