"""The compiled translations are made where they are missing or outdated, and production insists on them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from gettext import GNUTranslations
from pathlib import Path

import pytest

from campaign.pack.languages import INTERFACE
from campaign.web import catalogues
from tests.tools import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with what git has of the translations."""
    listed = subprocess.run(
        ["git", "ls-files", "campaign/translations"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.split():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, path)
    return tmp_path / "campaign" / "translations"


def compiled(folder: Path, language: str) -> Path:
    return folder / language / "LC_MESSAGES" / "messages.mo"


def translation(folder: Path, language: str) -> str:
    with compiled(folder, language).open("rb") as file:
        return GNUTranslations(file).gettext("Your signature")


def remove(folder: Path) -> None:
    for language in INTERFACE:
        compiled(folder, language).unlink(missing_ok=True)


def make_older(folder: Path) -> None:
    for language in INTERFACE:
        compiled(folder, language).write_bytes(b"what was there before")
        os.utime(compiled(folder, language), (0, 0))


@pytest.mark.parametrize("state", [remove, make_older])
def test_what_is_missing_or_older_than_its_source_is_compiled_where_babel_reads_it(
    state: Callable[[Path], None], checkout: Path
) -> None:
    state(checkout)
    assert catalogues.compile_outdated(checkout) == []
    assert translation(checkout, "ru") == "Ваша подпись" and translation(checkout, "kk") != "Your signature"
    before = compiled(checkout, "ru").stat().st_mtime_ns
    assert catalogues.compile_outdated(checkout) == []
    assert compiled(checkout, "ru").stat().st_mtime_ns == before
    assert not list(checkout.rglob(".messages.*"))


def test_a_source_that_cannot_be_compiled_is_a_line_and_the_others_are_compiled(checkout: Path) -> None:
    remove(checkout)
    shutil.rmtree(checkout / "kk")
    (checkout / "ru" / "LC_MESSAGES" / "messages.po").write_bytes(b'msgid "x"\nmsgstr "\xff\n')
    problems = catalogues.compile_outdated(checkout)
    assert [line.split("/")[-3] for line in problems] == ["ru", "kk"]
    assert translation(checkout, "fr") == "Votre signature"
