"""The table for somebody who checks facts: each statement of a pack, its sources, and where in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign.cli.main import CAMPAIGN
from campaign.pack.claims import Claim, as_markdown, claims
from campaign.pack.files import parse
from campaign.pack.model import Pack
from tests.minimal import FILES
from tests.tools import LANGUAGES, SEED


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_statement_of_the_first_campaign_has_a_source_and_a_place_in_it(
    pack: Pack, language: str
) -> None:
    found = list(claims(pack, language))
    assert len(found) >= 200
    assert [claim.place for claim in found if not claim.bases] == []
    assert [claim.place for claim in found if not all(basis.where for basis in claim.bases)] == []
    assert [claim.text for claim in found if "{" in claim.text or not claim.text] == []


def in_letter(words: str) -> list[Claim]:
    """The statements of the smallest pack's letter whose facts are these words."""
    path = "letters/mayor.en.md"
    changed = {**FILES, path: FILES[path].replace("They give shade.", words)}
    return [claim for claim in claims(parse(changed), "en") if claim.text.startswith("They give")]


STATED = [
    ("They give shade.", False),
    ("They give shade to 300 people.", True),
    ("They give shade, “more than anywhere else”.", True),
    ("They give shade since 1987.", False),
    ("They give shade. {{ source.plea }}", True),
]


@pytest.mark.parametrize(("words", "listed"), STATED)
def test_a_line_with_a_number_a_quotation_or_a_source_is_a_statement(words: str, listed: bool) -> None:
    assert bool(in_letter(words)) == listed


def test_a_treaty_is_known_by_the_name_that_its_source_has_in_texts() -> None:
    source = "- {key: law, publisher: State, title: {en: Law, fr: Loi}, date: 1990-01-01, where: § 4, "
    source += "url: 'https://example.org/law', cited-as: {en: the Trees Act, fr: la loi sur les arbres}}\n"
    path = "letters/mayor.en.md"
    changed = {
        **FILES,
        "sources.yaml": FILES["sources.yaml"] + source,
        path: FILES[path].replace("They give shade.", "The Trees Act says so."),
    }
    (claim,) = (one for one in claims(parse(changed), "en") if one.text == "The Trees Act says so.")
    assert [(basis.source, basis.where) for basis in claim.bases] == [("law", "§ 4")]


def test_the_table_links_each_source_and_names_its_place(pack: Pack) -> None:
    rows = [line for line in as_markdown(pack, "en").splitlines() if "| fact parliament-eu-2022 |" in line]
    (cells,) = (row.strip("| ").split(" | ") for row in rows)
    assert cells[2].startswith("By 589 votes to 35")
    assert cells[3] == "European Parliament"
    assert cells[4].startswith("[European Parliament: Resolution P9_TA(2022)0012")
    assert cells[5] == "summary of the resolution"


def test_the_command_prints_the_table_and_exits_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert CAMPAIGN.main(["facts", str(SEED), "--language", "fr"], standalone_mode=False) == 0
    assert "Par 589 voix contre 35" in capsys.readouterr().out


def test_the_command_names_statements_without_a_source(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = "letters/mayor.en.md"
    for name, text in {**FILES, path: FILES[path].replace("shade.", "shade to 300 people.")}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    line = FILES[path].split("\n").index("They give shade.") + 1
    assert CAMPAIGN.main(["facts", str(tmp_path)], standalone_mode=False) == 1
    assert capsys.readouterr().err.strip() == f"Without a source: {path}:{line}"


@pytest.mark.parametrize(
    ("folder", "language", "said"),
    [("no-folder", "en", "There is no folder no-folder."), (str(SEED), "de", "There is no language “de”.")],
)
def test_the_command_says_what_it_does_not_find(folder: str, language: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        CAMPAIGN.main(["facts", folder, "--language", language], standalone_mode=False)
