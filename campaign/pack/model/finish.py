"""That a campaign has ended, as its organisers say it, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping

from campaign.languages.dates import Day
from campaign.messages import Message
from campaign.pack import fields
from campaign.pack.fields import record
from campaign.pack.values import Prose

#: How a campaign can end: its demands were met, or it was closed for another reason.
ENDS = ("met", "closed")


@record()
class Finish:
    """How a campaign ended, on which day, and what came of it in a few sentences."""

    how: str = fields.choice(ENDS, "closed", Message("The campaign has ended"), offered="end")
    date: Day | None = fields.day(Message("It ended on"))
    text: Mapping[str, Prose] = fields.prose(Message("What came of it, in a few sentences"))
