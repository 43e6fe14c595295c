"""The interface's words: compiled catalogues, and what stands for a message that a language lacks.

The compiled files are made from the .po files where they are missing or older: gettext answers in
English for a catalogue that it does not find, so a server without them would show English on Russian
pages. A checkout has only the .po files. A command that prints reads those, and writes nothing.
"""

from __future__ import annotations

import contextlib
import gettext
import io
import os
import secrets
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from campaign.languages.data import FOLDER, chain, installed, source

_PROBLEM = (
    "The translation {} is missing or older than its .po file and could not be compiled ({}): "
    "install the program again, or start once as the owner of the folder."
)


class Catalogue:
    """The messages of one language, then those of the languages that CLDR falls back to."""

    def __init__(self, code: str) -> None:
        self._own = [(parent, _messages(parent)) for parent in chain(code)]

    def gettext(self, text: str) -> str:
        """The message in the first language of the chain that has it."""
        return self.found(text)[0]

    def ngettext(self, one: str, several: str, num: int) -> str:
        """The plural form of a message for a number, in the first language of the chain that has it."""
        return self.found_plural(one, several, num)[0]

    def found(self, text: str) -> tuple[str, str]:
        """The message, and the language in which it is."""
        for code, messages in self._own:
            translated = messages.gettext(text)
            if translated is not text or code == source():
                return translated, code
        return text, source()

    def found_plural(self, one: str, several: str, num: int) -> tuple[str, str]:
        """The plural form of a message, and the language in which it is."""
        for code, messages in self._own:
            translated = messages.ngettext(one, several, num)
            if (translated is not one and translated is not several) or code == source():
                return translated, code
        return (one if num == 1 else several), source()

    # What Flask-Babel and Jinja call.
    ugettext, ungettext = gettext, ngettext


def _messages(code: str) -> gettext.NullTranslations:
    """The compiled messages; where only a server would compile them, what they would be.

    Of a source that can't be compiled, which `compile_outdated` reports, what was compiled before.
    """
    source_path = FOLDER / code / "messages.po"
    compiled = source_path.with_suffix(".mo")
    if source_path.is_file() and _is_outdated(source_path):
        with contextlib.suppress(OSError, ValueError):
            return gettext.GNUTranslations(io.BytesIO(_compiled(source_path, code)))
    if not compiled.is_file():
        return gettext.NullTranslations()
    with compiled.open("rb") as file:
        return gettext.GNUTranslations(file)


@lru_cache(maxsize=64)
def catalogue(code: str) -> Catalogue:
    """The messages of a language. Raises LookupError for one that CLDR does not know."""
    return Catalogue(code)


def words(code: str) -> Callable[[str], str]:
    """A function that translates a message, outside a request: for printed paper."""
    return catalogue(code).gettext


def plurals(code: str) -> Callable[[str, str, int], str]:
    """A function that gives the plural form of a message for a number."""
    return catalogue(code).ngettext


def compile_outdated(folder: Path = FOLDER) -> list[str]:
    """Compile what is missing or older than its source; returns a line for each that failed.

    Several processes may do this at once: each writes a whole file and moves it into place.
    """
    problems = []
    for code in installed():
        path = folder / code / "messages.po"
        try:
            if _is_outdated(path):
                _compile(path, code)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            problems.append(_PROBLEM.format(path.with_suffix(".mo"), reason))
    return problems


def outdated() -> list[str]:
    """The languages whose compiled words are missing or older than their source."""
    return [code for code in installed() if _is_outdated(FOLDER / code / "messages.po")]


def _is_outdated(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    if not path.exists():
        # A new language has no words yet; an installed program has all words, and no sources at all.
        is_new = (path.parent / "language.toml").exists() and any(path.parent.parent.glob("*/messages.po"))
        return not compiled.exists() and not is_new
    return not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime


def _compile(path: Path, code: str) -> None:
    """Write the .mo file next to its source. Raises OSError or ValueError."""
    compiled = _compiled(path, code)
    temporary = path.with_name(f".messages.{secrets.token_hex(6)}.mo")
    try:
        temporary.write_bytes(compiled)
        temporary.chmod(0o644)
        os.replace(temporary, path.with_suffix(".mo"))
    finally:
        temporary.unlink(missing_ok=True)


def _compiled(path: Path, code: str) -> bytes:
    """What the .mo file of a source would hold. Raises OSError or ValueError."""
    # Only where something is to be compiled: reading takes 50 ms a language.
    from babel.messages.mofile import write_mo  # as above
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        messages = read_po(file, locale=code.replace("-", "_"), abort_invalid=True)
    # Babel would write English for a plural that lacks a form, and nothing would tell that it is English.
    for message in [*messages]:
        if isinstance(message.string, tuple) and not all(message.string):
            messages.delete(message.id, message.context)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    return compiled.getvalue()
