"""The compiled translations: made from the .po files where they are missing or older.

gettext answers in English for a catalogue that it does not find, so a server without them would show
English on Russian pages. A checkout has only the .po files.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from campaign.pack.languages import INTERFACE

#: Where Flask-Babel reads them.
FOLDER = Path(__file__).parent.parent / "translations"

_PROBLEM = (
    "The translation {} is missing or older than its .po file and could not be compiled ({}): "
    "start once as the owner of the folder."
)


def compile_outdated(folder: Path = FOLDER) -> list[str]:
    """Compile what is missing or older than its source; returns a line for each that failed.

    Several processes may do this at once: each writes a whole file and moves it into place.
    """
    problems = []
    for language in INTERFACE:
        source = folder / language / "LC_MESSAGES" / "messages.po"
        try:
            if _is_outdated(source):
                _compile(source, language)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            problems.append(_PROBLEM.format(source.with_suffix(".mo"), reason))
    return problems


def _is_outdated(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    if not source.exists():  # an installation may leave the sources out
        return not compiled.exists()
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


def _compile(source: Path, language: str) -> None:
    """Write the .mo file next to its source. Raises OSError or ValueError."""
    # Only where something is to be compiled: reading takes 50 ms a language.
    from babel.messages.mofile import write_mo  # as above
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    temporary = source.with_name(f".messages.{secrets.token_hex(6)}.mo")
    try:
        with temporary.open("wb") as file:
            write_mo(file, catalogue)
        temporary.chmod(0o644)
        os.replace(temporary, source.with_suffix(".mo"))
    finally:
        temporary.unlink(missing_ok=True)
