"""Events that people can come to: the page, calendar files, a feed, and a poster for each. No sign-up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, Response, abort, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign import calendar_files, clock
from campaign.calendar_files import escaped, stamp
from campaign.database import db
from campaign.languages.dates import long_date
from campaign.languages.numbers import in_own_digits
from campaign.languages.typography import listed
from campaign.pack.model import Meeting, Pack
from campaign.paper import kits
from campaign.paper.kits import Kit
from campaign.photographs import photo_store
from campaign.web import budgets, copies, languages, limits, offers
from campaign.web.addresses import page_address
from campaign.web.domains import campaign_base
from campaign.web.open_edition import open_edition
from campaign.web.public_pages import CACHE, PublicPages

blueprint = Blueprint("events", __name__)

public = PublicPages(blueprint)


def upcoming(pack: Pack, today: date) -> tuple[list[Meeting], list[Meeting]]:
    """The events from a day on, the next one first; and those before it, the newest first."""
    dated = sorted((one for one in pack.meetings if one.day), key=lambda one: (str(one.day), one.begins))
    past = [one for one in dated if one.day and one.day < today]
    return dated[len(past) :], past[::-1]


@public.page("/events", version=lambda: clock.today(g.edition.pack.time_zone).toordinal())
def events() -> str:
    """Letter evenings, stalls and handings-over, with place and time."""
    offers.need("events")
    pack: Pack = g.edition.pack
    coming, past = upcoming(pack, clock.today(pack.time_zone))
    return render_template("site/events.html", coming=coming, past=past, when=when)


def when(meeting: Meeting) -> str:
    """Day and times in words, with the time zone: who reads may be elsewhere."""
    language = languages.current()
    day, times = _day_and_times(meeting)
    zone = str(meeting.zone(g.edition.pack.time_zone)) if times else ""
    return listed([text for text in (day, f"{times} ({zone})" if times else "") if text], language)


def _day_and_times(meeting: Meeting) -> tuple[str, str]:
    """The day and the times in words; '' for what is not given."""
    language = languages.current()
    times = "–".join(in_own_digits(text, language) for text in (meeting.begins, meeting.ends) if text)
    return long_date(meeting.day, language) if meeting.day else "", times


@blueprint.get("/<language>/<slug>/events.ics")
def calendar(language: str, slug: str) -> ResponseReturnValue:
    """All events as a calendar to subscribe to."""
    open_edition(language, slug)
    offers.need("events")
    return _file(_calendar(g.edition.pack.meetings), "events", calendar_files.MIME, "ics")


@blueprint.get("/<language>/<slug>/events/<key>.ics")
def event_calendar(language: str, slug: str, key: str) -> ResponseReturnValue:
    """One event for a calendar."""
    open_edition(language, slug)
    return _file(_calendar([_meeting(key)]), f"event-{key}", calendar_files.MIME, "ics")


@blueprint.get("/<language>/<slug>/events.atom")
def feed(language: str, slug: str) -> ResponseReturnValue:
    """The events as an Atom feed (RFC 4287)."""
    open_edition(language, slug)
    offers.need("events")
    coming, _past = upcoming(g.edition.pack, date.min)
    page = render_template(
        "site/events.xml", base=campaign_base(slug), at=g.edition.at, meetings=coming, when=when
    )
    response = make_response(page)
    response.mimetype = "application/atom+xml"
    return _cached(response)


@blueprint.get("/<language>/<slug>/events/<key>/poster.pdf")
@limits.limited(budgets.FILES)
def poster(language: str, slug: str, key: str) -> ResponseReturnValue:
    """A poster (A3) for an event."""
    open_edition(language, slug)
    pack, meeting = g.edition.pack, _meeting(key)
    site = campaign_base(slug) + page_address("events.events")
    images = photo_store.pictures(db.session, pack.slug, pack.images)
    kit = Kit(languages.current(), site, b"", copies.edition_in_print(), clock.today(pack.time_zone), images)
    # It hangs where the event is, so that nobody needs the time zone.
    when_and_where = [text for text in (*_day_and_times(meeting), meeting.where[language]) if text]
    body = kits.event_poster(pack, kit, meeting.title[language], when_and_where, meeting.about[language])
    return _file(body, f"poster-{key}", "application/pdf", "pdf")


def _meeting(key: str) -> Meeting:
    pack: Pack = g.edition.pack
    found = next((one for one in pack.meetings if one.key == key), None)
    if found is None:
        abort(404)
    return found


def _calendar(meetings: tuple[Meeting, ...] | list[Meeting]) -> bytes:
    return calendar_files.calendar((_event(one) for one in meetings if one.day), "Events")


def _event(meeting: Meeting) -> Iterator[str]:
    pack, language = g.edition.pack, languages.current()
    address = campaign_base(pack.slug) + page_address("events.events")
    yield f"UID:{pack.slug}-{meeting.key}@campaign"
    yield f"DTSTAMP:{stamp(g.edition.at)}"
    yield f"SEQUENCE:{g.edition.number}"
    yield from _times(meeting)
    yield f"SUMMARY:{escaped(meeting.title[language])}"
    yield f"LOCATION:{escaped(meeting.where[language])}"
    if meeting.about[language]:
        yield f"DESCRIPTION:{escaped(meeting.about[language])}"
    yield f"STATUS:{'CANCELLED' if meeting.is_cancelled else 'CONFIRMED'}"
    yield f"URL:{address}"


def _times(meeting: Meeting) -> Iterator[str]:
    """Beginning and end in UTC, which every calendar shows in its own time zone; or the whole day."""
    zone = g.edition.pack.time_zone
    start, end = meeting.start(zone), meeting.end(zone)
    if start is None and meeting.day is not None:
        yield f"DTSTART;VALUE=DATE:{meeting.day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{meeting.day + timedelta(days=1):%Y%m%d}"
        return
    yield f"DTSTART:{stamp(start or datetime.min.replace(tzinfo=UTC))}"
    if end is not None:
        yield f"DTEND:{stamp(end)}"


def _file(body: bytes, name: str, mime: str, suffix: str) -> Response:
    response = make_response(body)
    response.headers["Content-Type"] = mime
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{suffix}"'
    return _cached(response)


def _cached(response: Response) -> Response:
    response.headers["Cache-Control"] = CACHE
    response.add_etag()
    response.make_conditional(request)
    return response


def title_of(meeting: Meeting) -> str:
    """What kind of event it is, in words."""
    words = {"letters": _("Letter evening"), "stall": _("Stall"), "hand-over": _("Handing-over")}
    return str(words.get(meeting.what, ""))
