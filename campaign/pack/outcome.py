"""Whether a campaign is over, and how it ended: as its organisers say, or by its demands and its days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from campaign.languages.dates import Day
from campaign.pack.model import Pack
from campaign.pack.values import Prose


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a campaign ended: `met` or closed, on which day if that is known, and the organisers' text."""

    met: bool
    date: Day | None
    text: Mapping[str, Prose] = field(default_factory=dict)


def outcome(pack: Pack, today: date) -> Outcome | None:
    """How the campaign ended; None while it goes on.

    It is over when its organisers say so, when all its demands are met, or when its petition has closed.
    """
    if finish := pack.finished:
        return Outcome(finish.how == "met", finish.date, finish.text)
    if met_on := _all_met_on(pack):
        return Outcome(True, met_on)
    closes = pack.terms.closes
    if pack.petition and closes and today > closes:
        return Outcome(False, Day(closes.year, closes.month, closes.day))
    return None


def chosen_by_default(pack: Pack, today: date) -> tuple[str, ...]:
    """The demands that a letter asks unless its writer chooses: none of a campaign that is over."""
    return () if outcome(pack, today) else pack.asked_demands()


def _all_met_on(pack: Pack) -> Day | None:
    """The day on which the last of the demands was met; None if one of them is not.

    Demands that were dropped count for nothing.
    """
    states = [demand.state for demand in pack.demands.values()]
    meanings = {state.state.meaning if state else "open" for state in states}
    if "met" not in meanings or not meanings <= {"met", "dropped"}:
        return None
    return max(state.date for state in states if state and state.state.meaning == "met")
