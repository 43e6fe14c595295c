"""Random operations on a log's tree and on one without cleverness: the long version is in `make torture`."""

from __future__ import annotations

import random

from campaign.transparency_log.merkle import (
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    root,
)
from campaign.transparency_log.tiles import TileNodes
from tests.transparency_log.trees import Tree, naive_path, naive_proof, naive_root, random_leaves


def operate(chance: random.Random, many: int, largest: int) -> int:
    """Do so many operations on trees up to this size; returns how many gave the same on both."""
    tree, leaves, same = Tree(), [], 0
    for _ in range(many):
        if len(leaves) > largest:
            tree, leaves = Tree(), []
        act = chance.random()
        if act < 0.2 or not leaves:
            added = random_leaves(chance, chance.choice((1, 1, 2, 3, 40, 300)))
            leaves += added
            same += tree.grow(added) == naive_root(leaves)
            continue
        size = chance.randrange(1, len(leaves) + 1)
        nodes = TileNodes(tree.size, tree.tile)
        if act < 0.6:
            index = chance.randrange(size)
            proof = inclusion_proof(nodes, index, size)
            check_inclusion(leaves[index], index, size, proof, root(nodes, size))
            same += proof == naive_path(index, leaves[:size])
        else:
            old = chance.randrange(1, size + 1)
            proof = consistency_proof(nodes, old, size)
            check_consistency((old, root(nodes, old)), (size, root(nodes, size)), proof)
            same += proof == naive_proof(old, leaves[:size])
    return same
