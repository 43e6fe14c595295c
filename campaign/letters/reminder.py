"""A calendar file that reminds a supporter to ask again, made with the letter. Nothing of it is kept.

For each office it has an event on the day after the last one for an answer, by the rule that the pack has of
it, or 30 days after the letter. It names the office and the day of the letter, and nobody else.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, timedelta

from flask_babel import gettext as _

from campaign import calendar_files, clock
from campaign.calendar_files import escaped, stamp
from campaign.languages.data import language as language_data
from campaign.languages.dates import long_date
from campaign.letters.deadlines import answered_by, ask_again_on, rule_of
from campaign.letters.letter import Choices
from campaign.pack.model import Addressee, Pack
from campaign.web import languages


def calendar(pack: Pack, choices: Choices, addresses: Mapping[str, str]) -> bytes:
    """An all-day event with an alarm for each office. `addresses`: where to ask it again, by its key."""
    events = (_event(pack.addressees[key], choices.day, address) for key, address in addresses.items())
    return calendar_files.calendar(events, "Reminder")


def _event(addressee: Addressee, day: date, address: str) -> list[str]:
    start = ask_again_on(addressee, day)
    summary = _("Has %(office)s answered your letter?", office=addressee.title[languages.current()])
    return [
        f"UID:{secrets.token_hex(16)}",
        f"DTSTAMP:{stamp(clock.now())}",
        f"DTSTART;VALUE=DATE:{start:%Y%m%d}",
        f"DTEND;VALUE=DATE:{start + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(summary)}",
        f"DESCRIPTION:{escaped(_note(addressee, day, address))}",
        f"URL:{address}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER;RELATED=START:PT9H",
        f"DESCRIPTION:{escaped(summary)}",
        "END:VALARM",
    ]


def _note(addressee: Addressee, day: date, address: str) -> str:
    """When the letter was written, until when there was time for an answer, and where to ask again."""
    rule, language = rule_of(addressee), languages.current()
    parts = [_("You wrote on %(day)s.", day=long_date(day, language))]
    if rule is not None:
        until = long_date(answered_by(rule, day), language)
        parts.append(_("The office had until %(until)s to answer, with ten days for the post.", until=until))
        parts.append(rule.law[language])
        if rule.checked_on is None:
            parts.append(_("Nobody has compared this rule with the law yet."))
    parts.append(_("If there is no answer, ask again: %(address)s", address=address))
    space = " " if language_data(language).line("text", "word-spaces") else ""
    return space.join(parts)
