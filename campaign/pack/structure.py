"""Whether the parts of a campaign fit together: each may be missing, but none without what it needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from campaign.messages import Message
from campaign.pack.findings import INCOMPLETE, Finding
from campaign.pack.model import Pack
from campaign.pack.model.pack import AT_RISK
from campaign.pack.outcome import outcome
from campaign.pack.schema import named

_CAMPAIGN, _PETITION = "campaign.yaml", "petition.yaml"


def findings(pack: Pack, today: date) -> Iterator[Finding]:
    """What is missing because something else is there, and a campaign in which nobody can do anything."""
    yield from _petition(pack, today)
    if pack.countries_at_risk and AT_RISK not in pack.pages:
        text = Message(
            "The page “%(page)s” is missing: it tells supporters from %(countries)s what they risk.",
            page=AT_RISK,
            countries=", ".join(pack.countries_at_risk),
        )
        yield _error(_CAMPAIGN, text)
    if pack.picture and not pack.picture_note:
        yield _error(_CAMPAIGN, Message("“%(key)s” is missing.", key=named(Pack, "picture-note")))
    for period in pack.set_aside:
        if period.begins is None or period.ends is None or period.begins > period.ends:
            text = Message("“%(key)s” needs a first day and, not before it, a last day.", key=period.key)
            yield Finding(period.place.path, period.place.line, "error", text, kind=INCOMPLETE)
    if not (pack.has_letters or pack.petition or pack.finished):
        text = Message("Nobody can do anything: there is neither an addressee to write to nor a petition.")
        yield Finding(_CAMPAIGN, 1, "warning", text)


def _petition(pack: Pack, today: date) -> Iterator[Finding]:
    """Terms of a petition that there is not; a petition that is over before it closes."""
    terms = pack.terms
    over = pack.petition and outcome(pack, today) and not (terms.closes and today > terms.closes)
    if over and not pack.finished:
        text = Message("Every demand is met, so the campaign is over: nobody can sign or is asked to write.")
        yield Finding(_CAMPAIGN, 1, "warning", text)
    if not pack.petition and any(
        (terms.opens, terms.closes, terms.erase_on, terms.milestones, terms.events, terms.extra_fields)
    ):
        text = Message("There is no petition: write its text, petition.%(language)s.md, or remove this file.",
                       language=pack.languages[0])  # fmt: skip
        yield _error(_PETITION, text)


def _error(path: str, text: Message) -> Finding:
    """An error that prevents publication. A draft with it can be saved: one part follows the other."""
    return Finding(path, 1, "error", text, kind=INCOMPLETE)
