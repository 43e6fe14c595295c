"""Everything from which a script makes the letters that `compose` makes, as plain data for one file.

Texts are rendered by the code of the site (`letter_parts`). What depends on what is typed, the order of an
address or the direction of a name, comes as the tables that the site uses, cut down to what is needed.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from campaign.languages.countries import countries
from campaign.languages.data import language as language_data
from campaign.languages.dates import long_date
from campaign.languages.documents import keep_this_page
from campaign.letters import offices
from campaign.letters.address import country_line, latin_language, needs_region
from campaign.letters.compose import closing_words
from campaign.letters.envelopes import WINDOWS
from campaign.letters.postal_format import postal_format
from campaign.letters.postcodes import pattern_of
from campaign.mirror.letter_parts import NotOfflineError, Table, Writer
from campaign.pack.model import Addressee, Pack, Prose
from campaign.pack.wording import EU

#: Forms of address, in the order in which data has the salutations.
FORMS = ("unknown", "woman", "man")

#: What stands for the year in a day of the year.
YEAR = "\ue003"

_FORMAT_PARTS = "ACSZ"


def letter_data(pack: Pack, edition: int) -> dict[str, Any]:
    """The data of all letters of an edition that can be written without the site."""
    tables = {code: Table(code) for code in pack.languages}
    written = {one.key: _texts(pack, one, tables) for one in offered(pack)}
    keys = [key for key, texts in written.items() if texts]
    return {
        "slug": pack.slug,
        "edition": edition,
        "languages": {code: _language(code) for code in pack.languages},
        "offices": {key: _office(pack, pack.addressees[key]) for key in keys},
        "texts": {key: written[key] for key in keys},
        "pieces": {code: table.pieces for code, table in tables.items()},
        "notes": {code: table.notes for code, table in tables.items()},
        "demands": list(pack.demands),
        "countries": {code: countries(code) for code in pack.languages},
        "eu": sorted(EU),
        "postal": postal_data(),
        "directions": directions(),
        "windows": {key: window.paper for key, window in WINDOWS.items()},
    }


def offered(pack: Pack) -> tuple[Addressee, ...]:
    """Whom a copy offers: nobody in prison, since a copy cannot be called back if the family says no."""
    return tuple(one for one in pack.open_addressees() if not one.in_prison)


def _texts(pack: Pack, addressee: Addressee, tables: dict[str, Table]) -> dict[str, Any]:
    """The texts of an addressee's letter by language, without languages in which one can't be prepared."""
    found = {}
    for language, table in tables.items():
        writer = Writer(pack, addressee, language, table)
        text = pack.letters[addressee.letter].texts[language]

        def each(proses: Iterable[Prose], writer: Writer = writer) -> list[dict[str, list[int]]]:
            return [writer.paragraphs(prose) for prose in proses]

        try:
            found[language] = {
                "subject": text.subject,
                "openings": each(text.openings),
                "facts": each(text.facts),
                "duty": each(text.duty),
                "later": each(text.later),
                "asking": each(text.asking),
                "replies": each(text.replies),
                "asks": {key: writer.item(prose) for key, prose in text.asks.items()},
                "prompts": list(text.prompts),
            }
        except NotOfflineError:
            continue
    return found


def _office(pack: Pack, addressee: Addressee) -> dict[str, Any]:
    """What a letter needs to know of an addressee, and what the page says of it."""
    codes = pack.languages
    latin = {code: latin_language(addressee, code) for code in codes}
    postal = addressee.address
    return {
        "to": {code: addressee.to[code] for code in dict.fromkeys((*codes, *latin.values()))},
        "title": {code: addressee.title[code] for code in codes},
        "salutations": {code: [addressee.salutation[code].form(form) for form in FORMS] for code in codes},
        "closings": {
            code: [
                closing_words(pack, addressee, addressee.salutation[code].form(form), code, together=False)
                for form in FORMS
            ]
            for code in codes
        },
        "form": FORMS.index(addressee.form),
        "country": addressee.country,
        "typed": addressee.typed,
        "email": addressee.email,
        "webForm": addressee.web_form,
        "byPost": addressee.by_post,
        "lines": list(postal.lines) if postal else None,
        "local": {code: list(postal.local[code]) for code in codes if code in postal.local} if postal else {},
        "latin": latin,
        "countryLines": {code: _country_lines(addressee.country, code) for code in codes}
        if postal and not addressee.typed
        else {},
        "byCountry": {code: list(one.lines) for code, one in addressee.by_country.items()},
        "demands": list(pack.demands_for(addressee)),
        "ticked": offices.ticked_at_first(pack, addressee),
        "offeredDemands": offices.offered_demands(pack, addressee),
        "until": str(addressee.write_before or pack.write_before or ""),
    }


@lru_cache(maxsize=512)
def _country_lines(destination: str, code: str) -> list[Any]:
    """The last line of an address abroad in a language: the commonest, and others by country of posting."""
    lines = {sender: country_line(destination, sender, code) for sender in ("", *countries("en"))}
    common = Counter(lines.values()).most_common(1)[0][0]
    return [common, {sender: line for sender, line in lines.items() if line != common}]


def _language(code: str) -> dict[str, Any]:
    """How a language writes what a script puts together."""
    own = language_data(code)
    return {
        "fromRight": own.right_to_left,
        "digits": digits if len(digits := own.text("digits")) == 10 else "",
        "wordSpaces": bool(own.line("text", "word-spaces")),
        "indent": own.text("paragraph-indent"),
        "comma": own.text("comma"),
        "layout": str(own.line("letter", "layout")),
        "dateLine": str(own.line("letter", "date-line")),
        "dateLineWithPlace": str(own.line("letter", "date-line-with-place")),
        "days": days_of(code),
        "keep": keep_this_page(code),
    }


@lru_cache(maxsize=64)
def days_of(code: str) -> dict[str, str]:
    """Every day of a year as a letter has it in a language, with YEAR in the place of the year, by `MM-DD`.

    Raises NotOfflineError for a language in which the year changes the rest.
    """
    found: dict[str, str] = {}
    for year in (2024, 2028):  # every day of a year, and another year to compare
        shown = long_date(date(year, 1, 1), code, "letter")
        digits = language_data(code).text("digits")
        own_year = (
            str(year).translate(str.maketrans("0123456789", digits)) if len(digits) == 10 else str(year)
        )
        if own_year not in shown:
            raise NotOfflineError(f"Dates in {code} have no year.")
        for number in range(366):
            day = date(year, 1, 1) + timedelta(days=number)
            text = long_date(day, code, "letter").replace(own_year, YEAR)
            if found.setdefault(day.strftime("%m-%d"), text) != text:
                raise NotOfflineError(f"Dates in {code} differ between years.")
    return found


@lru_cache(maxsize=1)
def postal_data() -> dict[str, list[str]]:
    """For each country: its formats, local and Latin, parts in capitals, prefixes, pattern of postcodes."""
    found = {}
    for country in ("", *countries("en")):
        local, latin = postal_format(country, latin=False), postal_format(country, latin=True)
        found[country] = [
            local.lines,
            "" if latin.lines == local.lines else latin.lines,
            "".join(part for part in _FORMAT_PARTS if part in local.capitals),
            local.prefix,
            latin.prefix,
            pattern_of(country),
            "r" if needs_region(country) else "",
        ]
    return found


@lru_cache(maxsize=1)
def directions() -> dict[str, list[int]]:
    """Where characters of each direction begin and end: L, R with AL, and EN of UAX #9, as pairs of numbers.

    Each pair is the distance from the end of the one before, and the length.
    """
    kinds = {"L": "L", "R": "R", "AL": "R", "EN": "EN"}
    found: dict[str, list[int]] = {"L": [], "R": [], "EN": []}
    ends = dict.fromkeys(found, 0)
    start, kind = 0, ""
    for code in range(0x110000 + 1):
        own = "" if code == 0x110000 else kinds.get(unicodedata.bidirectional(chr(code)), "")
        if own == kind:
            continue
        if kind:
            found[kind] += [start - ends[kind], code - start]
            ends[kind] = code
        start, kind = code, own
    return found
