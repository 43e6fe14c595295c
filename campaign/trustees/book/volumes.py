"""The volumes: pages of names, set by all processors and bound one volume at a time."""

from __future__ import annotations

import multiprocessing
import os
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from campaign.pack.languages import countries, names_by_hand
from campaign.press import fonts, typeset
from campaign.press.binding import Binder, Chunk, prepare
from campaign.press.pool import in_order
from campaign.trustees.book import collecting, pages
from campaign.trustees.book.choices import Choices, Folder
from campaign.trustees.book.collecting import Entry
from campaign.trustees.book.pages import Page, Plan
from campaign.whole_files import whole
from campaign.words import words

#: Pages that are set together: as many as their objects leave room for in a bound file.
CHUNK = 6

#: Chunks that a process may set before it makes room for a fresh one: typst remembers what it set.
CHUNKS_PER_PROCESS = 60


@dataclass(frozen=True, slots=True)
class Setting:
    """What every page of a book has in common. `imprint` stands at the foot of each."""

    choices: Choices
    people: Path
    title: str
    imprint: str
    volumes: int
    day: date


def write(
    folder: Folder, plan: Plan, setting: Setting, report: Callable[[int], None], workers: int = 0
) -> None:
    """Write the volumes that are not there yet, each whole or not at all. `report` is told of names set."""
    context = multiprocessing.get_context("spawn")
    ahead = 2 * (os.cpu_count() or 1)
    with ProcessPoolExecutor(
        workers or os.cpu_count() or 1, context, max_tasks_per_child=CHUNKS_PER_PROCESS
    ) as pool:
        for number in range(1, plan.volumes + 1):
            mine = plan.of(number)
            path = folder.volume(number)
            if path.exists():
                report(sum(page.names for page in mine))
                continue
            with whole(path) as aside, aside.open("wb") as file:
                binder = Binder(file)
                for chunk, names in in_order(pool, _calls(mine, number, setting), ahead):
                    binder.add(chunk)
                    report(names)
                binder.close()


def _calls(mine: list[Page], number: int, setting: Setting) -> Iterator[tuple[Callable[[], Chunk], int]]:
    """What is to be set for a volume, chunk by chunk, with the number of names in each."""
    for index, some in enumerate(pages.chunks(mine, CHUNK)):
        cover = number if index == 0 else 0
        yield partial(chunk, index, some, cover, setting), sum(page.names for page in some)


def chunk(index: int, some: list[Page], cover: int, setting: Setting) -> Chunk:
    """Some pages, set and made ready to be bound; with `cover` the volume's title page before them."""
    document = typeset.pdf("names.typ", data(some, cover, setting), setting.day)
    return prepare(document, index, [1] * (len(some) + bool(cover)))


def data(some: list[Page], cover: int, setting: Setting) -> dict[str, Any]:
    """Pages as plain data for templates/press/names.typ."""
    choices = setting.choices
    _ = words(choices.language)
    entries = collecting.read(setting.people, some[0].first, some[-1].last)
    said = countries(choices.language)
    made = [_cover(some[0], cover, setting)] if cover else []
    for page in some:
        rows = entries[page.first - some[0].first : page.last - some[0].first + 1]
        made.append(
            {
                "cover": None,
                "volume": _("Volume %(number)s of %(count)s")
                % {"number": page.volume, "count": setting.volumes},
                "page": _("page %(number)s") % {"number": page.number},
                "parts": [
                    {"country": said.get(code, code or "–"), "rows": [_row(one, choices) for one in group]}
                    for code, group in groupby(rows, lambda one: one.country)
                ],
            }
        )
    number, name, _place, _signature = names_by_hand(choices.language)
    columns = [number, name, *([_("Town")] if choices.town else []), _("Date"), _("Channel")]
    printed = "".join(one.name + one.place for one in entries) + "".join(columns) + setting.title
    return {
        "title": setting.title,
        "language": choices.language,
        "paper": choices.paper,
        "fonts": list(fonts.families(printed)),
        "imprint": setting.imprint,
        "columns": columns,
        "widths": [1, 6, 3.4, 1.7, 1.3] if choices.town else [1, 6, 1.7, 1.3],
        "pages": made,
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


def _row(one: Entry, choices: Choices) -> dict[str, Any]:
    _ = words(choices.language)
    ways = {"online": _("online"), "paper": _("on paper")}
    cells = [*([one.place] if choices.town else []), one.day, ways.get(one.way, one.way)]
    return {
        "number": str(one.number),
        "name": one.name,
        "rtl": from_right(one.name),
        "cells": cells,
        "lines": pages.lines_of(one),
    }


def from_right(text: str) -> bool:
    """Whether a text runs from right to left: its first letter with a direction decides (UAX #9, P2)."""
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind in {"L", "R", "AL"}:
            return kind != "L"
    return False
