"""Which name stands on which page: reckoned once, so that pages can be set by several processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from campaign.trustees.book.collecting import Entry

#: Lines of a page: a row takes one, a long name two or three, a country's heading some.
LINES = {"a4": 46, "us-letter": 42}
HEADING = 3

#: Signs that surely stand on one line of the name's column, and of the town's.
NAME_SIGNS, PLACE_SIGNS = 42, 24


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its number in the whole book, its volume, the first and last name on it."""

    number: int
    volume: int
    first: int
    last: int

    @property
    def names(self) -> int:
        """How many names stand on it."""
        return self.last - self.first + 1


@dataclass(slots=True)
class Plan:
    """All pages, and where each country begins: (country, names, volume, page)."""

    pages: list[Page] = field(default_factory=list)
    countries: list[tuple[str, int, int, int]] = field(default_factory=list)

    @property
    def volumes(self) -> int:
        return self.pages[-1].volume if self.pages else 0

    def of(self, volume: int) -> list[Page]:
        """The pages of one volume."""
        return [page for page in self.pages if page.volume == volume]


def plan(entries: Iterable[Entry], paper: str, names: int) -> Plan:
    """Put names on pages; a volume ends after so many names."""
    found, most = Plan(), LINES[paper]
    used, first, country = 0, 1, ""
    last = 0
    for entry in entries:
        # Each volume begins with a page of its own that has no names.
        lines = lines_of(entry) + (HEADING if entry.country != country or not used else 0)
        full = used + lines > most
        over = last > 0 and last % names == 0
        if used and (full or over):
            found.pages.append(Page(_number(found, names, last), (last - 1) // names + 1, first, last))
            used, first = 0, entry.number
            lines = lines_of(entry) + HEADING
        used += lines
        last = entry.number
        if entry.country != country:
            country = entry.country
            volume = (last - 1) // names + 1
            found.countries.append((country, 0, volume, _number(found, names, last)))
        code, count, volume, number = found.countries[-1]
        found.countries[-1] = (code, count + 1, volume, number)
    if used:
        found.pages.append(Page(_number(found, names, last), (last - 1) // names + 1, first, last))
    return found


def _number(found: Plan, names: int, last: int) -> int:
    """The page that comes next; each volume's title page has a number, too."""
    return len(found.pages) + (last - 1) // names + 2


def lines_of(entry: Entry) -> int:
    """Lines that a name surely has room in."""
    name, place = -(-_width(entry.name) // NAME_SIGNS), -(-_width(entry.place) // PLACE_SIGNS)
    return max(name, place, 1)


def _width(text: str) -> int:
    """Signs, those of wide scripts twice."""
    return sum(2 if ord(sign) > 0x1100 and not 0x1E00 <= ord(sign) < 0x2100 else 1 for sign in text)


def chunks(pages: list[Page], size: int) -> Iterator[list[Page]]:
    """Some pages at a time."""
    for start in range(0, len(pages), size):
        yield pages[start : start + size]
