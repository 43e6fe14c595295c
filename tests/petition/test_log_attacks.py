"""Each attack of the handbook's table: who notices it, and by what. The table and this file name the same ones."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable

import pytest

from campaign.petition import public_log, receipts
from campaign.petition.receipts import ReceiptState
from campaign.transparency_log import notes, policies, proof_file
from campaign.transparency_log import receipts as checking
from campaign.transparency_log.merkle import ProofError, check_consistency, consistency_proof, leaf_hash
from campaign.transparency_log.notes import spelled
from campaign.transparency_log.tiles import TileNodes
from tests.conftest import published
from tests.petition.conftest import TODAY, Petition, opened
from tests.petition.test_public_log import Night, after
from tests.tools import ROOT

#: What an attacker could do, as the handbook says it, and the test that shows by what it is noticed.
ATTACKS = {
    "drop a signature after its signer confirmed it": "tests.petition.test_log_attacks:test_a_dropped_signature_leaves_a_signed_promise",
    "remove or change an entry later": "tests.petition.test_log_attacks:test_a_changed_entry_fails_every_proof_from_a_checkpoint_that_was_kept",
    "show different logs to different people": "tests.transparency_log.test_comparing:test_what_two_people_saw_is_compared_and_a_fork_proved",
    "give two signers the same entry": "tests.petition.test_log_attacks:test_one_entry_can_not_be_the_receipt_of_two_signers",
    "stop the log": "tests.petition.test_log_attacks:test_a_log_that_stopped_says_on_which_day",
    "invent e-mail addresses and confirm them": "tests.trustees.test_sample:test_trustees_open_a_sample_without_a_name",
    "withdraw for somebody": "tests.petition.test_log_attacks:test_whoever_was_withdrawn_by_others_sees_their_entry_named",
    "say that a real signature is false": "tests.petition.test_public_log:test_paper_exclusions_and_corrections_are_entries_like_others",
    "open a sample falsely": "tests.trustees.test_sample:test_trustees_open_a_sample_without_a_name",
    "sign a false checkpoint": "tests.transparency_log.test_notes:test_one_witness_counts_once_however_often_it_signed",
    "show two logs": "tests.transparency_log.test_comparing:test_what_two_people_saw_is_compared_and_a_fork_proved",
    "invent people": "tests.trustees.test_sample:test_the_bound_holds_as_often_as_it_says",
}  # fmt: skip


def test_every_attack_of_the_page_has_its_test() -> None:
    page = (ROOT / "campaign/handbook/en/verifying.md").read_text(encoding="utf-8")
    part = page.partition("## What an attacker can still do")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (?!who |---)[^|]*\| ([^|]+) \|", part, re.M)
    assert {row.strip() for row in rows} == set(ATTACKS)
    for place in ATTACKS.values():
        module, _colon, name = place.partition(":")
        assert callable(getattr(importlib.import_module(module), name))


@pytest.fixture
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    return Night(opened(published(tmp_path_factory.mktemp("attack"))))


def receipt_of(night: Night, link: object) -> receipts.SignersReceipt:
    with night.engine.connect() as connection:
        return receipts.of_record(connection, night.campaign, night.keys, link.record)  # type: ignore[attr-defined]


def policy_of(night: Night) -> policies.Policy:
    with night.engine.connect() as connection:
        tree = public_log.state(connection, night.campaign)
    assert tree is not None
    return public_log.policy_of(tree)


def test_a_dropped_signature_leaves_a_signed_promise(night: Night) -> None:
    night.sign(TODAY, 2)
    night.run(TODAY)
    (link,) = night.sign(after(1))
    promise = receipt_of(night, link)
    assert promise.state is ReceiptState.WAITS
    night.write("DELETE FROM signature WHERE id = :id", id=link.record)
    night.write("DELETE FROM log_pending WHERE id = :id", id=link.record)
    night.run(after(1))
    assert receipt_of(night, link).state is ReceiptState.NONE
    note = notes.read(promise.text)
    assert note.signers([policy_of(night).logs[0]])
    _name, _word, day, leaf, _end = note.text.split("\n")
    assert day == str(after(1)) and leaf not in {spelled(leaf_hash(entry)) for entry in night.entries()}


def _change(night: Night) -> None:
    night.write("UPDATE log_tile SET body = :body WHERE level = -1 AND number = 0", body=_changed(night))


def _changed(night: Night) -> bytes:
    from campaign.transparency_log import entries

    bodies = night.entries()
    bodies[3] = entries.signature(bytes(32), bytes(32))
    return entries.bundled(bodies[:256])


def _remove(night: Night) -> None:
    from campaign.transparency_log import entries

    bodies = night.entries()
    del bodies[3]
    night.write(
        "UPDATE log_tile SET body = :body WHERE level = -1 AND number = 0", body=entries.bundled(bodies)
    )
    night.write("UPDATE log_tree SET size = size - 1")


@pytest.mark.parametrize("attack", [_change, _remove])
def test_a_changed_entry_fails_every_proof_from_a_checkpoint_that_was_kept(
    night: Night, attack: Callable[[Night], None]
) -> None:
    links = night.sign(TODAY, 8)
    kept, receipt = night.run(TODAY), receipt_of(night, links[0])
    attack(night)
    night.keys.newest_checkpoint.unlink()  # as a host does that wants to deceive
    night.sign(after(1), 3)
    new = night.run(after(1))
    with night.engine.connect() as connection:
        nodes = TileNodes(new.size, public_log.Tiles(connection, night.campaign))
        proof = consistency_proof(nodes, kept.size, new.size)
    with pytest.raises(ProofError):
        check_consistency((kept.size, kept.root), (new.size, new.root), proof)
    assert (
        checking.check(receipt.text, policy_of(night)).index == receipt.index
    )  # and the receipt still holds


def test_one_entry_can_not_be_the_receipt_of_two_signers(night: Night) -> None:
    """The same receipt for both is the same salt and digest, of one record: the trustees miss the other."""
    one, other = night.sign(TODAY, 2)
    night.run(TODAY)
    policy = policy_of(night)
    mine, theirs = (proof_file.read(receipt_of(night, link).text) for link in (one, other))
    assert mine.extra != theirs.extra
    forged = proof_file.ProofFile(mine.index, mine.hashes, mine.checkpoint, theirs.extra)
    with pytest.raises(ProofError):
        checking.check(forged.text, policy)


def test_a_log_that_stopped_says_on_which_day(night: Night) -> None:
    night.sign(TODAY, 2)
    night.run(TODAY)
    assert night.report().day == TODAY


def test_whoever_was_withdrawn_by_others_sees_their_entry_named(petition: Petition) -> None:
    night = Night(petition)
    one, _other = night.sign(TODAY, 2)
    night.run(TODAY)
    before = receipt_of(night, one)
    night.withdraw(one, after(1))
    night.run(after(1))
    found = checking.check(receipt_of(night, one).text, policy_of(night))
    assert found.entry.index == before.index
