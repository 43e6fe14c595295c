"""By when an office has to answer a letter, by its law: an estimate, since nobody knows when it arrived."""

from __future__ import annotations

from datetime import date, timedelta

from campaign.pack.model import Addressee
from campaign.pack.model.addressees import AnswerRule

#: Days that a letter is expected to travel: the time for an answer runs from its arrival.
TRAVEL = timedelta(days=10)

#: Days after which somebody may ask again where no rule is known.
WAIT = timedelta(days=30)

#: The first day of the weekend, as `date.weekday` counts: Saturday.
_SATURDAY = 5


def answered_by(rule: AnswerRule, day: date) -> date:
    """The last day for an answer to a letter of a day. Public holidays are not known, so it may be later."""
    arrived = day + TRAVEL
    if not rule.working:
        return arrived + timedelta(days=rule.days)
    weeks, rest = divmod(rule.days, _SATURDAY)
    last = _working_day(arrived) + timedelta(weeks=weeks)
    for _day in range(rest):
        last = _next_working_day(last)
    return last


def _working_day(day: date) -> date:
    """The day, or the Friday before: what arrives on a weekend is counted from Monday."""
    return day - timedelta(days=max(day.weekday() - _SATURDAY + 1, 0))


def _next_working_day(day: date) -> date:
    following = day + timedelta(days=1)
    return (
        following if following.weekday() < _SATURDAY else following + timedelta(days=7 - following.weekday())
    )


def rule_of(addressee: Addressee) -> AnswerRule | None:
    """Its rule on answering; None if the pack knows of none."""
    return addressee.answer if addressee.answer is not None and addressee.answer.days else None


def ask_again_on(addressee: Addressee, day: date) -> date:
    """The first day on which somebody who had no answer to a letter of a day may ask again."""
    rule = rule_of(addressee)
    return answered_by(rule, day) + timedelta(days=1) if rule else day + WAIT
