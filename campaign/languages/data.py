"""A language's file as data: what it says, completed by CLDR and by neutral signs."""

from __future__ import annotations

import importlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.localedata import locale_identifiers

FOLDER = Path(__file__).parent

#: Lines that CLDR or the language's nature answers, so that their absence is no gap.
_OPTIONAL = re.compile(
    r"reviewed|desk|text\.(?:parentheses|italic|letter-spacing|paragraph-indent|capitals|word-spaces|digits|space-.*|inner-quotation)"
    r"|amounts\..*|cases\..*|dates\..*|letter\.(?:layout|date-line.*|reference)|names\..*|not-facts\..*"
    r"|not-dated\..*|headings\..*|lists\..*|countries\..*|sharing\..*"
)


class LanguageFileError(ValueError):
    """A language's file says what nobody reads, or says it in a wrong form."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `code` is as in addresses and packs: en, zh-Hans, pt-BR.

    `missing` names the lines that neither the folder nor CLDR has, such as 'qualifiers.over': they are
    neutral signs, and no pack that needs them is published. `reviewed`: native speakers have read the
    interface; `desk`: it has all words of the desk, and not only those of visitors, print and mail.
    """

    code: str
    name: str
    script: str
    office_tag: str
    hyphenation: str
    reviewed: bool
    desk: bool
    old_link_number: int
    sections: Mapping[str, Mapping[str, Any]]
    missing: frozenset[str]
    rules: ModuleType | None

    def text(self, key: str) -> str:
        """A line of the section `text`, such as 'comma'."""
        return str(self.sections["text"][key])

    def word(self, key: str) -> str:
        """A line of the section `words`, such as 'edition'."""
        return str(self.sections["words"][key])

    def line(self, section: str, key: str) -> Any:
        """Any other line."""
        return self.sections[section][key]

    @property
    def cases(self) -> tuple[str, ...]:
        """Cases of a noun beyond the plain one, by their names in packs."""
        return tuple(self.sections["cases"]["names"])

    @property
    def right_to_left(self) -> bool:
        """Whether it is written from right to left."""
        return _right_to_left(self.code)

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`, as HTML writes it."""
        return "rtl" if self.right_to_left else "ltr"

    def rule(self, name: str) -> Any:
        """A function of the language's `rules.py`, or None."""
        return getattr(self.rules, name, None) if self.rules else None


@lru_cache(maxsize=1)
def installed() -> tuple[str, ...]:
    """The languages that have a folder: English first, since its words are the messages themselves."""
    codes = sorted(path.parent.name for path in FOLDER.glob("*/language.toml"))
    return tuple(sorted(codes, key=lambda code: not _neutral_or_file(code).get("source", False)))


def source() -> str:
    """The language in which the interface's messages are written."""
    return installed()[0]


def with_old_number(number: int) -> str:
    """The language that links of earlier versions named by a number; '' for none."""
    return next((code for code in installed() if language(code).old_link_number == number >= 0), "")


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    """Every language of CLDR, as it spells it."""
    return frozenset(identifier.replace("_", "-") for identifier in locale_identifiers()) - {"root"}


def for_desk(codes: Iterable[str]) -> str:
    """The first of some languages in which the desk has its words; else the one of the messages."""
    return next((code for code in codes if code in installed() and language(code).desk), source())


def exists(code: str) -> bool:
    """Whether CLDR knows the language, spelled as it spells it: `zh-Hans`, not `zh_hans` or `../en`."""
    return code in known()


@lru_cache(maxsize=256)
def locale(code: str) -> Locale:
    """CLDR's data of a language, through Babel. Raises LookupError for one that CLDR does not know.

    The language's file may name a country's usage: what CLDR has for `pt` is the usage of Brazil. That is not
    inherited, since `pt-BR` has data of its own.
    """
    own = _neutral_or_file(code) if exists(code) else {}
    return locale_named(own.get("cldr", code))


@lru_cache(maxsize=256)
def locale_named(code: str) -> Locale:
    """Babel's locale with exactly this code. Raises LookupError for one that CLDR does not know."""
    if not exists(code):
        raise LookupError(code)
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise LookupError(code) from error


@lru_cache(maxsize=256)
def chain(code: str) -> tuple[str, ...]:
    """The language, then those that CLDR falls back to, and at last the source language: pt-BR, pt, en."""
    parents = get_global("parent_exceptions")
    codes, current = [], code.replace("-", "_")
    while current and current != "root":
        codes.append(current.replace("_", "-"))
        current = parents.get(current) or current.rpartition("_")[0]
    return tuple(dict.fromkeys((*codes, source())))


@lru_cache(maxsize=256)
def above(code: str) -> tuple[str, ...]:
    """The language and those above it that its readers read as their own: es-MX, es-419, es."""
    own = code.partition("-")[0]
    return tuple(parent for parent in chain(code) if parent.partition("-")[0] == own)


@lru_cache(maxsize=256)
def _right_to_left(code: str) -> bool:
    # Asked for only where it is needed: CLDR's data of a language takes longer to load than all else here.
    return locale(code).text_direction == "rtl"


@lru_cache(maxsize=256)
def language(code: str) -> Language:
    """What is known of a language. Raises LookupError for one that CLDR does not know."""
    babel = locale(code)
    own = _completed(code)
    neutral = _neutral()
    names = {f"{section}.{key}" for section, lines in _sections(neutral) for key in lines}
    given = {f"{section}.{key}" for section, lines in _sections(own) for key in lines}
    likely = str(get_global("likely_subtags").get(code.replace("-", "_"), code.replace("-", "_")))
    parts = likely.split("_")
    return Language(
        code=code,
        name=own.get("name") or str(babel.get_display_name() or code),
        script=babel.script or next((part for part in parts[1:] if len(part) == 4), "Latn"),
        office_tag=own.get("office-tag") or "-".join(part for part in (parts[0], *parts[1:][-1:])),
        hyphenation=own.get("hyphenation", ""),
        reviewed=bool(own.get("reviewed", False)),
        desk=bool(own.get("desk", False)),
        old_link_number=int(own.get("old-link-number", -1)),
        sections={
            section: MappingProxyType({**lines, **own.get(section, {})})
            for section, lines in _sections(neutral)
        },
        missing=frozenset(name for name in names - given if not _OPTIONAL.fullmatch(name)),
        rules=_rules(code),
    )


#: Lines that are about a code itself, and so not about a country's form of the language.
_OF_ONE_CODE = ("name", "cldr", "office-tag", "old-link-number")


def _completed(code: str) -> dict[str, Any]:
    """The lines of the language's own file, over those of the languages that CLDR puts above it."""
    lines: dict[str, Any] = {}
    for parent in reversed(chain(code)):
        if parent == code or code.startswith(f"{parent}-"):
            lines = {key: line for key, line in lines.items() if key not in _OF_ONE_CODE}
            _lay_over(lines, _neutral_or_file(parent))
    return lines


def _lay_over(lines: dict[str, Any], others: Mapping[str, Any]) -> None:
    """Put copies of the others' lines over these: what was read from a file is remembered as it is there."""
    for key, value in others.items():
        if isinstance(value, dict) and isinstance(lines.get(key), dict):
            _lay_over(lines[key], value)
        else:
            lines[key] = deepcopy(value)


@lru_cache(maxsize=64)
def _neutral_or_file(code: str) -> dict[str, Any]:
    path = FOLDER / code / "language.toml"
    return _read(path) if path.is_file() else {}


@lru_cache(maxsize=1)
def _neutral() -> dict[str, Any]:
    return _read(FOLDER / "neutral.toml")


def _read(path: Path) -> dict[str, Any]:
    """The lines of a file. Raises LanguageFileError for what nobody reads."""
    lines = tomllib.loads(path.read_text(encoding="utf-8"))
    if path.name != "neutral.toml":
        neutral = _neutral()
        for key, value in lines.items():
            _check(path, key, value, neutral.get(key))
    return lines


#: Lines at the top of a file, and their types.
_TOP = {
    "name": str, "cldr": str, "office-tag": str, "hyphenation": str, "reviewed": bool, "desk": bool,
    "source": bool, "old-link-number": int,
}  # fmt: skip


def _check(path: Path, key: str, value: Any, like: Any) -> None:
    if key in _TOP:
        if not isinstance(value, _TOP[key]):
            raise LanguageFileError(f"{path.parent.name}: “{key}” must be a {_TOP[key].__name__}.")
        if key == "cldr" and not _is_form_of(str(value), path.parent.name):
            raise LanguageFileError(f"{path.parent.name}: “cldr” must be a code of CLDR for this language.")
        return
    if not isinstance(like, dict) or not isinstance(value, dict):
        raise LanguageFileError(f"{path.parent.name}: nothing reads “{key}”.")
    for name, line in value.items():
        if name not in like:
            raise LanguageFileError(f"{path.parent.name}: nothing reads “{key}.{name}”.")
        if type(line) is not type(like[name]):
            form = type(like[name]).__name__
            raise LanguageFileError(
                f"{path.parent.name}: “{key}.{name}” must be a {form}, as in neutral.toml."
            )
        if not _has_texts(line):
            raise LanguageFileError(
                f"{path.parent.name}: “{key}.{name}” must hold texts, each in quotation marks."
            )


def _is_form_of(code: str, other: str) -> bool:
    """Whether a code is CLDR's, and of the same language as the other: pt-PT and pt."""
    return exists(code) and code.partition("-")[0] == other.partition("-")[0]


def _has_texts(line: Any) -> bool:
    """Whether a list or table holds nothing but texts, or lists of them."""
    parts = line.values() if isinstance(line, dict) else line if isinstance(line, list) else ()
    return all(isinstance(part, str) or (isinstance(part, list) and _has_texts(part)) for part in parts)


def _sections(lines: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((key, value) for key, value in lines.items() if isinstance(value, dict))


def _rules(code: str) -> ModuleType | None:
    """The functions of a language, or of the one above it: `pt` for `pt-BR`."""
    for parent in chain(code)[:-1] or (code,):
        if (FOLDER / parent / "rules.py").is_file():
            return importlib.import_module(f"{__package__}.{parent}.rules")
    return None
