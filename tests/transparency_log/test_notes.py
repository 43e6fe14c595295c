"""Notes, checkpoints, proofs in files and receipts: one spelling each, and no byte that may be another."""

from __future__ import annotations

import random
from base64 import b64decode
from collections.abc import Callable

import pytest

from campaign.transparency_log import checkpoints, entries, notes, policies, proof_file, receipts
from campaign.transparency_log.checkpoints import Checkpoint
from campaign.transparency_log.entries import EntryKind, Sums
from campaign.transparency_log.merkle import ProofError, inclusion_proof, leaf_hash
from campaign.transparency_log.notes import KeyKind, NoteError, Signer, Verifier
from campaign.transparency_log.policies import Policy, PolicyError
from campaign.transparency_log.proof_file import ProofFile
from campaign.transparency_log.tiles import TileNodes
from tests.transparency_log.trees import Tree, random_leaves

#: golang.org/x/mod, sumdb/note, example_test.go.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_SEED = b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
PETERS_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

#: C2SP, signed-note, “Example”.
FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOOS_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)

LOG = Signer("example.org/trees/log", bytes(range(32)))
WITNESS = Signer("witness.example/w1", bytes(range(1, 33)), KeyKind.COSIGNATURE)
OTHER = Signer("witness.example/w2", bytes(range(2, 34)), KeyKind.COSIGNATURE)


def policy_of(*witnesses: Verifier, needed: int = 0, log: Verifier = LOG.verifier) -> Policy:
    """A policy with one log, and so many of these witnesses."""
    lines = [f"log {log.vkey}", *(f"witness w{n} {key.vkey}" for n, key in enumerate(witnesses))]
    if needed:
        lines.append(f"group all-of-them {needed} {' '.join(f'w{n}' for n in range(len(witnesses)))}")
    return policies.read("\n".join([*lines, f"quorum {'all-of-them' if needed else 'none'}"]) + "\n")


POLICY = policy_of(WITNESS.verifier, OTHER.verifier, needed=1)


@pytest.mark.parametrize(("vkey", "note"), [(PETER, PETERS_NOTE), (FOO, FOOS_NOTE)])
def test_the_notes_of_other_implementations_are_signed(vkey: str, note: str) -> None:
    verifier = notes.read_vkey(vkey)
    assert notes.read(note).signers([verifier]) == {verifier.name: 0}
    assert notes.read(note).whole == note and verifier.vkey == vkey


def test_a_note_is_signed_as_others_sign_it() -> None:
    signer = Signer("PeterNeumann", PETERS_SEED)
    assert signer.verifier.vkey == PETER
    text = PETERS_NOTE.partition("\n\n")[0] + "\n"
    assert notes.signed(text, signer).whole == PETERS_NOTE


@pytest.mark.parametrize(
    "vkey",
    [
        PETER.replace("c74f", "c74e"),
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann",
        "",
    ],
)
def test_a_key_that_is_none_is_refused(vkey: str) -> None:
    with pytest.raises(NoteError):
        notes.read_vkey(vkey)


def whole(size: int = 300) -> tuple[str, str]:
    """A checkpoint with two signatures, and a receipt with it."""
    chance, tree = random.Random(size), Tree()
    salt, digest = chance.randbytes(32), chance.randbytes(32)
    leaves = random_leaves(chance, size)
    leaves[130] = leaf_hash(entries.signature(salt, digest))
    checkpoint = Checkpoint(LOG.name, size, tree.grow(leaves))
    note = checkpoint.signed(LOG)
    note = note.adding(notes.read_lines(WITNESS.sign(checkpoint.text, at=1_795_000_000)))
    proof = inclusion_proof(TileNodes(size, tree.tile), 130, size)
    extra = receipts.extra_of_signature(salt, digest)
    return note.whole, ProofFile(130, tuple(proof), note, extra).text


def _check_checkpoint(text: str) -> dict[str, int]:
    return checkpoints.trusted(notes.read(text), POLICY).witnessed


