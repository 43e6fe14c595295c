"""Checks of this machine: settings, catalogues, disk, clock, budgets' store, requests that fail."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

from campaign import clock, settings
from campaign.languages import catalogues
from campaign.messages import Message, Plural, verbatim
from campaign.monitoring.findings import Finding, Level
from campaign.monitoring.surroundings import Surroundings
from campaign.services import service
from campaign.web.forwarding import ForwardedRequests

#: Below this share of the disk, in per cent, somebody has to act.
LEAST_FREE = 10

#: Seconds that a clock may differ: the time steps of code generators are 30 s (RFC 6238).
MOST_WRONG = 30

#: Of so many requests or more, this share in per cent may be answered with an error (5xx).
FEW_REQUESTS, MOST_ERRORS = 50, 1

#: systemd-timesyncd makes this file once the clock is right.
SYNCHRONISED = Path("/run/systemd/timesync/synchronized")

_UNSYNCHRONISED = 0x0040  # STA_UNSYNC in timex.h


def of_settings(here: Surroundings) -> Iterator[Finding]:
    """Every line about the settings, misspelt names included."""
    lines = settings.problems(here.environment)
    advice = Message("Correct the file with the settings, and restart the server.")
    for line in lines:
        # The line is English: it names variables, as the operator's handbook does.
        yield Finding("settings", Level.BAD, verbatim(line), advice)
    if not lines:
        yield Finding("settings", Level.GOOD, Message("Every setting is understood."))


def of_catalogues(_here: Surroundings) -> Iterator[Finding]:
    """Translations that a page would show in English."""
    outdated = catalogues.outdated()
    if outdated:
        text = Message("Translations are missing or outdated: %(languages)s.", languages=", ".join(outdated))
        advice = Message("Install the program again, or start the server once as the owner of its folder.")
        yield Finding("catalogues", Level.BAD, text, advice)
    else:
        yield Finding("catalogues", Level.GOOD, Message("Every translation is in place."))


def of_disk(here: Surroundings) -> Iterator[Finding]:
    """The disk with the data, and the one with the keys in memory."""
    space = here.space(here.settings.data)
    share = 100 * space.free // max(space.total, 1)
    text = Message(
        "%(share)s%% of the disk is free: %(size)s MB.",
        share=share,
        size=space.free // 1_000_000,
    )
    if share < LEAST_FREE:
        advice = Message("Make room now. When the disk is full, nobody can sign.")
        yield Finding("disk", Level.BAD, text, advice)
    else:
        yield Finding("disk", Level.GOOD, text)


def of_clock(here: Surroundings) -> Iterator[Finding]:
    """The clock against the Date of an address over TLS; without one, what the system says of it."""
    advice = Message("Switch on time synchronisation: timedatectl set-ntp true")
    url = here.settings.clock_url
    if not url:
        yield _by_the_system(advice)
        return
    try:
        date = here.network.get(url).headers["date"]
        difference = round(clock.seconds() - parsedate_to_datetime(date).timestamp())
    except (OSError, LookupError, ValueError) as error:
        text = Message("The time could not be asked: %(reason)s.", reason=type(error).__name__)
        yield Finding("clock", Level.NOTE, text, Message("Check CAMPAIGN_CLOCK_URL."))
        return
    if abs(difference) > MOST_WRONG:
        text = Plural(
            "The clock is %(num)s second wrong.", "The clock is %(num)s seconds wrong.", abs(difference)
        )
        yield Finding("clock", Level.BAD, text, advice)
    else:
        yield Finding("clock", Level.GOOD, Message("The clock is right."))


def _by_the_system(advice: Message) -> Finding:
    if SYNCHRONISED.exists() or is_synchronised():
        return Finding("clock", Level.GOOD, Message("The clock is right."))
    return Finding("clock", Level.WARNING, Message("Nothing says that the clock is right."), advice)


def is_synchronised() -> bool:
    """Whether the kernel says that its clock is synchronised (adjtimex); False if it may not be asked."""
    try:
        timex = (ctypes.c_long * 64)()  # larger than struct timex; modes = 0 only reads
        state = ctypes.CDLL(None).adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):
        return False
    # modes (int, padded), offset, freq, maxerror, esterror, then the int status.
    return state >= 0 and not timex[5] & _UNSYNCHRONISED


def of_budgets(here: Surroundings) -> Iterator[Finding]:
    """Redis, where it is set."""
    if not here.settings.redis_url:
        text = Message("Request budgets are counted in the server’s memory: that suits one process.")
        yield Finding("redis", Level.GOOD, text)
        return
    # Only where it is used: it would add 80 ms to every other start.
    from redis import Redis, RedisError

    try:
        with Redis.from_url(here.settings.redis_url, socket_timeout=2, socket_connect_timeout=2) as store:
            store.ping()
    except (RedisError, OSError):
        text = Message("Redis does not answer: each process counts requests by itself.")
        yield Finding("redis", Level.BAD, text, Message("Start Redis, and check CAMPAIGN_REDIS_URL."))
    else:
        yield Finding("redis", Level.GOOD, Message("Redis answers."))


def of_hops(here: Surroundings) -> Iterator[Finding]:
    """A proxy in front of the server that no setting names."""
    if service(ForwardedRequests, here.app).seen:
        text = Message("A proxy is in front, but CAMPAIGN_TRUSTED_HOPS is 0: visitors share one budget.")
        advice = Message("Set it to the number of proxies, and restart the server.")
        yield Finding("hops", Level.BAD, text, advice)
    else:
        yield Finding("hops", Level.GOOD, Message("The setting for proxies fits what was seen."))


def of_answers(here: Surroundings) -> Iterator[Finding]:
    """The share of requests that were answered with an error since the last look."""
    total, failed = here.answers
    if total >= FEW_REQUESTS and failed * 100 > total * MOST_ERRORS:
        text = Message(
            "Since the last look, %(failed)s of %(total)s requests were answered with an error (5xx).",
            failed=failed,
            total=total,
        )
        yield Finding("answers", Level.BAD, text, Message("Look into the log: journalctl -u campaign"))
    else:
        yield Finding("answers", Level.GOOD, Message("Requests are answered."))
