"""Another implementation, from the package registry, makes the same trees and verifies our proofs, and we its.

Its proofs of growth are not those of RFC 6962; for these, merkle-vectors.json has a third one's. A fourth, Go's, made
checkpoints, cosignatures, a proof file and a proof of growth: see go/README.md, also for what it checked of ours.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest

from campaign.transparency_log import checkpoints, notes, policies, proof_file, witness
from campaign.transparency_log.merkle import (
    check_consistency,
    check_inclusion,
    inclusion_proof,
    leaf_hash,
    root,
)
from campaign.transparency_log.tiles import TileNodes
from tests.transparency_log.second import HERE, LOG, WITNESS
from tests.transparency_log.trees import Tree

SIZE = 400


def test_roots_and_proofs_are_the_same_in_both() -> None:
    try:
        from pymerkle import InmemoryTree
        from pymerkle.core import _inclusion_path_layout
        from pymerkle.proof import InclusionProof
    except ImportError:
        if os.environ.get("CI"):
            pytest.fail("CI needs pymerkle: it is in requirements-dev.txt")
        pytest.skip("pymerkle is not installed")
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


POLICY = policies.read(
    f"log {LOG.verifier.vkey}\nwitness W {WITNESS.verifier.vkey} https://w.example/\nquorum W\n"
)


def theirs(name: str) -> str:
    return (HERE / f"theirs.{name}").read_text(encoding="utf-8")


def _entry(index: int) -> bytes:
    """An entry of their tree."""
    return b"\x01" + bytes((index % 256, index // 256)) * 16


def _check_checkpoint(text: str) -> None:
    assert checkpoints.trusted(notes.read(text), POLICY).checkpoint.size == 300


def _check_proof(text: str) -> None:
    proof = proof_file.read(text)
    assert proof.check(_entry(123), POLICY).witnessed["go.example/witness"] > 1_700_000_000


def _check_growth(text: str) -> None:
    request, old = witness.read_request(text.encode()), checkpoints.read(notes.read(theirs("old")))
    new = checkpoints.trusted(request.note, POLICY).checkpoint
    check_consistency((old.size, old.root), (new.size, new.root), request.proof)
    assert (request.old, new.size) == (100, 300)


@pytest.mark.parametrize(
    ("name", "check"),
    [("checkpoint", _check_checkpoint), ("proof", _check_proof), ("since", _check_growth)],
)
def test_what_go_signed_and_proved_holds_here_and_nothing_else(
    name: str, check: Callable[[str], None]
) -> None:
    text = theirs(name)
    check(text)
    if name == "proof":
        assert proof_file.read(text).text == text
    for at in range(0, len(text), 7):
        other = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        with pytest.raises((ValueError, AssertionError)):
            check(other)


def test_their_tree_has_the_same_roots() -> None:
    tree, leaves = Tree(), [leaf_hash(_entry(index)) for index in range(300)]
    for name, first, last in (("old", 0, 100), ("checkpoint", 100, 300)):
        assert tree.grow(leaves[first:last]) == checkpoints.read(notes.read(theirs(name))).root
