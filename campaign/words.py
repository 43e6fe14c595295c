"""The interface's words outside a request: what is printed on paper has them, too."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "translations"


@lru_cache(maxsize=16)
def words(language: str) -> Callable[[str], str]:
    """Gives a message in a language; in English where it is not translated."""
    return gettext.translation("messages", _FOLDER, [language], fallback=True).gettext


@lru_cache(maxsize=16)
def plurals(language: str) -> Callable[[str, str, int], str]:
    """Gives the form of a message that a number asks for."""
    return gettext.translation("messages", _FOLDER, [language], fallback=True).ngettext
