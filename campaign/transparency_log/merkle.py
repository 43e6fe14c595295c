"""Merkle trees of RFC 6962, section 2.1: hashes, proofs that an entry is in, proofs that a tree only grew.

Proofs are made from the hashes of perfect subtrees: `Nodes` gives the one of 2^level leaves that begins at
leaf index · 2^level. They are checked by the algorithms of RFC 9162, 2.1.3.2 and 2.1.4.2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

#: Bytes of a hash.
HASH_BYTES = 32

#: The most hashes in a proof that anybody reads: a tree of 2^63 leaves has no longer one.
MOST_HASHES = 63

#: The root of the tree without leaves.
EMPTY_ROOT = sha256(b"").digest()

#: Gives the hash of a perfect subtree: level (0 for a leaf), and its index among those of its level.
Nodes = Callable[[int, int], bytes]


class ProofError(ValueError):
    """A proof that does not prove it, or one that nobody can ask for."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node above two others."""
    return sha256(b"\x01" + left + right).digest()


def perfect_root(hashes: bytes) -> bytes:
    """The root above a power of two of hashes, which are given as one string of bytes."""
    row, digest = [hashes[at : at + 32] for at in range(0, len(hashes), 32)], sha256
    while len(row) > 1:
        row = [
            digest(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=True)
        ]
    return row[0]


def root(nodes: Nodes, size: int) -> bytes:
    """The root of the tree of the first `size` leaves."""
    return _range_root(nodes, 0, size) if size else EMPTY_ROOT


def inclusion_proof(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """The hashes from the leaf's neighbour up to the root's child (RFC 6962, 2.1.1). Raises ProofError."""
    if not 0 <= index < size:
        raise ProofError(f"the tree has no entry {index}")
    proof, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_range_root(nodes, middle, end))
            end = middle
        else:
            proof.append(_range_root(nodes, start, middle))
            start = middle
    return proof[::-1]


def consistency_proof(nodes: Nodes, old: int, size: int) -> list[bytes]:
    """The hashes that prove that a tree of `old` leaves begins this one (RFC 6962, 2.1.2).

    Raises ProofError.
    """
    if not 0 <= old <= size:
        raise ProofError(f"a tree of {size} entries cannot follow one of {old}")
    proof, start, end = [], 0, size
    whole = True  # whether the old tree is the whole left edge so far, whose root its holder knows
    while 0 < old - start < end - start:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_range_root(nodes, middle, end))
            end = middle
        else:
            proof.append(_range_root(nodes, start, middle))
            start, whole = middle, False
    if old and not whole:
        proof.append(_range_root(nodes, start, end))
    return proof[::-1]


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes) -> None:
    """Raises ProofError unless the proof leads from this leaf's hash to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise ProofError("the index is beyond the tree")
    _check_lengths(leaf, root_hash, *proof)
    first, last, digest = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError("the proof is too long")
        if first & 1 or first == last:
            digest = node_hash(sibling, digest)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            digest = node_hash(digest, sibling)
        first, last = first >> 1, last >> 1
    if last or digest != root_hash:
        raise ProofError("the proof does not lead to the root")


def check_consistency(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> None:
    """Raises ProofError unless the new tree begins with the old one (RFC 9162, 2.1.4.2).

    Each tree is its size and its root.
    """
    (old_size, old_root), (size, new_root) = old, new
    if not 0 <= old_size <= size:
        raise ProofError("the new tree is smaller than the old one")
    if old_size in {0, size}:
        if proof:
            raise ProofError("the proof is too long")
        if old_root != (EMPTY_ROOT if old_size == 0 else new_root) or (size == 0 and new_root != EMPTY_ROOT):
            raise ProofError("the trees have different roots")
        return
    _check_lengths(old_root, new_root, *proof)
    hashes = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not hashes:
        raise ProofError("the proof is too short")
    first, last = old_size - 1, size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old_digest = new_digest = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise ProofError("the proof is too long")
        if first & 1 or first == last:
            old_digest, new_digest = node_hash(sibling, old_digest), node_hash(sibling, new_digest)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            new_digest = node_hash(new_digest, sibling)
        first, last = first >> 1, last >> 1
    if last or old_digest != old_root or new_digest != new_root:
        raise ProofError("the proof does not lead from the old root to the new one")


def _check_lengths(*hashes: bytes) -> None:
    if any(len(digest) != HASH_BYTES for digest in hashes):
        raise ProofError("a hash has 32 bytes")


def _split(size: int) -> int:
    """The largest power of two below a size of at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def _range_root(nodes: Nodes, start: int, end: int) -> bytes:
    """The root above the leaves from start to end, which are a subtree: its width divides its start."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return nodes(level, start >> level)
    middle = start + _split(size)
    return node_hash(_range_root(nodes, start, middle), _range_root(nodes, middle, end))
