"""Names of countries, from CLDR, in the order of the language's alphabet."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from campaign.languages.data import language, locale

#: Codes of CLDR that are no countries.
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"})


@lru_cache(maxsize=16)
def countries(code: str) -> dict[str, str]:
    """ISO 3166 codes and names of all countries, in the language and sorted as it sorts names."""
    territories = {
        territory: name
        for territory, name in locale(code).territories.items()
        if len(territory) == 2 and territory.isalpha() and territory not in _NO_COUNTRIES
    }
    return dict(sorted(territories.items(), key=lambda item: _sort_key(item[1], code)))


def _sort_key(name: str, code: str) -> tuple[object, ...]:
    """By the language's own alphabet where its file gives one; otherwise accents are ignored."""
    if alphabet := str(language(code).line("names", "alphabet")):
        return tuple(alphabet.find(c) for c in name.lower() if c in alphabet)
    folded = unicodedata.normalize("NFD", name.casefold())
    return tuple(c for c in folded if not unicodedata.combining(c) or c == "\u0306")
