"""Drafts of the documents of the law: nothing that the pack says has to be typed again."""

from __future__ import annotations

from pathlib import Path
from string import Template

import pytest

from campaign.cli.main import main
from campaign.pack.files import parse
from campaign.pack.model import Pack
from campaign.site.data_protection import DOCUMENTS, documents
from tests.minimal import FILES
from tests.tools import DAY, SEED

TERMS = "closes: 2027-06-30\nerase-on: 2027-12-31\nlegal-basis: Consent | by law.\n"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_the_pack_says_is_filled_in(name: str) -> None:
    made = documents(parse({**FILES, "petition.yaml": TERMS}), DAY)[name]
    assert "Friends of the trees" in made and "2026-11-24" in made and "$" not in made


def test_the_record_has_who_why_and_until_when() -> None:
    made = documents(parse({**FILES, "petition.yaml": TERMS}), DAY)["record-of-processing.md"]
    for said in ("1 Example Street, 00000 Anytown, Ireland", "office@example.org", "2027-12-31", "Ireland",
                 "Consent \\| by law."):  # fmt: skip
        assert said in made, said


def test_what_is_missing_is_a_place_to_fill_in(pack: Pack) -> None:
    made = documents(pack, DAY)
    assert "‹name of the organisation that runs this site›" in made["processors.md"]
    assert "‹postal address›" in made["record-of-processing.md"]
    assert "Kazakhstan" in made["impact-assessment.md"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_row_of_a_table_has_too_many_cells(name: str, pack: Pack) -> None:
    for table in documents(pack, DAY)[name].split("\n\n"):
        rows = [line.replace("\\|", "") for line in table.split("\n") if line.startswith("|")]
        assert len({row.count("|") for row in rows}) <= 1, table


def test_the_command_writes_them_and_replaces_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["data-protection", "--pack", str(SEED), "--out", str(tmp_path / "out")]
    assert main(words) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(DOCUMENTS)
    (tmp_path / "out" / "processors.md").write_text("ours")
    assert main(words) == 2 and "is there already" in capsys.readouterr().err
    assert (tmp_path / "out" / "processors.md").read_text() == "ours"


def test_a_dollar_sign_of_a_pack_is_a_dollar_sign() -> None:
    files = {**FILES, "petition.yaml": TERMS.replace("Consent | by law.", "'$name and ${day}'")}
    assert "$name and ${day}" in documents(parse(files), DAY)["record-of-processing.md"]
    assert Template("$x").substitute(x="$name") == "$name"
