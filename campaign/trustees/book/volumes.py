"""The volumes: pages of names, set by all processors and bound one volume at a time."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from campaign.pack.languages import countries, names_by_hand
from campaign.press import fonts, typeset
from campaign.press.binding import Binder, Chunk, prepare
from campaign.press.direction import right_to_left
from campaign.press.pool import in_order
from campaign.press.printable import replaced
from campaign.trustees.book import collecting, pages
from campaign.trustees.book.choices import Choices, Folder
from campaign.trustees.book.collecting import Entry
from campaign.trustees.book.pages import Page, Plan
from campaign.whole_files import whole
from campaign.words import words

#: Pages that are set together: as many as their objects fit in a bound file.
CHUNK = 6

#: Chunks that a process sets before a new process replaces it: typst keeps what it set in memory.
CHUNKS_PER_PROCESS = 60


@dataclass(frozen=True, slots=True)
class Setting:
    """What every page of a book has in common. `imprint` is at the foot of each page."""

    choices: Choices
    people: Path
    title: str
    imprint: str
    volumes: int
    day: date


def write(
    folder: Folder, plan: Plan, setting: Setting, report: Callable[[int], None], workers: int = 0
) -> None:
    """Write the missing volumes, each complete or not at all. `report` receives the number of names set."""
    context = multiprocessing.get_context("spawn")
    ahead = 2 * (os.cpu_count() or 1)
    with ProcessPoolExecutor(
        workers or os.cpu_count() or 1, context, max_tasks_per_child=CHUNKS_PER_PROCESS
    ) as pool:
        for number in range(1, plan.volumes + 1):
            volume_pages = plan.of(number)
            path = folder.volume(number)
            if path.exists():
                report(sum(page.names for page in volume_pages))
                continue
            with whole(path) as part_path, part_path.open("wb") as file:
                binder = Binder(file)
                for chunk, names in in_order(pool, _calls(volume_pages, number, setting), ahead):
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
                % {"number": page.volume, "count": setting.volumes},
                "page": _("page %(number)s") % {"number": page.number},
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
        "language": choices.language,
        "paper": choices.paper,
        "fonts": list(fonts.families(printed)),
        "imprint": setting.imprint,
        "columns": columns,
        "widths": [1, 6, 3.4, 1.7, 1.3] if choices.town else [1, 6, 1.7, 1.3],
        "pages": page_data,
    }


def _cover(first: Page, number: int, setting: Setting) -> dict[str, Any]:
    _ = words(setting.choices.language)
    volume = _("Volume %(number)s of %(count)s") % {"number": number, "count": setting.volumes}
    last = min(number * setting.choices.volume, collecting.how_many(setting.people))
    return {
        "volume": volume,
        "page": _("page %(number)s") % {"number": first.number - 1},
        "parts": [],
        "cover": {
            "title": setting.title,
            "volume": volume,
            "names": _("Names %(first)s to %(last)s") % {"first": first.first, "last": last},
        },
    }


def _printable(entry: Entry) -> Entry:
    return replace(entry, name=replaced(entry.name), place=replaced(entry.place))


def _row(entry: Entry, choices: Choices) -> dict[str, Any]:
    _ = words(choices.language)
    channels = {"online": _("online"), "paper": _("on paper")}
    cells = [*([entry.place] if choices.town else []), entry.day, channels.get(entry.way, entry.way)]
    return {
        "number": str(entry.number),
        "name": entry.name,
        "rtl": right_to_left(entry.name),
        "cells": cells,
        "lines": pages.lines_of(entry),
    }
