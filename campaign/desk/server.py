"""Whether the server is well, for owners: the findings of `campaign doctor`, as they were found last."""

from __future__ import annotations

from flask import g
from flask.typing import ResponseReturnValue

from campaign import clock
from campaign.desk.access.session import settings
from campaign.desk.pages import Pages, page
from campaign.mail import worker
from campaign.messages import Message
from campaign.monitoring import record
from campaign.monitoring.checks import LABELS
from campaign.monitoring.findings import Finding, Level
from campaign.people.roles import Permission
from campaign.web.messages import translated

pages = Pages()

#: Seconds after which the last look is too old to be shown without a word about it.
OLD = 3 * 3600

#: How a finding is called, in words: nobody should have to see a colour.
NAMES = {
    Level.BAD: Message("Act now"),
    Level.WARNING: Message("To do"),
    Level.NOTE: Message("Note"),
    Level.GOOD: Message("In order"),
}

#: The look of each, as other states have it.
MARKS = {"bad": "mark-missing", "warning": "mark-awaiting", "note": "", "good": "mark-reviewed"}


@pages.page("/<slug>/server", Permission.SERVER)
def server() -> ResponseReturnValue:
    """What was found, the worst first; whether the worker that looks is active itself."""
    last = record.load(settings().data)
    findings = sorted(last.findings, key=lambda finding: -finding.level) if last else []
    return page(
        "desk/server.html",
        at_time=last.at if last else None,
        is_old=last is not None and (clock.now() - last.at).total_seconds() > OLD,
        rows=[(finding.level.key, *_words(finding)) for finding in findings],
        marks=MARKS,
        worker=worker.alive(settings()),
        slug=g.desk.slug,
    )


def _words(finding: Finding) -> tuple[str, str, str, str]:
    """A finding in the reader's language: its weight, what it is about, what was found, what to do."""
    # A finding that was stored by a newer program may be of a check that this one does not know.
    label = translated(LABELS[finding.check]) if finding.check in LABELS else finding.check
    advice = translated(finding.advice) if finding.advice and finding.is_alarm else ""
    return translated(NAMES[finding.level]), label, translated(finding.text), advice
