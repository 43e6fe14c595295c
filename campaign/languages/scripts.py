"""What a language's script asks of pages and of print, beyond what the fonts of Latin letters give."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from campaign.languages.data import FOLDER, language


@dataclass(frozen=True, slots=True)
class Script:
    """The fonts and measures of one script; scripts.toml says what each field means."""

    code: str
    serif: tuple[str, ...] = ()
    sans: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()
    office: str = ""
    heading: float = 0.0
    text: float = 0.0
    size: float = 1.0
    leading: float = 0.0


@lru_cache(maxsize=1)
def _scripts() -> dict[str, Script]:
    tables: dict[str, dict[str, Any]] = tomllib.loads((FOLDER / "scripts.toml").read_text(encoding="utf-8"))
    return {
        code: Script(
            code,
            serif=tuple(lines["serif"]),
            sans=tuple(lines["sans"]),
            printed=tuple(lines["print"]),
            office=lines["office"],
            heading=lines["heading"],
            text=lines["text"],
            size=lines["size"],
            leading=lines["leading"],
        )
        for code, lines in tables.items()
    }


def script_of(code: str) -> Script:
    """The script in which a language is written."""
    own = language(code).script
    return _scripts().get(own) or Script(own)


def numerals(code: str) -> str:
    """The style that numbers lists in the language's own digits; '' where it names none."""
    digits = language(code).text("digits")
    if not digits:
        return ""
    symbols = " ".join(f'"{digit}"' for digit in digits)
    return (
        f'@counter-style own-{code} {{ system: numeric; symbols: {symbols}; suffix: ". "; }}\n'
        f":where(ol:lang({code})) {{ list-style-type: own-{code}; }}\n"
    )


def print_tag(code: str) -> tuple[str, str]:
    """Language and country for programs that know only these two: zh-Hans is ('zh', 'CN').

    The country is '' where the code is the language alone.
    """
    main, _, rest = code.partition("-")
    parts = language(code).office_tag.split("-")[1:] if rest else []
    return main, next((part for part in parts if len(part) == 2 and part.isupper()), "")
