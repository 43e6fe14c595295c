"""Translations of the interface outside a request, such as for printed paper."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "translations"


@lru_cache(maxsize=16)
def words(language: str) -> Callable[[str], str]:
    """A function that translates a message; the English message if there is no translation."""
    return gettext.translation("messages", _FOLDER, [language], fallback=True).gettext


@lru_cache(maxsize=16)
def plurals(language: str) -> Callable[[str, str, int], str]:
    """A function that gives the plural form of a message for a number."""
    return gettext.translation("messages", _FOLDER, [language], fallback=True).ngettext
