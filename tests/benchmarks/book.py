"""The book of many names: seconds for each ten thousand, and memory, at two sizes."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from campaign.pack.files import parse, read_folder
from campaign.signatures.sealing import new_key
from campaign.trustees.book.choices import Choices
from campaign.trustees.book.making import BookSource, make
from tests.tools import SEED
from tests.trustees.book import lists

SIZES = (10_000, 100_000)


def made(count: int) -> tuple[float, int]:
    """(seconds for a book, pages of names), from a list that the trustees have looked through."""
    pack = parse(read_folder(SEED))
    key = new_key(pack.slug, 1)
    void = f"campaign-void-1 {pack.slug} {'0' * 64}\n"
    with tempfile.TemporaryDirectory() as name:
        signatures = lists.written(Path(name) / "list.campaign", key, count)
        began = time.perf_counter()
        made = make(
            BookSource(pack, signatures, {1: key}, void),
            Choices("en", town=True),
            Path(name) / "book",
            lambda *_: None,
        )
        return time.perf_counter() - began, made.pages


def growth() -> tuple[float, float, float]:
    """(seconds for the large book, its seconds a name against the small one's, MiB of the largest process)."""
    small, large = (made(count)[0] for count in SIZES)
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return large, (large / SIZES[1]) / (small / SIZES[0]), peak / unit


if __name__ == "__main__":
    print(*growth())