def _check_receipt(text: str) -> dict[str, int]:
    return receipts.check(text, POLICY).trusted.witnessed


@pytest.mark.parametrize(("place", "check"), [(0, _check_checkpoint), (1, _check_receipt)])
def test_no_byte_of_a_checkpoint_or_a_receipt_can_be_another(
    place: int, check: Callable[[str], dict[str, int]]
) -> None:
    text = whole()[place]
    assert check(text) == {WITNESS.name: 1_795_000_000}
    for at, character in enumerate(text):
        for other in {chr(ord(character) ^ 1), "A", "=", "\n", " "} - {character}:
            with pytest.raises((NoteError, ProofError)):
                check(text[:at] + other + text[at + 1 :])
        with pytest.raises((NoteError, ProofError)):
            check(text[:at] + text[at + 1 :])
        with pytest.raises((NoteError, ProofError)):
            check(text[:at])
        with pytest.raises((NoteError, ProofError)):
            check(text[:at] + "A" + text[at:])


def test_a_signature_of_somebody_unknown_is_skipped_and_not_trusted() -> None:
    text, _receipt = whole()
    note = notes.read(text)
    stranger = Signer("stranger.example", bytes(32))
    more = note.adding(notes.read_lines(stranger.sign(note.text)))
    assert more.signers([WITNESS.verifier]) == {WITNESS.name: 1_795_000_000}
    without = policy_of(OTHER.verifier, needed=1)
    with pytest.raises(NoteError, match="0 signed; the policy asks for 1 of 1"):
        checkpoints.trusted(more, without)
    with pytest.raises(NoteError, match="has no log"):
        checkpoints.trusted(more, policy_of(log=stranger.verifier))


def test_one_witness_counts_once_however_often_it_signed() -> None:
    note = notes.read(whole()[0])
    twice = notes.read(note.whole + WITNESS.sign(note.text, at=1_796_000_000))
    assert twice.signers(POLICY.witnesses.values()) == {WITNESS.name: 1_796_000_000}
    with pytest.raises(NoteError, match="1 signed; the policy asks for 2 of 2"):
        checkpoints.trusted(twice, policy_of(WITNESS.verifier, OTHER.verifier, needed=2))
    newer = note.adding(notes.read_lines(WITNESS.sign(note.text, at=1_796_000_000)))
    assert len(newer.signatures) == len(note.signatures)


@pytest.mark.parametrize(
    "text",
    [
        f"{LOG.name}\n01\n{notes.spelled(bytes(32))}\n",
        f"{LOG.name}\n1\n{notes.spelled(bytes(31))}\n",
        f"{LOG.name}\n1\n{notes.spelled(bytes(32))}\nmore\n",
        f"{LOG.name}\n-1\n{notes.spelled(bytes(32))}\n",
        f"{LOG.name}\n99999999999999999999\n{notes.spelled(bytes(32))}\n",
        "one line\n",
    ],
)
def test_a_note_that_is_no_checkpoint_is_none_even_if_it_is_signed(text: str) -> None:
    with pytest.raises(NoteError):
        checkpoints.trusted(notes.signed(text, LOG), policy_of())


ENTRIES = [
    entries.signature(bytes(32), bytes(range(32))),
    entries.removal(EntryKind.WITHDRAWN, 7),
    entries.removal(EntryKind.EXCLUDED, 2**40),
    entries.day_end(entries.date(2026, 11, 26), Sums(6_000_000, 12, 3)),
]


def test_entries_are_read_as_they_were_written() -> None:
    bundle = entries.bundled(ENTRIES)
    assert list(entries.unbundled(bundle)) == ENTRIES
    _signature, withdrawn, excluded, day = map(entries.read, ENTRIES)
    assert (withdrawn.kind, withdrawn.index, excluded.index) == (EntryKind.WITHDRAWN, 7, 2**40)
    assert day.day.isoformat() == "2026-11-26" and day.sums.live == 5_999_985


