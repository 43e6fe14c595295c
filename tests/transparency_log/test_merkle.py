"""The tree: the hashes and proofs of RFC 6962, against others' vectors and a tree without cleverness."""

from __future__ import annotations

import json
import random
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from campaign.transparency_log.merkle import (
    EMPTY_ROOT,
    ProofError,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
)
from campaign.transparency_log.tiles import ENTRIES, Growth, TileNodes, path, read_path, width
from tests.transparency_log.operations import operate
from tests.transparency_log.trees import Tree, naive_root, random_leaves

VECTORS = json.loads(Path(__file__).with_name("merkle-vectors.json").read_text())

#: Leaves and roots of transparency-dev/merkle, testonly/constants.go, which come from Certificate Transparency.
LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def test_the_roots_are_those_of_certificate_transparency() -> None:
    tree = Tree()
    roots = [EMPTY_ROOT, *(tree.grow([leaf_hash(bytes.fromhex(leaf))]) for leaf in LEAVES)]
    assert [value.hex() for value in roots] == list(ROOTS)
    nodes = TileNodes(tree.size, tree.tile)
    assert [root(nodes, size).hex() for size in range(len(ROOTS))] == list(ROOTS)


@pytest.mark.parametrize("case", VECTORS["inclusion"], ids=lambda case: case["name"])
def test_another_implementations_proofs_of_inclusion_hold_and_its_false_ones_do_not(
    case: dict[str, Any],
) -> None:
    proof = [b64decode(digest) for digest in case["proof"] or ()]
    given = (
        b64decode(case["leafHash"] or ""),
        case["leafIdx"],
        case["treeSize"],
        proof,
        b64decode(case["root"] or ""),
    )
    if case["wantErr"]:
        with pytest.raises(ProofError):
            check_inclusion(*given)
    else:
        check_inclusion(*given)


#: That implementation refuses a proof from the empty tree; C2SP's tlog-witness has one, without hashes.
FROM_NOTHING = "consistency/additional/size1-is-zero-and-size2-is-not-zero"
GROWTH = [case for case in VECTORS["consistency"] if case["name"] != FROM_NOTHING]


@pytest.mark.parametrize("case", GROWTH, ids=lambda case: case["name"])
def test_another_implementations_proofs_of_growth_hold_and_its_false_ones_do_not(
    case: dict[str, Any],
) -> None:
    proof = [b64decode(digest) for digest in case["proof"] or ()]
    old = case["size1"], b64decode(case["root1"] or "")
    new = case["size2"], b64decode(case["root2"] or "")
    if case["wantErr"]:
        with pytest.raises(ProofError):
            check_consistency(old, new, proof)
    else:
        check_consistency(old, new, proof)


def test_random_operations_give_what_a_tree_without_cleverness_gives() -> None:
    assert operate(random.Random(23), 1_500, largest=700) == 1_500


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 511, 513, 65_536, 65_537])
def test_a_tree_grows_to_the_same_whether_at_once_or_in_pieces(size: int) -> None:
    chance = random.Random(size)
    leaves = random_leaves(chance, size)
    at_once, pieces = Tree(), Tree()
    whole = at_once.grow(leaves)
    rest, grown = list(leaves), b""
    while rest:
        taken = chance.choice((1, 7, 255, 256, 9_999))
        grown, rest = pieces.grow(rest[:taken]), rest[taken:]
    assert grown == whole == root(TileNodes(size, pieces.tile), size)
    assert pieces.tiles == at_once.tiles
    if size < 1_000:
        assert whole == naive_root(leaves)


def test_a_proof_in_which_any_byte_was_changed_does_not_hold() -> None:
    chance = random.Random(1)
    tree, leaves = Tree(), random_leaves(chance, 300)
    top = tree.grow(leaves)
    nodes = TileNodes(300, tree.tile)
    proof = inclusion_proof(nodes, 130, 300)
    growth = consistency_proof(nodes, 130, 300)
    older = root(nodes, 130)
    check_inclusion(leaves[130], 130, 300, proof, top)
    check_consistency((130, older), (300, top), growth)
    for at in range(32 * len(proof)):
        with pytest.raises(ProofError):
            check_inclusion(leaves[130], 130, 300, _altered(proof, at), top)
    for at in range(32 * len(growth)):
        with pytest.raises(ProofError):
            check_consistency((130, older), (300, top), _altered(growth, at))


def _altered(proof: list[bytes], at: int) -> list[bytes]:
    whole = bytearray(b"".join(proof))
    whole[at] ^= 1
    return [bytes(whole[n : n + 32]) for n in range(0, len(whole), 32)]


@pytest.mark.parametrize(
    ("level", "number", "wide", "address"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 1_234_067, 256, "tile/0/x001/x234/067"),
        (1, 273, 17, "tile/1/273.p/17"),
        (ENTRIES, 1_000, 1, "tile/entries/x001/000.p/1"),
    ],
)
def test_a_tile_has_one_address(level: int, number: int, wide: int, address: str) -> None:
    assert path(level, number, wide) == address
    assert read_path(address.removeprefix("tile/")) == (level, number, wide)


@pytest.mark.parametrize(
    "address",
    ["0/1", "00/000", "0/x000/001", "0/000.p/0", "0/000.p/256", "0/000.p/257", "64/000", "8/000", "0/000/", "-1/000", "0/٠٠٠", ""],
)  # fmt: skip
def test_what_is_no_address_of_a_tile_is_refused(address: str) -> None:
    assert read_path(address) is None


def test_the_example_of_the_specification_has_these_tiles() -> None:
    """C2SP, tlog-tiles: a tree of 70,000."""
    assert [width(0, number, 70_000) for number in (0, 272, 273, 274)] == [256, 256, 112, 0]
    assert [width(1, number, 70_000) for number in (0, 1, 2)] == [256, 17, 0]
    assert [width(2, number, 70_000) for number in (0, 1)] == [1, 0]


def test_a_tile_that_is_missing_is_said_and_not_guessed() -> None:
    tree = Tree()
    tree.grow(random_leaves(random.Random(4), 600))
    del tree.tiles[0, 1]
    with pytest.raises(LookupError):
        inclusion_proof(TileNodes(600, tree.tile), 300, 600)
    grown = Growth(600, tree.tile)
    assert grown.size == 600
