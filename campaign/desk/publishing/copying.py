"""A copy that is made in a process of its own: it takes a minute, and stops that process's clock."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import campaign
from campaign.settings import Settings
from campaign.site import copies
from campaign.site.copies import PublishedCopy
from campaign.web import languages
from campaign.web.open_edition import edition_cache

#: Seconds after which a copy is given up: a process that hangs must not hold back the next one.
PATIENCE = 1_800

#: Where Python finds this package.
_PACKAGES = Path(campaign.__file__).parent.parent


@dataclass(frozen=True, slots=True)
class CopyState:
    """Whether a copy is being made, or failed; the newest one; a language of the campaign to show it in."""

    running: bool
    failed: bool
    newest: PublishedCopy | None
    language: str


class Copier:
    """Makes the copies of one application's campaigns, one of each at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._running: dict[str, threading.Thread] = {}
        self._failed: set[str] = set()
        self.run: Callable[[str, Settings], bool] = made

    def begin(self, slug: str) -> threading.Thread:
        """Make a copy and let visitors download it, unless one is being made."""
        with self._lock:
            if not self.is_running(slug):
                self._failed.discard(slug)
                self._running[slug] = threading.Thread(target=self._make, args=(slug,), daemon=True)
                self._running[slug].start()
            return self._running[slug]

    def is_running(self, slug: str) -> bool:
        """Whether a copy is being made."""
        thread = self._running.get(slug)
        return thread is not None and thread.is_alive()

    def state(self, slug: str) -> CopyState:
        """How far the copy of a campaign is; its language is '' before the first edition."""
        edition = edition_cache().newest().get(slug)
        codes = edition.pack.languages if edition else ()
        own = languages.current()
        code = own if own in codes else next(iter(codes), "")
        return CopyState(self.is_running(slug), slug in self._failed, copies.newest(slug), code)

    def _make(self, slug: str) -> None:
        if not self.run(slug, self._settings):
            self._failed.add(slug)


def made(slug: str, settings: Settings) -> bool:
    """Run the command for a site; False if it failed. What goes wrong is in the server's log."""
    site = {"CAMPAIGN_DATA": str(settings.data), "CAMPAIGN_DATABASE_URL": settings.database_url}
    with TemporaryDirectory(prefix="copy-", dir=settings.data) as folder:
        out = str(Path(folder) / slug)
        command = [sys.executable, "-m", "campaign", "mirror", "make", out, "--campaign", slug, "--publish"]
        try:
            done = subprocess.run(  # noqa: S603
                command, cwd=_PACKAGES, env={**os.environ, **site}, check=False, timeout=PATIENCE,
                stdout=subprocess.DEVNULL,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            return False
    return done.returncode == 0
