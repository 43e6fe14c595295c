"""What every page says on a site to try things out, so that nobody takes it for a real one."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask_babel import gettext as _

from campaign.services import service
from campaign.signatures.trial_keys import TrialKind


def _real() -> TrialKind | None:
    return None


class Trials:
    """Asks the petitions, which know their keys, what this site is for."""

    def __init__(self) -> None:
        self.kind: Callable[[], TrialKind | None] = _real

    @property
    def mark(self) -> int:
        """A number that differs if the note on every page does."""
        kind = self.kind()
        return 0 if kind is None else 1 + list(TrialKind).index(kind)


def init(app: Flask) -> None:
    """Give the note to every template."""
    app.jinja_env.globals["trial_note"] = trial_note


def trial_note() -> str:
    """What a page says at its top; '' on a real site."""
    kind = service(Trials).kind()
    if kind is TrialKind.DEMONSTRATION:
        return str(_("This is a demonstration. People, numbers and answers are invented."))
    if kind is TrialKind.TRIAL:
        return str(_("This is a trial. Use invented names: anybody can open them, and nothing counts."))
    return ""
