"""Styles for languages that the common ones do not suit, made from what campaign/languages says.

The common styles are for Latin and Cyrillic letters, whose fonts we send. A language in another script is
set in fonts of the reader's system, higher lines, its own figures, and without slant or letter spacing
where its file says so. Only the bundles of pages that may show such a language have its rules.
"""

from __future__ import annotations

from functools import lru_cache

from campaign.languages.data import exists, language
from campaign.languages.scripts import numerals, script_of

#: A foreign passage has fonts of its own: those of the letter's sheet, or of the page.
_PASSAGES = """:where([lang]) { --serif: var(--serif-web); --text: var(--text-web); --numerals: decimal; }
:where([lang]) { font-family: var(--text); line-break: auto; }
:is(.sheet, .reading), :is(.sheet, .reading) [lang] { font-family: var(--serif); }
:is(h1, h2, h3, .brand) [lang] { font-family: inherit; }
"""


@lru_cache(maxsize=256)
def is_needed(code: str) -> bool:
    """Whether the common styles do not suit a language."""
    return exists(code) and bool(_rules(code))


@lru_cache(maxsize=64)
def sheet(codes: tuple[str, ...]) -> str:
    """The sheet for these languages."""
    return _PASSAGES + "".join(map(_rules, codes))


def _rules(code: str) -> str:
    """What one language adds; '' for nothing."""
    own = language(code)
    return "".join(
        (
            _fonts(code),
            _numerals(code),
            "" if own.line("text", "italic") else _upright(code),
            ""
            if own.line("text", "letter-spacing")
            else f":lang({code}) {{ letter-spacing: normal !important; }}\n",
            "" if own.line("text", "word-spaces") else f"[lang]:lang({code}) {{ line-break: strict; }}\n",
            f".sheet-indent:lang({code}) > p[dir] {{ text-indent: 2em; }}\n"
            if own.text("paragraph-indent")
            else "",
        )
    )


def _fonts(code: str) -> str:
    """Fonts of the system, and lines as high as the script's letters."""
    script = script_of(code)
    if not script.serif:
        return ""
    serif, sans = (", ".join(f'"{name}"' for name in names) for names in (script.serif, script.sans))
    return (
        f"[lang]:lang({code}) {{ --serif: {serif}, serif; --text: {sans}, sans-serif; }}\n"
        f":is(h1, h2, h3):lang({code}) {{ line-height: {script.heading}; }}\n"
        f":is(body, .sheet):lang({code}) {{ line-height: {script.text}; }}\n"
    )


def _numerals(code: str) -> str:
    """Lists and counters in the language's own figures."""
    lists = numerals(code)
    return lists and f"{lists}[lang]:lang({code}) {{ --numerals: own-{code}; }}\n"


def _upright(code: str) -> str:
    """No slant: what is emphasised is heavier instead."""
    return f":lang({code}) {{ font-style: normal !important; }}\nem:lang({code}) {{ font-weight: 600; }}\n"
