"""Words that people type into lists, in every installed language at once: no list says in which one it is."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.languages.data import Language, installed, language


def headings(key: str) -> tuple[str, ...]:
    """What people write above a column, by the key of the column or of a part of the name: 'own_words'."""
    return _words("headings", key.replace("_", "-"))


def family_names_first() -> tuple[str, ...]:
    """The headings of family names in languages that write these before the given names."""
    first = (own for own in _languages() if own.line("names", "order") == "family-first")
    return tuple(word for own in first for word in own.line("headings", "family"))


def ditto() -> tuple[str, ...]:
    """What people write in a row that says the same as the row above."""
    return _words("lists", "ditto")


def years() -> tuple[str, ...]:
    """What may follow the year in a date of figures: 24.11.2026 г."""
    return _words("lists", "year")


def spreadsheet_errors() -> tuple[str, ...]:
    """What spreadsheets show where they could not calculate: #N/A."""
    return _words("lists", "errors")


def error_words() -> tuple[str, ...]:
    """What LibreOffice writes before the number of an error: the Err of Err:502."""
    return _words("lists", "error-words")


def country_names() -> Iterator[tuple[str, str]]:
    """Names of countries that CLDR has not, each with its ISO 3166 code."""
    for own in _languages():
        for code, names in own.line("countries", "also").items():
            yield from ((name, code) for name in ([names] if isinstance(names, str) else names))


def forms_of_state() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """What names of countries begin with, what they end with, and what is joined to them without a space."""
    attached = [own for own in _languages() if not own.line("text", "word-spaces")]
    ends = tuple(word for own in attached for word in own.line("countries", "after"))
    return (
        _words("countries", "before"),
        tuple(word for word in _words("countries", "after") if word not in ends),
        ends,
    )


def _words(section: str, key: str) -> tuple[str, ...]:
    """The words of a line in all languages, each once; none for a line that no language has."""
    found = (own.sections[section].get(key, ()) for own in _languages())
    return tuple(dict.fromkeys(word for words in found for word in words))


def _languages() -> Iterator[Language]:
    return map(language, installed())
