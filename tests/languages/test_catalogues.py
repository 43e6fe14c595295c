"""The compiled translations are made where they are missing or outdated, and production insists on them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from gettext import GNUTranslations
from pathlib import Path

import pytest

from campaign.languages import catalogues
from campaign.languages.data import installed
from tests.tools import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with what git has of the translations, or would have: a new language too."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "campaign/languages"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.split():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, path)
    return tmp_path / "campaign" / "languages"


def compiled(folder: Path, language: str) -> Path:
    return folder / language / "messages.mo"


def translation(folder: Path, language: str) -> str:
    with compiled(folder, language).open("rb") as file:
        return GNUTranslations(file).gettext("Your signature")


def remove(folder: Path) -> None:
    for language in installed():
        compiled(folder, language).unlink(missing_ok=True)


def make_older(folder: Path) -> None:
    for language in installed():
        compiled(folder, language).write_bytes(b"what was there before")
        os.utime(compiled(folder, language), (0, 0))


@pytest.mark.slow
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
    (checkout / "ru" / "messages.po").write_bytes(b'msgid "x"\nmsgstr "\xff\n')
    problems = catalogues.compile_outdated(checkout)
    assert [line.split("/")[-2] for line in problems] == ["ru"]
    assert translation(checkout, "fr") == "Votre signature"


@pytest.mark.slow
def test_a_plural_without_a_translation_is_left_to_the_source_language(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = 'msgid "%(num)s row"\nmsgid_plural "%(num)s rows"\nmsgstr[0] "%(num)s Zeile"\nmsgstr[1] "{}"\n'
    monkeypatch.setattr(catalogues, "FOLDER", checkout)
    for translation, found in (("", ("%(num)s rows", "en")), ("%(num)s Zeilen", ("%(num)s Zeilen", "de"))):
        remove(checkout)
        (checkout / "de" / "messages.po").write_text(words.format(translation), encoding="utf-8")
        assert catalogues.compile_outdated(checkout) == []
        assert catalogues.Catalogue("de").found_plural("%(num)s row", "%(num)s rows", 2) == found


@pytest.mark.parametrize("state", [remove, make_older])
def test_a_command_in_a_fresh_checkout_prints_no_english(
    state: Callable[[Path], None], checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the server compiles: a card printed from the command line had English words on it."""
    state(checkout)
    monkeypatch.setattr(catalogues, "FOLDER", checkout)
    assert catalogues.Catalogue("ru").gettext("Your signature") == "Ваша подпись"
    assert not [path for path in checkout.rglob("*.mo") if path.stat().st_mtime > 0]


def test_an_installed_program_that_lacks_a_translation_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has no sources: a Russian page in English was once called in order."""
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    for language in installed():
        (tmp_path / language).mkdir()
        (tmp_path / language / "language.toml").touch()
        compiled(tmp_path, language).touch()
    assert catalogues.outdated() == []
    compiled(tmp_path, "ru").unlink()
    assert catalogues.outdated() == ["ru"]
    (line,) = catalogues.compile_outdated(tmp_path)
    assert "install the program again" in line
    # In a clone, a language that has no words yet is none that lacks them.
    (tmp_path / "fr" / "messages.po").write_text("")
    os.utime(tmp_path / "fr" / "messages.po", (0, 0))
    assert catalogues.outdated() == []
