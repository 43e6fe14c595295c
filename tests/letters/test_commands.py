"""The command line: one letter from a pack, without a database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from tests.tools import ROOT, pdf_text, words_of

PLAIN = ["--pack", "seeds/january-2022", "--to", "prosecutor-general", "--language", "kk",
         "--demand", "independent-investigation", "--demand", "reparations", "--name", "Claire Martin",
         "--place", "Lyon", "--country", "FR", "--own-words", "Әділдік керек."]  # fmt: skip


def campaign(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CAMPAIGN_DATABASE_URL": "nothing://here"}
    command = [sys.executable, "-m", "campaign", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".pdf", ".txt", ".html", ".eml", ".docx", ".odt", ".zip"])
def test_the_suffix_chooses_the_format(suffix: str, tmp_path: Path) -> None:
    out = tmp_path / f"letter{suffix}"
    run = campaign("letter", *PLAIN, "--out", str(out))
    assert run.returncode == 0
    if suffix == ".pdf":
        assert "Әділдік керек." in pdf_text(out.read_bytes())
    elif suffix in {".txt", ".html"}:
        assert "Әділдік керек." in out.read_text(encoding="utf-8")


def test_a_letter_without_the_address_that_an_office_requires_says_so(tmp_path: Path) -> None:
    out = str(tmp_path / "letter.pdf")
    for address, said in (([], "Қазақстандағы мекеме"), (["--address", "12 rue X"], "")):
        run = campaign("letter", *PLAIN, *address, "--out", out)
        assert run.returncode == 0 and run.stderr.startswith(said) and bool(run.stderr) == bool(said)


def test_a_dash_writes_text_to_the_terminal() -> None:
    run = campaign("letter", *PLAIN, "--out", "-")
    assert run.returncode == 0
    assert "Құрметті Бас Прокурор мырза!" in words_of(run.stdout)


@pytest.mark.slow
@pytest.mark.security(27)
@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--language", "de", "en, ru, kk, fr"),
        ("--demand", "peace", "independent-investigation, accountability"),
        ("--letter", "love", "embassy, foreign-minister"),
        ("--opening", "9", "1, 2, 3"),
        ("--paper", "a5", "a4, us-letter"),
        ("--out", "letter.doc", ".pdf, .docx, .odt, .eml, .txt, .html, .zip"),
        ("--window", "c4", "din-5008-a, din-5008-b"),
        ("--beside", "mine:kk", "mine:en, mine:ru, mine:fr"),
        ("--to-address", "Paris", "at least 2 lines"),
        ("--pack", "nowhere", "There is no folder"),
        ("--country", "XX", "two letters"),
        ("--name", "a\u202eb", "--name: This text contains U+202E"),
    ],
)
def test_a_wrong_choice_exits_with_2_and_one_line_that_names_the_valid_ones(
    option: str, value: str, said: str
) -> None:
    run = campaign("letter", *PLAIN, "--out", "-", option, value)
    assert run.returncode == 2
    assert said in run.stderr
    assert run.stderr.count("\n") == 1


def test_an_unknown_addressee_is_said_with_those_that_there_are() -> None:
    words = [word if word != "prosecutor-general" else "nobody" for word in PLAIN]
    run = campaign("letter", *words, "--out", "-")
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)
    assert "president, prosecutor-general" in run.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("piece", "pages"), [("letter", 2), ("open-letter", 4), ("postcard", 2), ("envelope", 2)]
)
def test_several_addressees_make_one_file_of_each_piece(piece: str, pages: int, tmp_path: Path) -> None:
    out = tmp_path / "made.pdf"
    run = campaign("letter", *PLAIN, "--to", "embassy-paris", "--as", piece, "--out", str(out))
    assert run.returncode == 0
    with pikepdf.open(out) as made:
        assert len(made.pages) == pages


@pytest.mark.parametrize("words", [["--pack", "seeds/january-2022"], []])
def test_help_lists_what_the_pack_offers(words: list[str]) -> None:
    run = campaign("letter", *words, "--help")
    assert run.returncode == 0
    for word in ("prosecutor-general", "end-persecution", "un-experts", "en, ru, kk, fr"):
        assert word in run.stdout
    assert "Kurultai" not in run.stdout


def test_help_needs_no_pack() -> None:
    assert "check" in campaign("--help").stdout