@pytest.mark.parametrize("entry", [*(entry[:-1] for entry in ENTRIES), *(entry + b"x" for entry in ENTRIES), b"", b"\5" + bytes(32), b"\4" + b"2026-1-1" + bytes(24), b"\4" + b"20261399" + bytes(24)])  # fmt: skip
def test_bytes_that_are_no_entry_are_refused(entry: bytes) -> None:
    with pytest.raises(entries.EntryError):
        entries.read(entry)


@pytest.mark.parametrize("cut", [1, 2, 10, 34])
def test_a_bundle_that_is_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(entries.EntryError):
        list(entries.unbundled(entries.bundled(ENTRIES)[:cut]))


def test_a_receipt_of_a_withdrawal_is_checked_too() -> None:
    entry = entries.removal(EntryKind.WITHDRAWN, 3)
    tree, leaves = Tree(), random_leaves(random.Random(2), 20)
    leaves[11] = leaf_hash(entry)
    note = Checkpoint(LOG.name, 20, tree.grow(leaves)).signed(LOG)
    proof = inclusion_proof(TileNodes(20, tree.tile), 11, 20)
    text = ProofFile(11, tuple(proof), note, entry).text
    receipt = receipts.check(text, policy_of())
    assert (receipt.entry.kind, receipt.entry.index, receipt.index) == (EntryKind.WITHDRAWN, 3, 11)
    day = entries.day_end(entries.date(2026, 11, 26), Sums())
    with pytest.raises(NoteError):
        receipts.check(ProofFile(11, tuple(proof), note, day).text, policy_of())
    assert proof_file.read(text).text == text


KEYS = [Signer(f"w{n}.example", bytes([n]) * 32, KeyKind.COSIGNATURE).verifier for n in range(1, 7)]

#: C2SP, tlog-policy, “Example policy”.
EXAMPLE = f"""log {LOG.verifier.vkey} https://example.org/log

witness X1 {KEYS[0].vkey}
\twitness X2 {KEYS[1].vkey}  https://w2.example/
# a comment
witness X3 {KEYS[2].vkey}
group X-witnesses 2 X1 X2 X3
witness Y1 {KEYS[3].vkey}
witness Y2 {KEYS[4].vkey}
witness Y3 {KEYS[5].vkey}
group Y-witnesses any Y1 Y2 Y3
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


@pytest.mark.parametrize(
    ("signed", "kept"),
    [
        ("", False),
        ("125", True),
        ("123", False),
        ("14", False),
        ("456", False),
        ("236", True),
        ("123456", True),
    ],
)
def test_a_policy_is_kept_as_its_groups_say(signed: str, kept: bool) -> None:
    policy = policies.read(EXAMPLE)
    assert policy.kept_by({f"w{digit}.example" for digit in signed}) is kept
    assert policy.urls == {"X2": "https://w2.example/"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("quorum X-and-Y\n", ""), "no line with a quorum"),
        (("quorum X-and-Y", "quorum Z"), "neither a witness nor a group"),
        (("group X-witnesses 2", "group X-witnesses 4"), "4 of 3"),
        (("group X-witnesses 2", "group X-witnesses 0"), "0 of 3"),
        (("X1 X2 X3", "X1 X2 X2"), "in a group already"),
        (("witness Y1", "witness X1"), "is taken"),
        ((KEYS[3].vkey, KEYS[0].vkey), "there already"),
        ((KEYS[3].vkey, LOG.verifier.vkey), "another kind"),
        (("any Y1", "any none"), "neither a witness nor a group"),
        (("# a", "\x07 a"), "characters that no policy may have"),
        (("quorum X-and-Y", "quorum X-and-Y\nquorum none"), "no line of a policy"),
    ],
)
def test_a_policy_that_is_wrong_is_refused_with_its_reason(change: tuple[str, str], why: str) -> None:
    with pytest.raises(PolicyError, match=why):
        policies.read(EXAMPLE.replace(*change, 1))
