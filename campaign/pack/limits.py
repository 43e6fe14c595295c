"""What a pack may ask of a server and of its readers: figures to compare, and pages of bounded size."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.messages import Message
from campaign.pack.findings import HEAVY, Finding, Level
from campaign.pack.model import Fact, Pack
from campaign.pack.page_sizes import PageSize, page_sizes

#: Bytes of a page above which it is slow to load, and above which it is not published.
PAGE_BYTES, MOST_PAGE_BYTES = 120_000, 1_000_000


def findings(pack: Pack) -> Iterator[Finding]:
    """Figures that can't be compared, and large pages."""
    yield from _comparisons(pack)
    yield from _pages(pack)


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
