"""Another implementation, from the package registry, makes the same trees and verifies our proofs, and we its.

Its proofs of growth are not those of RFC 6962; for these, merkle-vectors.json has a third one's.
"""

from __future__ import annotations

import os
import random

import pytest

from campaign.transparency_log.merkle import (
    check_inclusion,
    inclusion_proof,
    leaf_hash,
    root,
)
from campaign.transparency_log.tiles import TileNodes
from tests.transparency_log.trees import Tree

try:
    from pymerkle import InmemoryTree
    from pymerkle.core import _inclusion_path_layout
    from pymerkle.proof import InclusionProof
except ImportError:
    if os.environ.get("CI"):
        pytest.fail("CI needs pymerkle: it is in requirements-dev.txt")
    pytest.skip("pymerkle is not installed", allow_module_level=True)

SIZE = 400


def test_roots_and_proofs_are_the_same_in_both() -> None:
    chance = random.Random(5)
    entries = [chance.randbytes(20) for _ in range(SIZE)]
    theirs, ours = InmemoryTree(algorithm="sha256"), Tree()
    for entry in entries:
        theirs.append_entry(entry)
        assert ours.grow([leaf_hash(entry)]) == theirs.get_root()
    nodes = TileNodes(SIZE, ours.tile)
    for _ in range(300):
        size = chance.randrange(1, SIZE + 1)
        index, top = chance.randrange(size), root(nodes, size)
        leaf = leaf_hash(entries[index])
        rule, _ranges = _inclusion_path_layout(index + 1, size)
        proof = inclusion_proof(nodes, index, size)
        InclusionProof("sha256", True, size, index + 1, rule, [leaf, *proof]).verify(
            leaf, top, index=index + 1, size=size
        )
        assert theirs.prove_inclusion(index + 1, size).path[1:] == proof
        check_inclusion(leaf, index, size, proof, top)
