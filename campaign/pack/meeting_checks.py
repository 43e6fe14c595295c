"""What is wrong with events: days, times and time zones that are none, ends before beginnings."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.messages import Message
from campaign.pack import time_zones
from campaign.pack.findings import INCOMPLETE, Finding, did_you_mean
from campaign.pack.model import Meeting, Pack
from campaign.pack.model.meetings import TIME


def findings(pack: Pack) -> Iterator[Finding]:
    """Every error about the events of a pack."""
    for meeting in pack.meetings:
        yield from _times(pack, meeting)
        if meeting.time_zone and time_zones.named(meeting.time_zone) is None:
            text = Message("Unknown time zone “%(name)s”.", name=meeting.time_zone)
            yield _error(meeting, text.with_hint(did_you_mean(meeting.time_zone, time_zones.names())))


def _times(pack: Pack, meeting: Meeting) -> Iterator[Finding]:
    if meeting.day is None:
        yield _error(meeting, Message("“%(key)s” is missing.", key="day"))
    for text in filter(None, (meeting.begins, meeting.ends)):
        if not TIME.fullmatch(text):
            yield _error(meeting, Message("“%(text)s” is not a time like 18:30.", text=text))
    start, end = meeting.start(pack.time_zone), meeting.end(pack.time_zone)
    if start and end and end <= start:
        yield _error(meeting, Message("“%(key)s” ends before it begins.", key=meeting.key))


def _error(meeting: Meeting, text: Message) -> Finding:
    return Finding(meeting.place.path, meeting.place.line, "error", text, kind=INCOMPLETE)
