"""What is at a line of a file, so that a finding can lead to its form."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.desk.content.items import Files
from campaign.desk.content.kinds import Kind, kinds_in
from campaign.pack import writing
from campaign.pack.writing import WritingError


def at_place(files: Files, path: str, line: int) -> tuple[Kind, str, str] | None:
    """What is at a line of a file: kind, key, and the language of a document ('' for a table)."""
    for kind in kinds_in(path):
        if path.endswith(".md"):
            name, language = path.removesuffix(".md").rsplit(".", 1)
            return kind, name.split("/", 1)[1] if kind.many else kind.key, language
    try:
        for kind in kinds_in(path):
            if kind.map and _is_in_map(files[path], kind.map, line):
                return kind, kind.key, ""
        before = [(start, kind, key) for start, kind, key in records(files, path) if start <= line]
    except (WritingError, KeyError):
        return None
    if before:
        _start, kind, key = max(before, key=lambda record: record[0])
        return kind, key, ""
    whole = next((kind for kind in kinds_in(path) if not kind.list and not kind.map and not kind.many), None)
    return (whole, whole.key, "") if whole else None


def _is_in_map(table: str, key: str, line: int) -> bool:
    """Whether a line of a table belongs to the map under a key."""
    if writing.at(writing.read(table), (key,)) is None:
        return False
    first, last = writing.lines_of(table, (key,))
    return first <= line <= last


def records(files: Files, path: str) -> Iterator[tuple[int, Kind, str]]:
    """The first line of every record of a table, however it is written. Raises WritingError."""
    table = files[path]
    for kind in kinds_in(path):
        found = writing.at(writing.read(table), (kind.list,)) if kind.list else None
        for number, record in enumerate(found if isinstance(found, list) else []):
            if isinstance(record, dict) and isinstance(key := record.get("key"), str):
                yield writing.lines_of(table, (kind.list, number))[0], kind, key
