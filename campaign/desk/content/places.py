"""What is at a line of a file, so that a finding can lead to its form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from campaign.desk.content.items import Files
from campaign.desk.content.kinds import KINDS, Kind, kinds_in
from campaign.pack.writing import WritingError


def at_place(files: Files, path: str, line: int) -> tuple[Kind, str, str] | None:
    """What is at a line of a file: kind, key, and the language of a document ('' for a table)."""
    for kind in kinds_in(path):
        if path.endswith(".md"):
            name, language = path.removesuffix(".md").rsplit(".", 1)
            return kind, name.split("/", 1)[1] if kind.many else kind.key, language
    try:
        before = [(start, kind, key) for start, kind, key in records(files, path) if start <= line]
    except (WritingError, KeyError):
        return None
    if before:
        _start, kind, key = max(before, key=lambda record: record[0])
        return kind, key, ""
    return (KINDS["front"], "front", "") if path == "campaign.yaml" else None


def records(files: Files, path: str) -> Iterator[tuple[int, Kind, str]]:
    """The first line of every record of a table."""
    lists = {kind.list: kind for kind in kinds_in(path) if kind.list}
    name = ""
    for number, line in enumerate(files[path].split("\n"), 1):
        if mark := re.match(r"([a-z-]+):", line):
            name = mark[1]
        elif name in lists and (mark := re.match(r"\s*- key: *['\"]?([a-z0-9-]+)", line)):
            yield number, lists[name], mark[1]
