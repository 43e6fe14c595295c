"""Periods whose answers are not counted, such as days of a flood of false ones."""

from __future__ import annotations

from datetime import date

from campaign.messages import Message
from campaign.pack import fields
from campaign.pack.fields import record
from campaign.pack.values import Place, Words


@record()
class SetAside:
    """Days, both included, whose answers the table leaves out, and the reason that it gives."""

    key: str
    begins: date | None = fields.whole_day(Message("First day"), key="from")
    ends: date | None = fields.whole_day(Message("Last day"), key="to")
    reason: Words = fields.words(Message("Reason, which is shown"), needed=True, control="area")
    place: Place

    def has(self, day: date) -> bool:
        """Whether a day is in the period."""
        return self.begins is not None and self.ends is not None and self.begins <= day <= self.ends
