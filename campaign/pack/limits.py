"""What a pack may ask of a server and of its readers: pictures to a scale, and pages of bounded size."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.messages import Message
from campaign.pack.findings import HEAVY, Finding, Level
from campaign.pack.model import Fact, Pack
from campaign.pack.page_sizes import PageSize, page_sizes
from campaign.pack.pictures import MOST_ON_PAGE, marks

#: Bytes of a page above which it is slow to load, and above which it is not published.
PAGE_BYTES, MOST_PAGE_BYTES = 120_000, 1_000_000


def findings(pack: Pack) -> Iterator[Finding]:
    """Figures that can't be drawn or compared, pictures to a scale, and large pages."""
    yield from _picture(pack)
    yield from _comparisons(pack)
    yield from _pages(pack)


def _picture(pack: Pack) -> Iterator[Finding]:
    whole, part = (pack.facts[key] for key in pack.picture)
    for fact in dict.fromkeys((whole.key, part.key)):
        value = pack.facts[fact].value
        if value is not None and (value < 0 or value % 1):
            yield _about(
                pack.facts[fact],
                Message("“%(key)s” is drawn in the picture: its value must be a whole number.", key=fact),
            )
    if (whole.value or 0) < (part.value or 0):
        values = {"part": part.key, "whole": whole.key}
        larger = Message("“%(part)s” is drawn as a part of “%(whole)s”, so it can’t be larger.", **values)
        yield _about(part, larger)
    elif (scale := marks(pack, MOST_ON_PAGE).scale) > 1:
        message = Message(
            "The picture of “%(key)s” has one mark for %(scale)s: more than %(most)s marks are too many.",
            key=whole.key,
            scale=scale,
            most=MOST_ON_PAGE,
        )
        yield Finding(whole.place.path, whole.place.line, "warning", message, kind=HEAVY)


def _comparisons(pack: Pack) -> Iterator[Finding]:
    for fact in pack.facts.values():
        if fact.compare and fact.value is None:
            needs = Message("“%(key)s” is compared with other figures, so it needs a value.", key=fact.key)
            yield _about(fact, needs)


def _about(fact: Fact, message: Message) -> Finding:
    return Finding(fact.place.path, fact.place.line, "error", message)


def _pages(pack: Pack) -> Iterator[Finding]:
    """Each page that is too large, in the language in which it is largest."""
    largest: dict[str, PageSize] = {}
    for page in page_sizes(pack):
        if page.page not in largest or page.size > largest[page.page].size:
            largest[page.page] = page
    for page in largest.values():
        if page.size > PAGE_BYTES:
            message = Message(
                "The page “%(page)s” has up to %(size)s KB in “%(language)s”; %(most)s KB are enough "
                "for a slow connection. Shorten its texts, or have fewer items.",
                page=page.page,
                size=page.size // 1_000,
                language=page.language,
                most=PAGE_BYTES // 1_000,
            )
            level: Level = "error" if page.size > MOST_PAGE_BYTES else "warning"
            yield Finding("campaign.yaml", 1, level, message, kind=HEAVY)
