"""A random sample of the log: drawn by a seed that nobody chose, opened without a name, and what it proves."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from campaign.cli.main import main
from campaign.petition import export, log_files, log_records
from campaign.petition.ledger import PaperSignature
from campaign.services import service
from campaign.signatures import person
from campaign.transparency_log import sampling
from campaign.transparency_log.checkpoints import Checkpoint
from campaign.transparency_log.sampling import Opening, SampleError, bound, draw
from campaign.trustees import sample as opening
from campaign.trustees.sample import Finding
from tests.conftest import published
from tests.petition.conftest import ANA, TODAY, opened
from tests.petition.test_public_log import Night, after

TREE = Checkpoint("example.org/log/trees", 1_000, bytes(32))


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(opened(published(tmp_path / "data")))


def test_a_sample_is_the_same_for_everybody_and_another_with_another_seed_or_log() -> None:
    live = range(0, 1_000, 3)
    drawn = draw(TREE, live, "round 5 1234", 50)
    assert drawn == draw(TREE, live, "  round 5\n1234 ", 50) and len(set(drawn)) == 50
    assert set(drawn) <= set(live)
    assert drawn != draw(TREE, live, "round 6 1234", 50)
    assert drawn != draw(replace(TREE, root=bytes([1] * 32)), live, "round 5 1234", 50)
    assert sorted(draw(TREE, live, "all", len(live))) == list(live)


def test_every_entry_is_drawn_about_as_often() -> None:
    counts = [0] * 20
    for number in range(1_000):
        for index in draw(TREE, range(20), f"dice {number}", 5):
            counts[index] += 1
    assert all(190 < count < 310 for count in counts)  # 250 each; six standard deviations are 82


@pytest.mark.parametrize(("seed", "many"), [("", 5), (" ", 5), ("x" * 1_001, 5), ("x", 0), ("x", 1_001)])
def test_a_sample_that_can_not_be_drawn_is_refused(seed: str, many: int) -> None:
    with pytest.raises(SampleError):
        draw(TREE, range(1_000), seed, many)


#: The table of the handbook: sampled, false, the bound at 95 % in per cent.
TABLE = [(30, 0, 9.50), (59, 0, 4.95), (100, 0, 2.95), (100, 1, 4.66), (300, 0, 0.99), (300, 3, 2.56), (1_000, 0, 0.30)]  # fmt: skip


@pytest.mark.parametrize(("sampled", "false", "per_cent"), TABLE)
def test_the_bound_is_that_of_clopper_and_pearson(sampled: int, false: int, per_cent: float) -> None:
    assert round(100 * bound(sampled, false, 0.95), 2) == per_cent
    if not false:
        assert bound(sampled, 0, 0.95) == pytest.approx(1 - 0.05 ** (1 / sampled))


def test_the_bound_holds_as_often_as_it_says() -> None:
    """At a true share just above the bound, a clean sample comes in one of twenty draws."""
    chance, share = random.Random(9), bound(30, 0, 0.95)
    clean = sum(all(chance.random() > share for _ in range(30)) for _ in range(4_000))
    assert 0.035 < clean / 4_000 < 0.065


def test_the_handbook_has_this_table() -> None:
    from tests.tools import ROOT

    page = (ROOT / "campaign/handbook/en/verifying.md").read_text(encoding="utf-8")
    for sampled, false, per_cent in TABLE:
        assert f"| {sampled:,} | {false} | {per_cent:.2f} % |" in page


def test_trustees_open_a_sample_without_a_name(
    night: Night, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    night.sign(TODAY, 12)
    on_paper = replace(ANA, email="", sheet="ABCD-EFGH-JKLM", row=3)
    sealed = night.petition.key.public.seal(person.to_bytes(on_paper))
    with night.engine.execution_options(writes=True).begin() as connection:
        night.ledger.bring_in(connection, night.campaign, [PaperSignature(77, 77, "KZ", sealed)], TODAY)
    night.run(TODAY)
    night.withdraw(night.links[0], after(1))
    night.run(after(1))
    mirror, listed, drawn_file = (tmp_path / name for name in ("mirror", "list", "sample"))
    with night.engine.connect() as connection:
        log_files.write(connection, night.campaign, mirror)
    export.write(service(Engine, night.petition.app), "trees", night.campaign, listed, TODAY)
    arguments = ["sample", "draw", str(mirror), "--policy", str(mirror / "policy"), "--seed", "dice 4 2 6 1"]
    assert main([*arguments, "--many", "12", "--out", str(drawn_file)]) == 0
    assert "12 of 12 signatures" in capsys.readouterr().out
    drawn = sampling.read_sample(drawn_file.read_text())
    assert drawn.text == drawn_file.read_text()
    with night.engine.connect() as connection:
        given = log_records.openings(
            connection, night.campaign, night.keys, [index for index, _ in drawn.drawn]
        )
    read = sampling.read_openings(
        sampling.openings_text(drawn.checkpoint.origin, given), drawn.checkpoint.origin
    )
    assert sorted(read, key=lambda one: one.index) == sorted(given, key=lambda one: one.index)
    found = opening.open_sample(drawn, given, listed, {1: night.petition.key})
    kinds = [entry.finding for entry in found]
    assert kinds.count(Finding.ONLINE) == 11 and kinds.count(Finding.PAPER) == 1
    assert opening.domains(found) == {"example.org": 11}
    # A host that opens an entry with another record, one that is not in the list, and one that is nobody's.
    false = [replace(given[0], record=given[1].record), Opening(given[2].index, 5, bytes(32)), *given[3:]]
    kinds = [entry.finding for entry in opening.open_sample(drawn, false, listed, {1: night.petition.key})]
    assert kinds.count(Finding.MISMATCH) + kinds.count(Finding.MISSING) == 3
    assert {entry.finding for entry in opening.open_sample(drawn, given, listed, {})} == {Finding.UNOPENED}


@pytest.mark.parametrize(
    "text", ["", "campaign-sample-1 x 5\n", "campaign-openings-1 other\n", "nothing\n1 2\n"]
)
def test_files_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(SampleError):
        sampling.read_sample(text)
    with pytest.raises(SampleError):
        sampling.read_openings(text, "example.org/log/trees")


def test_the_command_says_what_a_sample_proves(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample", "bound", "300"]) == 0
    assert "With 95% confidence, at most 0.99% of all live entries are not." in capsys.readouterr().out
