"""A new campaign: five questions, and a pack in which nothing is missing but its words."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign.languages.data import installed
from campaign.letters import proof
from campaign.pack.archive import write_zip
from campaign.pack.blank import Answers, blank
from campaign.pack.check import check
from campaign.pack.files import parse, read_folder
from tests.letters.test_commands import campaign
from tests.tools import DAY, SEED, read_zip

ANSWERS = Answers(
    "clean-water", ("fr", "en"), "Eau: propre, #1", "Les “Riverains”", "Rendez-nous l’eau", "De l’eau"
)


@pytest.mark.parametrize("languages", [("en",), ("kk", "ru"), installed()])
def test_a_new_pack_lacks_nothing_but_its_words(languages: tuple[str, ...]) -> None:
    files = blank(Answers("clean-water", languages, "Water", "Neighbours", "Give it back", "Water"), DAY)
    findings = check(files, DAY)
    assert findings
    assert {str(finding.text).split(":")[0] for finding in findings if finding.level == "error"} == {
        "Still to be written"
    }
    pack = parse(files)
    assert pack.languages == languages
    assert proof.check(pack, DAY) == []
    assert read_zip(write_zip(files)) == files


def test_answers_with_any_signs_stay_what_they_are() -> None:
    pack = parse(blank(ANSWERS, DAY))
    assert pack.name["fr"] == "Eau: propre, #1"
    assert pack.organisations[0].name["fr"] == "Les “Riverains”"
    assert pack.name["en"] == "‹Eau: propre, #1›"
    assert pack.demands["first-demand"].texts["fr"].title == "De l’eau"


def test_when_the_words_are_written_the_checker_has_nothing_to_say() -> None:
    written = {path: text.replace("‹", "").replace("›", "") for path, text in blank(ANSWERS, DAY).items()}
    assert [finding for finding in check(written, DAY) if finding.level == "error"] == []


WORDS = ["--languages", "en fr", "--name", "Water", "--organisation", "Neighbours", "--statement", "Give it back",
         "--demand", "Water"]  # fmt: skip


def test_the_command_writes_a_folder_and_says_what_comes_next(tmp_path: Path) -> None:
    run = campaign("new", "clean-water", "--in", str(tmp_path), *WORDS)
    assert (run.returncode, run.stderr) == (0, "")
    assert "python -m campaign check" in run.stdout
    assert parse(read_folder(tmp_path / "clean-water")).slug == "clean-water"
    again = campaign("new", "clean-water", "--in", str(tmp_path), *WORDS)
    assert again.returncode == 2 and "is there already" in again.stderr


@pytest.mark.parametrize(
    ("slug", "words", "said"),
    [
        ("Clean Water", WORDS, "lower-case letters, digits and hyphens"),
        ("../out", WORDS, "lower-case letters, digits and hyphens"),
        ("water", ["--languages", "en xx", *WORDS[2:]], "Languages are codes such as en"),
    ],
)
def test_an_answer_that_can_not_be_used_is_one_line(
    slug: str, words: list[str], said: str, tmp_path: Path
) -> None:
    run = campaign("new", slug, "--in", str(tmp_path), *words)
    assert run.returncode == 2
    assert said in run.stderr and run.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_new_campaign_can_begin_as_a_copy(tmp_path: Path) -> None:
    run = campaign("new", "clean-water", "--in", str(tmp_path), "--copy", "seeds/january-2022")
    assert (run.returncode, run.stderr) == (0, "")
    copied, first = read_folder(tmp_path / "clean-water"), read_folder(SEED)
    assert parse(copied).slug == "clean-water"
    assert {path for path in first if copied[path] != first[path]} == {"campaign.yaml"}
    nothing = campaign("new", "other", "--in", str(tmp_path), "--copy", str(tmp_path))
    assert nothing.returncode == 2 and nothing.stderr
