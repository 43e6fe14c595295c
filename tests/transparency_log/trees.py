"""A tree as the RFC writes it, to compare ours with: slow, and without any cleverness."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field

from campaign.transparency_log.merkle import leaf_hash
from campaign.transparency_log.tiles import Growth


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, from the hashes of leaves."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\1" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*naive_path(index, leaves[:split]), naive_root(leaves[split:])]
    return [*naive_path(index - split, leaves[split:]), naive_root(leaves[:split])]


def naive_proof(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """PROOF and SUBPROOF of RFC 6962, 2.1.2."""
    if old == len(leaves):
        return [] if whole else [naive_root(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if old <= split:
        return [*naive_proof(old, leaves[:split], whole), naive_root(leaves[split:])]
    return [*naive_proof(old - split, leaves[split:], False), naive_root(leaves[:split])]


@dataclass
class Tree:
    """A tree in memory, in tiles, as the log keeps it in its database."""

    tiles: dict[tuple[int, int], bytes] = field(default_factory=dict)
    size: int = 0

    def tile(self, level: int, number: int, wide: int) -> bytes:
        return self.tiles.get((level, number), b"")[: wide * 32]

    def grow(self, leaves: list[bytes]) -> bytes:
        """Append hashes of leaves; the root afterwards."""
        growth = Growth(self.size, self.tile)
        growth.extend(leaves)
        self.tiles.update({(level, number): hashes for level, number, hashes in growth.changed()})
        self.size = growth.size
        return growth.root()


def random_leaves(chance: random.Random, many: int) -> list[bytes]:
    """The hashes of so many leaves, all different."""
    return [leaf_hash(chance.randbytes(12)) for _ in range(many)]
