"""The tree as tiles of 256 hashes (C2SP, tlog-tiles): how they grow, their addresses, and reading them.

Level 0 has the hashes of the leaves; each hash of a higher level is the root above a full tile below it. A
tile that is full never changes, and one that is not is the beginning of what it will be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from campaign.transparency_log.merkle import EMPTY_ROOT, HASH_BYTES, node_hash, perfect_root

#: Hashes, or entries, of a full tile.
WIDTH = 256

_TILE_BYTES = WIDTH * HASH_BYTES

#: The level in an address that stands for the entries themselves.
ENTRIES = -1

#: The highest level that anybody asks for: 256^7 leaves are more than there ever will be.
HIGHEST = 7

_PATH = re.compile(r"(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")

#: Gives the beginning of a tile: level, number, and how many hashes are wanted.
Tiles = Callable[[int, int, int], bytes]


def width(level: int, number: int, size: int) -> int:
    """How many hashes or entries a tile has in a tree of this size; 0 if it has no such tile."""
    there = size >> (8 * max(level, 0))
    return max(0, min(WIDTH, there - number * WIDTH))


def path(level: int, number: int, wide: int = WIDTH) -> str:
    """The address of a tile below the log's prefix, such as `tile/0/x001/x234/067.p/12`."""
    groups = [f"{number % 1_000:03}"]
    while number := number // 1_000:
        groups.insert(0, f"x{number % 1_000:03}")
    part = "" if wide == WIDTH else f".p/{wide}"
    return f"tile/{'entries' if level == ENTRIES else level}/{'/'.join(groups)}{part}"


def read_path(text: str) -> tuple[int, int, int] | None:
    """Level, number and width of an address without its `tile/`, in its only spelling; None for any other."""
    match = _PATH.fullmatch(text)
    if match is None:
        return None
    level = ENTRIES if match[1] == "entries" else int(match[1])
    number, wide = int(re.sub("[x/]", "", match[2])), int(match[3] or WIDTH)
    only = path(level, number, wide) == f"tile/{text}" and level <= HIGHEST and wide <= WIDTH
    return (level, number, wide) if only else None


class Growth:
    """A tree that grows: it holds the last tile of each level, and gives those that changed."""

    def __init__(self, size: int, tiles: Tiles) -> None:
        self.size = size
        self._tails: list[bytes] = []
        for level in range(HIGHEST + 1):
            there = size >> (8 * level)
            if not there:
                break
            number, wide = divmod(there, WIDTH)
            self._tails.append(tiles(level, number, wide) if wide else b"")
        self._changed: dict[tuple[int, int], bytes] = {}

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append the hashes of leaves."""
        hashes = b"".join(leaves)
        self._extend(0, hashes)
        self.size += len(hashes) // HASH_BYTES

    def _extend(self, level: int, hashes: bytes) -> None:
        """Append hashes to a level, and the roots of tiles that are full then to the next."""
        if level == len(self._tails):
            self._tails.append(b"")
        row, number = self._tails[level] + hashes, (self.size >> (8 * level)) // WIDTH
        full = len(row) - len(row) % _TILE_BYTES
        roots = []
        for at in range(0, full, _TILE_BYTES):
            tile = row[at : at + _TILE_BYTES]
            self._changed[level, number + at // _TILE_BYTES] = tile
            roots.append(perfect_root(tile))
        self._tails[level] = row[full:]
        if roots:
            self._extend(level + 1, b"".join(roots))

    def changed(self) -> Iterator[tuple[int, int, bytes]]:
        """The tiles that changed since it was asked last, with level and number."""
        for (level, number), hashes in self._changed.items():
            yield level, number, hashes
        self._changed.clear()
        for level, tail in enumerate(self._tails):
            if tail:
                yield level, (self.size >> (8 * level)) // WIDTH, tail

    def root(self) -> bytes:
        """The root of the tree."""
        digest = b""
        for tail in self._tails:
            at = len(tail)
            for bit in range(8):
                wide = HASH_BYTES << bit
                if len(tail) & wide:
                    subtree = perfect_root(tail[at - wide : at])
                    digest = node_hash(subtree, digest) if digest else subtree
                    at -= wide
        return digest or EMPTY_ROOT


class TileNodes:
    """The hashes of perfect subtrees from the tiles of a tree of `size`; tiles that were read are kept."""

    #: Tiles that are kept: a proof needs one or two of each level.
    KEEPS = 64

    def __init__(self, size: int, tiles: Tiles) -> None:
        self._size, self._tiles = size, tiles
        self._read: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        above, bits = divmod(level, 8)
        number, first = divmod(index << bits, WIDTH)
        hashes = self._tile(above, number)[first * HASH_BYTES : (first + (1 << bits)) * HASH_BYTES]
        if len(hashes) != HASH_BYTES << bits:
            raise LookupError(f"tile {above}/{number} is not there")
        return perfect_root(hashes)

    def _tile(self, level: int, number: int) -> bytes:
        if (level, number) not in self._read:
            if len(self._read) >= self.KEEPS:
                self._read.pop(next(iter(self._read)))
            self._read[level, number] = self._tiles(level, number, width(level, number, self._size))
        return self._read[level, number]
