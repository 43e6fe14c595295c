"""Which name is on which page: calculated once, so that several processes can set pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from campaign.trustees.book.collecting import Entry

#: Lines of a page: a row takes one, a long name two or three, a country's heading HEADING.
LINES = {"a4": 46, "us-letter": 42}
HEADING = 3

#: Characters that surely fit on one line of the name's column, and of the town's.
NAME_WIDTH, PLACE_WIDTH = 42, 24


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its number in the whole book, its volume, the first and last name on it."""

    number: int
    volume: int
    first: int
    last: int

    @property
    def names(self) -> int:
        """The number of names on it."""
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
    """Put names on pages; a volume ends after `names` names."""
    book_plan, most_lines = Plan(), LINES[paper]
    used_lines, first, country = 0, 1, ""
    last = 0
    for entry in entries:
        # Each volume begins with a page of its own that has no names.
        lines = lines_of(entry) + (HEADING if entry.country != country or not used_lines else 0)
        page_full = used_lines + lines > most_lines
        volume_full = last > 0 and last % names == 0
        if used_lines and (page_full or volume_full):
            book_plan.pages.append(
                Page(_number(book_plan, names, last), (last - 1) // names + 1, first, last)
            )
            used_lines, first = 0, entry.number
            lines = lines_of(entry) + HEADING
        used_lines += lines
        last = entry.number
        if entry.country != country:
            country = entry.country
            volume = (last - 1) // names + 1
            book_plan.countries.append((country, 0, volume, _number(book_plan, names, last)))
        code, count, volume, number = book_plan.countries[-1]
        book_plan.countries[-1] = (code, count + 1, volume, number)
    if used_lines:
        book_plan.pages.append(Page(_number(book_plan, names, last), (last - 1) // names + 1, first, last))
    return book_plan


def _number(book_plan: Plan, names: int, last: int) -> int:
    """The number of the next page; each volume's title page has a number, too."""
    return len(book_plan.pages) + (last - 1) // names + 2


def lines_of(entry: Entry) -> int:
    """The number of lines that a name needs at most."""
    name, place = -(-_width(entry.name) // NAME_WIDTH), -(-_width(entry.place) // PLACE_WIDTH)
    return max(name, place, 1)


def _width(text: str) -> int:
    """The number of characters; those of wide scripts count twice."""
    if text.isascii() or max(text) <= "\u1100":
        return len(text)
    return sum(
        2 if ord(character) > 0x1100 and not 0x1E00 <= ord(character) < 0x2100 else 1 for character in text
    )


def chunks(pages: list[Page], size: int) -> Iterator[list[Page]]:
    """Some pages at a time."""
    for start in range(0, len(pages), size):
        yield pages[start : start + size]
