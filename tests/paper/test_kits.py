"""A kit for a street stall: everything in one file, and codes that a phone reads."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from campaign.cli.main import main
from campaign.letters import byhand
from tests.paper.conftest import Table
from tests.paper.test_sheets import PACK, SITE, codes, pictures
from tests.tools import SEED


def test_the_command_makes_a_kit_whose_flyer_and_poster_lead_to_the_petition(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "kit.zip"
    words = [
        "kit",
        "--pack",
        str(SEED),
        "--language",
        "ru",
        "--sheets",
        "2",
        "--site",
        SITE,
        "--out",
        str(out),
    ]
    assert main(words) == 0
    assert "2 sheets, flyer, poster, letters" in capsys.readouterr().out
    with zipfile.ZipFile(out) as kit:
        files = {name: kit.read(name) for name in kit.namelist()}
    assert sorted(files)[:4] == [f"{n}-ru.pdf" for n in ("1-volunteers", "2-sheets", "3-flyer", "4-poster")]
    home = [one for one in PACK.open_addressees() if one.country == "KZ" and not one.typed]
    assert len(files) == 4 + len(home) and home
    for name, inches in (("3-flyer", 11.7), ("4-poster", 16.5)):
        (page,) = pictures(files[f"{name}-ru.pdf"])
        assert max(page.size) == pytest.approx(inches * 150, abs=15)
        assert SITE in codes(page).values(), name
    assert len(pictures(files["2-sheets-ru.pdf"])) == 2
    assert main([*words[:4], "de", *words[5:]]) == 2


def test_the_desk_gives_a_kit_with_the_sheets_of_a_batch(table: Table) -> None:
    answer = table.seat("Clerk").client.get(f"/en/desk/trees/paper/batches/{table.batch}.zip")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert table.seat("Clerk").client.get("/en/desk/trees/paper/batches/999.zip").status_code == 404


def test_a_letter_by_hand_has_lines_in_its_own_language() -> None:
    from datetime import date

    given = byhand.choices(PACK, "prosecutor-general", "ru", 1, date(2026, 11, 24))
    letter = byhand.blank(PACK, given)
    assert letter.sender[0].endswith("____") and not letter.sender[0].startswith("Full name")
    assert set(letter.date) == {"_"}
