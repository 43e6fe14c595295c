"""A kit for a street stall: everything in one file, and codes that a phone reads."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pikepdf
import pytest

from campaign.cli.main import main
from campaign.letters import byhand
from campaign.letters.letter import Paragraph
from campaign.pack.archive import write_folder
from campaign.pack.files import parse
from campaign.paper import kits, sheets
from campaign.paper.numbers import Number
from campaign.paper.sheets import Layout, Print
from campaign.photographs.sanitise import sanitised, sanitised_logo
from tests.minimal import FILES
from tests.paper.conftest import Table
from tests.paper.test_sheets import PACK, SITE, codes, pictures
from tests.photographs.pictures import telephone
from tests.small_packs import SMALL_PACKS
from tests.tools import DAY, LANGUAGES, SEED, pdf_text


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
    letters = {name.removeprefix("letters/letter-").removesuffix("-ru.pdf") for name in files if "/" in name}
    assert {"president", "un-torture", "odihr"} <= letters
    assert not letters & {"own-foreign-minister", "embassy-paris"}  # typed; for supporters from one country
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
    assert letter.sender == ("Имя и фамилия:", "Почтовый адрес:", "") and letter.date == "Дата:"
    assert [block.lines for block in letter.body if isinstance(block, Paragraph) and block.own] == [
        byhand.LINES
    ]


#: What a kit has, by the pack.
KITS = {
    "petition-only": ["1-volunteers-en.pdf", "2-sheets-en.pdf", "3-flyer-en.pdf", "4-poster-en.pdf"],
    "letters-only": ["3-flyer-en.pdf", "4-poster-en.pdf", "letters/letter-mayor-en.pdf"],
    "finished": ["1-volunteers-en.pdf", "2-sheets-en.pdf", "3-flyer-en.pdf", "4-poster-en.pdf"],
}


@pytest.mark.parametrize("slug", KITS)
def test_a_kit_has_what_its_campaign_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], slug: str
) -> None:
    write_folder(SMALL_PACKS[slug], tmp_path / slug)
    out = tmp_path / "kit.zip"
    words = ["kit", "--pack", str(tmp_path / slug), "--language", "en", "--sheets", "2", "--out", str(out)]
    assert main(words) == 0
    assert ("sheets" in capsys.readouterr().out) is (slug != "letters-only")
    with zipfile.ZipFile(out) as kit:
        assert kit.namelist() == KITS[slug]
        flyer = pdf_text(kit.read("3-flyer-en.pdf"))
    assert ("1. Keep them" in flyer) and "Asked by" not in flyer


def test_sheets_without_a_petition_are_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_folder(SMALL_PACKS["letters-only"], tmp_path / "pack")
    out = tmp_path / "sheets.pdf"
    assert main(["sheets", "--pack", str(tmp_path / "pack"), "--language", "en", "--out", str(out)]) == 2
    assert "The campaign has no petition" in capsys.readouterr().err and not out.exists()


def test_a_sheet_of_a_campaign_that_names_nobody_says_nothing_of_who_asks() -> None:
    pack = parse(SMALL_PACKS["petition-only"])
    text = pdf_text(sheets.pdf(pack, Layout(("en",)), Print([Number(1, 1)])))
    assert "Keep the trees of the square" in text and "Asked by" not in text


@pytest.mark.parametrize("kind", kits.KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_piece_is_one_page_however_long_its_words_are(language: str, kind: str) -> None:
    kit = kits.Kit(language, SITE, b"", 1, DAY)
    with pikepdf.open(io.BytesIO(kits.printed(PACK, kit, kind))) as printed:
        assert len(printed.pages) == 1


@pytest.mark.parametrize("kind", ["flyer", "poster"])
def test_a_flyer_has_the_picture_and_the_logo_of_the_pack(kind: str) -> None:
    photograph, logo = sanitised(telephone(800, 600)), sanitised_logo(telephone(640, 480))
    front = FILES["campaign.yaml"].replace(
        "picture: {kind: marks, facts: [trees, old-trees]}",
        f"picture: {{kind: photograph, photo: {photograph.name}, credit: A, alt: {{en: A tree, fr: Un arbre}}}}",
    )
    branding = (
        f"branding: {{logo: {logo.name}, logo-alt: {{en: Our sign, fr: Notre signe}}, colour: '#1a5fb4'}}\n"
    )
    pack = parse({**FILES, "campaign.yaml": front + branding})
    images = {one.name: one.large for one in (photograph, logo)}
    whole = kits.Kit("en", SITE, b"", 1, DAY, images)
    data = kits.data(pack, whole, kind)
    assert data["accent"] == "#1a5fb4" and "image/png" in data["logo"]
    assert data["picture"]["kind"] == "photograph" and "image/jpeg" in data["picture"]["photo"]
    bare = kits.data(pack, kits.Kit("en", SITE, b"", 1, DAY), kind)
    assert (bare["logo"], bare["picture"]["kind"]) == ("", "none")
    assert len(kits.printed(pack, whole, kind)) > len(
        kits.printed(pack, kits.Kit("en", SITE, b"", 1, DAY), kind)
    )
