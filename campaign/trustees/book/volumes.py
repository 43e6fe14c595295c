"""The volumes: pages of names, set by all processors and bound one volume at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

from campaign.languages.catalogues import words
from campaign.languages.countries import countries
from campaign.languages.dates import short_date
from campaign.languages.documents import names_by_hand
from campaign.languages.numbers import in_own_digits
from campaign.press import typeset
from campaign.press.binding import Binder
from campaign.press.direction import right_to_left
from campaign.press.metrics import has_long_word
from campaign.press.pool import ahead, in_order
from campaign.press.preparing import Chunk, prepare
from campaign.press.printable import replaced
from campaign.press.written import written
from campaign.trustees.book import collecting, pages
from campaign.trustees.book.choices import Choices, Folder
from campaign.trustees.book.collecting import Entry
from campaign.trustees.book.pages import Page, Plan
from campaign.whole_files import whole

#: Pages that are set together. With 6, no book is made sooner, and its processes take 80 MiB more.
CHUNK = 4


@dataclass(frozen=True, slots=True)
class Setting:
    """What every page of a book has in common. `imprint` is at the foot of each page.

    `log`: what the title page of each volume says of the public log, line by line.
    """

    choices: Choices
    people: Path
    title: str
    imprint: str
    volumes: int
    day: date
    log: tuple[str, ...] = ()


def write(
    folder: Folder, plan: Plan, setting: Setting, report: Callable[[int], None], processes: Executor
) -> None:
    """Write the missing volumes, each complete or not at all. `report` receives the number of names set."""
    for number in range(1, plan.volumes + 1):
        volume_pages = plan.of(number)
        path = folder.volume(number)
        if path.exists():
            report(sum(page.names for page in volume_pages))
            continue
        with whole(path) as part_path, part_path.open("wb") as file:
            binder = Binder(file)
            for chunk, names in in_order(processes, _calls(volume_pages, number, setting), ahead()):
                binder.add(chunk)
                report(names)
            binder.close()


def _calls(
    volume_pages: list[Page], number: int, setting: Setting
) -> Iterator[tuple[Callable[[], Chunk], int]]:
    """The calls that set a volume, chunk by chunk, with the number of names in each."""
    for index, chunk_pages in enumerate(pages.chunks(volume_pages, CHUNK)):
        cover = number if index == 0 else 0
        yield partial(chunk, index, chunk_pages, cover, setting), sum(page.names for page in chunk_pages)


def chunk(index: int, chunk_pages: list[Page], cover: int, setting: Setting) -> Chunk:
    """Some pages, set and ready to be bound; with `cover`, the volume's title page before them."""
    document = typeset.pdf("names.typ", data(chunk_pages, cover, setting), setting.day)
    return prepare(document, index, [1] * (len(chunk_pages) + bool(cover)))


def data(chunk_pages: list[Page], cover: int, setting: Setting) -> dict[str, Any]:
    """Pages as plain data for templates/press/names.typ."""
    choices = setting.choices
    _ = words(choices.language)
    own = partial(in_own_digits, code=choices.language)
    first, last = chunk_pages[0].first, chunk_pages[-1].last
    entries = [_printable(entry) for entry in collecting.read(setting.people, first, last)]
    country_names = countries(choices.language)
    page_data = [_cover(chunk_pages[0], cover, setting)] if cover else []
    for page in chunk_pages:
        rows = entries[page.first - chunk_pages[0].first : page.last - chunk_pages[0].first + 1]
        page_data.append(
            {
                "cover": None,
                "volume": _("Volume %(number)s of %(count)s")
                % {"number": own(str(page.volume)), "count": own(str(setting.volumes))},
                "page": _("page %(number)s") % {"number": own(str(page.number))},
                "parts": [
                    {
                        "country": country_names.get(code, code or "–"),
                        "rows": [_row(entry, choices) for entry in group],
                    }
                    for code, group in groupby(rows, lambda entry: entry.country)
                ],
            }
        )
    number, name, _place, _signature = names_by_hand(choices.language)
    columns = [number, name, *([_("Town")] if choices.town else []), _("Date"), _("Channel")]
    printed = "".join(entry.name + entry.place for entry in entries) + "".join(columns) + setting.title
    return {
        "title": setting.title,
        "language": written(choices.language, printed),
        "paper": choices.paper,
        "imprint": setting.imprint,
        "columns": columns,
        "shares": [1, 6, 3.4] if choices.town else [1, 6],
        "fixed": _fixed(choices.language, *columns[-2:]),
        "pages": page_data,
    }


def _cover(first: Page, number: int, setting: Setting) -> dict[str, Any]:
    _ = words(setting.choices.language)
    own = partial(in_own_digits, code=setting.choices.language)
    values = {"number": own(str(number)), "count": own(str(setting.volumes))}
    volume = _("Volume %(number)s of %(count)s") % values
    last = min(number * setting.choices.volume, collecting.how_many(setting.people))
    return {
        "volume": volume,
        "page": _("page %(number)s") % {"number": own(str(first.number - 1))},
        "parts": [],
        "cover": {
            "title": setting.title,
            "volume": volume,
            "names": _("Names %(first)s to %(last)s")
            % {"first": own(str(first.first)), "last": own(str(last))},
            "log": list(setting.log),
        },
    }


def _printable(entry: Entry) -> Entry:
    name, place = replaced(entry.name), replaced(entry.place)
    return Entry(entry.number, name, entry.country, place, entry.day, entry.way)


def _fixed(language: str, date_title: str, channel_title: str) -> list[list[str]]:
    """The texts of the columns for date and channel, which no other is wider than."""
    return [
        [_in_language("2000-10-20", language), date_title],
        [*_channels(language).values(), channel_title],
    ]


@lru_cache(maxsize=8)
def _channels(language: str) -> dict[str, str]:
    """How a signature came, in the book's words."""
    _ = words(language)
    return {"online": _("online"), "paper": _("on paper"), "stall": _("at a stall")}


@lru_cache(maxsize=4096)
def _in_language(day: str, language: str) -> str:
    """The day of a signature as the language writes it; as it is if it is no day."""
    try:
        return short_date(date.fromisoformat(day), language)
    except ValueError:
        return day


def _row(entry: Entry, choices: Choices) -> dict[str, Any]:
    channel = _channels(choices.language).get(entry.way, entry.way)
    day = _in_language(entry.day, choices.language)
    cells = [*([entry.place] if choices.town else []), day, channel]
    return {
        "number": in_own_digits(str(entry.number), choices.language),
        "name": entry.name,
        "rtl": right_to_left(entry.name),
        "cells": cells,
        "long": has_long_word(" ".join((entry.name, *cells))),
        "lines": pages.lines_of(entry),
    }
