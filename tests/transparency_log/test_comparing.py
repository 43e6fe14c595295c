"""Two people compare what they saw of a log: a fork is proved by what the log's key signed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from campaign.cli.main import main
from campaign.transparency_log import entries, tiles
from campaign.transparency_log.checkpoints import Checkpoint
from campaign.transparency_log.merkle import leaf_hash
from campaign.transparency_log.notes import Signer
from tests.transparency_log.trees import Tree

LOG = Signer("example.org/log/trees", bytes(range(32)))
OTHER = Signer("example.org/log/trees", bytes(range(1, 33)))


class History:
    """A log as a folder, and its checkpoints."""

    def __init__(self, folder: Path, seed: int, common: int = 100, more: int = 600) -> None:
        self.folder = folder
        chance, same = random.Random(seed), random.Random(0)
        self.bodies = [entries.signature(same.randbytes(32), bytes(32)) for _ in range(common)]
        self.bodies += [entries.signature(chance.randbytes(32), bytes(32)) for _ in range(more)]
        self.write()

    def write(self) -> None:
        tree = Tree()
        tree.grow([leaf_hash(body) for body in self.bodies])
        for (level, number), hashes in tree.tiles.items():
            path = self.folder / tiles.path(level, number, len(hashes) // 32)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(hashes)

    def checkpoint(self, size: int, signer: Signer = LOG) -> str:
        tree = Tree()
        root = tree.grow([leaf_hash(body) for body in self.bodies[:size]])
        return Checkpoint(LOG.name, size, root).signed(signer).whole

    def mark(self, size: int) -> str:
        root = Tree().grow([leaf_hash(body) for body in self.bodies[:size]])
        return Checkpoint(LOG.name, size, root).mark


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, History, History]:
    folder = tmp_path_factory.mktemp("compare")
    (folder / "policy").write_text(f"log {LOG.verifier.vkey}\nquorum none\n")
    return folder, History(folder / "one", 1), History(folder / "two", 2)


#: First and second (of which history, at which size; `mark` for a mark), the copy, exit code, what is said.
CASES: list[tuple[tuple[str, int], tuple[str, int], str, int, str]] = [
    (("one", 700), ("one", 700), "", 0, "both saw the same log, from 700 to 700"),
    (("one", 300), ("one", 700), "one", 0, "one log grew, from 300 to 700"),
    (("one", 700), ("one", 256), "one", 0, "one log grew, from 256 to 700"),
    (("one", 100), ("two", 700), "two", 0, "one log grew"),
    (("one", 700), ("two", 700), "", 1, "signed two histories"),
    (("one", 300), ("two", 700), "two", 1, "signed two histories"),
    (("one", 256), ("two", 700), "two", 1, "signed two histories"),
    (("one", 300), ("two", 700), "one", 1, "the copy is not the log of 700 entries"),
    (("one", 300), ("two", 700), "", 1, "their sizes differ"),
    (("mark one", 700), ("one", 700), "", 0, "the same log"),
    (("mark one", 300), ("one", 700), "one", 0, "one log grew"),
    (("mark one", 300), ("mark one", 700), "one", 0, "one log grew"),
    (("mark one", 700), ("two", 700), "", 1, "an alarm and no proof"),
    (("mark one", 300), ("two", 700), "two", 1, "an alarm and no proof"),
    (("forged", 700), ("two", 700), "", 1, "has not signed this"),
]


@pytest.mark.parametrize(("first", "second", "copy", "code", "words"), CASES)
def test_what_two_people_saw_is_compared_and_a_fork_proved(
    place: tuple[Path, History, History],
    first: tuple[str, int],
    second: tuple[str, int],
    copy: str,
    code: int,
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, one, two = place
    arguments = []
    for number, (which, size) in enumerate((first, second)):
        history = two if which.endswith("two") else one
        if which.startswith("mark"):
            arguments.append(history.mark(size))
            continue
        file = tmp_path / f"{number}.checkpoint"
        file.write_text(history.checkpoint(size, OTHER if which == "forged" else LOG))
        arguments.append(str(file))
    options = ["--log", str(folder / copy)] if copy else []
    proof = tmp_path / "proof"
    arguments += ["--policy", str(folder / "policy"), *options, "--out", str(proof)]
    assert main(["verify", "compare", *arguments]) == code
    printed = capsys.readouterr()
    assert words in printed.out + printed.err
    if proof.exists():
        assert "signed two histories" in words
        assert proof.read_text() == printed.out and printed.out.count(f"— {LOG.name} ") == 2
    else:
        assert "signed two histories" not in words
