"""Events that people can come to: letter evenings, stalls, a handing-over. Nobody signs up for them here."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from campaign.messages import Message
from campaign.pack import fields, time_zones
from campaign.pack.fields import record
from campaign.pack.values import Place, Words

#: What an event can be.
SORTS = frozenset({"letters", "stall", "hand-over", "other"})

#: A time of the day, as a file has it.
TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


@record()
class Meeting:
    """An event on a day, from one time to another in its time zone, at a place.

    `time_zone` is the name of a zone, '' for that of the campaign. `cancelled` says why it does not take
    place.
    """

    key: str
    title: Words = fields.words(Message("Title"), needed=True)
    what: str = fields.choice(SORTS, "other", Message("What it is"), offered="meeting")
    day: date | None = fields.whole_day(Message("Day"), needed=True)
    begins: str = fields.text(Message("Begins at"), key="from", hint=Message("A time such as 18:30."))
    ends: str = fields.text(Message("Ends at"), key="to", hint=Message("A time such as 18:30."))
    time_zone: str = fields.text(Message("Time zone, if not that of the campaign"))
    where: Words = fields.words(Message("Where: name of the place and address"), needed=True)
    about: Words = fields.words(Message("About the event, in a few sentences"), control="area")
    cancelled: Words = fields.words(Message("Cancelled, and why"), control="area")
    place: Place

    def zone(self, campaign: ZoneInfo) -> ZoneInfo:
        """The time zone of its times."""
        return time_zones.named(self.time_zone) or campaign if self.time_zone else campaign

    def start(self, campaign: ZoneInfo) -> datetime | None:
        """When it begins (UTC); None for an event of a whole day."""
        return self._at(self.begins, campaign)

    def end(self, campaign: ZoneInfo) -> datetime | None:
        """When it ends (UTC); None if that is not known."""
        return self._at(self.ends, campaign)

    def _at(self, text: str, campaign: ZoneInfo) -> datetime | None:
        match = TIME.fullmatch(text)
        if match is None or self.day is None:
            return None
        at = datetime.combine(self.day, time(int(match[1]), int(match[2])), self.zone(campaign))
        return at.astimezone(UTC)

    @property
    def is_cancelled(self) -> bool:
        """Whether it does not take place."""
        return any(self.cancelled.values())
