"""The command line: one letter from a pack, without a database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools import ROOT, pdf_text, words_of

PLAIN = ["--pack", "seeds/january-2022", "--to", "prosecutor-general", "--language", "kk",
         "--demand", "independent-investigation", "--demand", "reparations", "--name", "Claire Martin",
         "--place", "Lyon", "--country", "FR", "--own-words", "Әділдік керек."]  # fmt: skip


def campaign(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CAMPAIGN_DATABASE_URL": "nothing://here"}
    command = [sys.executable, "-m", "campaign", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("suffix", [".pdf", ".txt", ".html", ".eml"])
def test_the_suffix_chooses_the_format(suffix: str, tmp_path: Path) -> None:
    out = tmp_path / f"letter{suffix}"
    run = campaign("letter", *PLAIN, "--out", str(out))
    assert (run.returncode, run.stderr) == (0, "")
    if suffix == ".pdf":
        assert "Әділдік керек." in pdf_text(out.read_bytes())
    elif suffix != ".eml":
        assert "Әділдік керек." in out.read_text(encoding="utf-8")


def test_a_dash_writes_text_to_the_terminal() -> None:
    run = campaign("letter", *PLAIN, "--out", "-")
    assert run.returncode == 0
    assert "Құрметті Бас Прокурор мырза!" in words_of(run.stdout)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--to", "nobody", "president, prosecutor-general"),
        ("--language", "de", "en, ru, kk, fr"),
        ("--demand", "peace", "independent-investigation, accountability"),
        ("--letter", "love", "embassy, ombudsman"),
        ("--opening", "9", "1, 2, 3"),
        ("--paper", "a5", "a4, us-letter"),
        ("--out", "letter.doc", ".pdf, .txt, .html"),
        ("--pack", "nowhere", "There is no folder"),
        ("--country", "XX", "two letters"),
        ("--name", "a\u202eb", "--name has a sign"),
    ],
)
def test_a_wrong_choice_exits_with_2_and_one_line_that_names_the_valid_ones(
    option: str, value: str, said: str
) -> None:
    run = campaign("letter", *PLAIN, "--out", "-", option, value)
    assert run.returncode == 2
    assert said in run.stderr
    assert run.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [["--pack", "seeds/january-2022"], []])
def test_help_lists_what_the_pack_offers(words: list[str]) -> None:
    run = campaign("letter", *words, "--help")
    assert run.returncode == 0
    for word in ("prosecutor-general", "end-persecution", "un-experts", "en, ru, kk, fr"):
        assert word in run.stdout
    assert "parliament" not in run.stdout


def test_help_needs_no_pack() -> None:
    assert "check" in campaign("--help").stdout
