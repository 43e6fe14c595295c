"""Characters in a pack's files that no page may show or no font can print, each where it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from campaign.pack.findings import Finding
from campaign.press.printable import unprintable


def unprintable_characters(files: Mapping[str, str]) -> Iterator[Finding]:
    """An error for each line with a character that can't be printed.

    The desk's forms refuse such a text; a pack that comes as files has not been through them.
    """
    for path, text in sorted(files.items()):
        if unprintable(text) is None:
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if problem := unprintable(line):
                yield Finding(path, number, "error", problem)
