"""What a language does with numbers, plurals, dates and quotation marks.

Numbers, plural classes, month and country names come from CLDR through Babel. This module
adds what CLDR does not have: how a language qualifies a figure ("at least", "не менее"), the
case endings that Kazakh adds to a numeral, and the date as letters write it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, get_month_names
from babel.numbers import format_decimal

#: Languages of the interface; a pack may have any of them.
INTERFACE = ("en", "ru", "kk", "fr")

QUALIFIERS = ("exactly", "at-least", "over", "around", "only-around", "nearly")

#: {n} is the number, {unit} the noun in the case that the qualifier governs.
_PHRASES = {
    "en": {
        "exactly": "{n} {unit}",
        "at-least": "at least {n} {unit}",
        "over": "over {n} {unit}",
        "around": "around {n} {unit}",
        "only-around": "only around {n} {unit}",
        "nearly": "nearly {n} {unit}",
    },
    "ru": {
        "exactly": "{n} {unit}",
        "at-least": "не менее {n} {unit}",
        "over": "более {n} {unit}",
        "around": "около {n} {unit}",
        "only-around": "лишь около {n} {unit}",
        "nearly": "почти {n} {unit}",
    },
    "kk": {
        "exactly": "{n} {unit}",
        "at-least": "кемінде {n} {unit}",
        "over": "{n}-{from} астам {unit}",
        "around": "шамамен {n} {unit}",
        "only-around": "небәрі {n} шақты {unit}",
        "nearly": "{n}-{to} жуық {unit}",
    },
    "fr": {
        "exactly": "{n} {unit}",
        "at-least": "au moins {n} {unit}",
        "over": "plus de {n} {unit}",
        "around": "environ {n} {unit}",
        "only-around": "environ {n} {unit} seulement",
        "nearly": "près de {n} {unit}",
    },
}

#: After these the Russian noun is in the genitive ("не менее 241 человека").
GENITIVE_AFTER = {"ru": {"at-least", "over", "around", "only-around"}}

_QUOTES = {"en": ("“", "”"), "ru": ("«", "»"), "kk": ("«", "»"), "fr": ("«\u00a0", "\u00a0»")}

# Kazakh endings by the last word of the numeral: ablative ("from", with астам)
# and dative ("to", with жуық). Vowel harmony and the final sound decide.
_KK_UNITS = {
    1: ("ден", "ге"),
    2: ("ден", "ге"),
    3: ("тен", "ке"),
    4: ("тен", "ке"),
    5: ("тен", "ке"),
    6: ("дан", "ға"),
    7: ("ден", "ге"),
    8: ("ден", "ге"),
    9: ("дан", "ға"),
}
_KK_TENS = {
    1: ("нан", "ға"),
    2: ("дан", "ға"),
    3: ("дан", "ға"),
    4: ("тан", "қа"),
    5: ("ден", "ге"),
    6: ("тан", "қа"),
    7: ("тен", "ке"),
    8: ("нен", "ге"),
    9: ("нан", "ға"),
}
_KK_POWERS = ((1_000_000, ("нан", "ға")), (1_000, ("нан", "ға")), (100, ("ден", "ге")))


def kazakh_endings(number: int) -> tuple[str, str]:
    """The ablative and dative ending after a numeral: 10000 -> ("нан", "ға")."""
    if number % 10:
        return _KK_UNITS[number % 10]
    if number % 100:
        return _KK_TENS[number // 10 % 10]
    return next((ends for power, ends in reversed(_KK_POWERS) if number % (power * 10)), ("нан", "ға"))


@lru_cache(maxsize=4096)
def number(value: Decimal, language: str) -> str:
    """10000 as the language writes it: 10,000 in English, 10 000 (no-break) in French."""
    return str(format_decimal(value, locale=language))


@lru_cache(maxsize=4096)
def plural(value: Decimal, language: str) -> str:
    """The CLDR plural class of a number: one, few, many or other."""
    return str(Locale.parse(language).plural_form(abs(value)))


def phrase(value: Decimal, qualifier: str, unit: str, language: str) -> str:
    """'at least 238 people': the number, qualified, with its noun (which may be empty)."""
    pattern = _PHRASES.get(language, _PHRASES["en"])[qualifier]
    endings = kazakh_endings(int(value)) if language == "kk" else ("", "")
    words = pattern.replace("{from}", endings[0]).replace("{to}", endings[1])
    figure = number(value, language)
    if unit:
        # The number stays on one line with the word that follows it.
        return words.replace("{n} ", "{n}\u00a0").replace("{n}", figure).replace("{unit}", unit)
    return " ".join(words.replace("{n}", figure).replace("{unit}", "").split(" ")).strip().replace("  ", " ")


def quoted(text: str, language: str) -> str:
    """The text between the language's own quotation marks."""
    opening, closing = _QUOTES.get(language, _QUOTES["en"])
    return f"{opening}{text}{closing}"


#: In English a note follows the punctuation, elsewhere it precedes it.
NOTE_AFTER_PUNCTUATION = {"en"}


def typography(text: str, language: str) -> str:
    """The no-break spaces that a language requires: French before ; ! ? : and inside « ».

    Each character is replaced by one character, so that lines and columns do not change.
    """
    if language != "fr":
        return text
    text = re.sub(r" (?=[;!?])", "\u202f", text)
    text = re.sub(r" (?=:(?:\s|$))", "\u00a0", text)
    return text.replace("« ", "«\u00a0").replace(" »", "\u00a0»")


_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A date as precise as the source is: a year, a month or a day. Unknown parts are 0."""

    year: int
    month: int = 0
    day: int = 0

    @classmethod
    def read(cls, text: str) -> Day:
        """'2022', '2022-08' or '2022-08-22'; ValueError for anything else."""
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        parts = [int(part) for part in text.split("-")]
        date(*[*parts, 1, 1][:3])
        return cls(*parts)

    def __str__(self) -> str:
        return "-".join([f"{self.year:04}"] + [f"{part:02}" for part in (self.month, self.day) if part])

    def first(self) -> date:
        """The earliest date that it may mean."""
        return date(self.year, self.month or 1, self.day or 1)

    def after(self, other: Day) -> bool:
        """Certainly later: a month is not after a day of that same month."""
        precision = 1 + bool(self.month and other.month) + bool(self.day and other.day)
        own_parts, other_parts = (self.year, self.month, self.day), (other.year, other.month, other.day)
        return own_parts[:precision] > other_parts[:precision]

    def show(self, language: str) -> str:
        """The date in words: '22 August 2022', 'август 2022 г.', '2022'."""
        if self.day:
            return long_date(self.first(), language)
        if self.month:
            names = get_month_names("wide", context="stand-alone", locale=language)
            name = names[self.month].lower() if language == "kk" else names[self.month]
            return {"ru": f"{name} {self.year} года", "kk": f"{self.year} жылғы {name}"}.get(
                language, f"{name} {self.year}"
            )
        return {"ru": f"{self.year} год", "kk": f"{self.year} жыл"}.get(language, str(self.year))


def long_date(day: date, language: str) -> str:
    """A date as letters write it: '23 November 2026', '23 ноября 2026 г.'.

    CLDR's Kazakh long form ('2026 ж. 23 қараша') is not the one that official letters
    use, and its French form lacks '1er' for the first of a month.
    """
    if language == "kk":
        return f"{day.year} жылғы {day.day} {get_month_names('wide', locale='kk')[day.month]}"
    if language == "fr" and day.day == 1:
        return f"1er {get_month_names('wide', locale='fr')[day.month]} {day.year}"
    if language == "en":
        return f"{day.day} {get_month_names('wide', locale='en')[day.month]} {day.year}"
    return str(format_date(day, "long", locale=language)).replace("\u202f", "\u00a0")


def place_and_date(place: str, day: date, language: str) -> str:
    """The date line of a letter: French puts the place first, other languages have only the date."""
    if language == "fr" and place:
        return f"{place}, le {long_date(day, language)}"
    return long_date(day, language)


_EDITION = {"en": "edition {n}", "ru": "выпуск {n}", "kk": "{n}-басылым", "fr": "édition {n}"}


def edition(number: int, language: str) -> str:
    """'edition 12', for the small print of documents made from it."""
    return _EDITION.get(language, _EDITION["en"]).replace("{n}", str(number))


_KEEP = {
    "en": "For you to read: do not send this page",
    "ru": "Для вас: эту страницу не отправляйте",
    "kk": "Өзіңізге арналған: бұл бетті жібермеңіз",
    "fr": "Pour vous : ne pas envoyer cette page",
}


def keep_this_page(language: str) -> str:
    """The heading of the translation that a sender prints for themselves."""
    return typography(_KEEP.get(language, _KEEP["en"]), language)


_NAMES_BY_HAND = {
    "en": ("No.", "Full name", "Town, country", "Signature"),
    "ru": ("№", "Имя и фамилия", "Город, страна", "Подпись"),
    "kk": ("№", "Аты-жөні", "Қала, ел", "Қолы"),
    "fr": ("Nº", "Nom et prénom", "Ville, pays", "Signature"),
}


def names_by_hand(language: str) -> tuple[str, ...]:
    """Headings of the four columns in which people sign by hand."""
    return _NAMES_BY_HAND.get(language, _NAMES_BY_HAND["en"])


@lru_cache(maxsize=8)
def countries(language: str) -> dict[str, str]:
    """ISO 3166 codes and names of all countries, in the language and sorted as it sorts names."""
    names = Locale.parse(language).territories
    territories = {
        code: name
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"}
    }
    return dict(sorted(territories.items(), key=lambda item: _sort_key(item[1], language)))


_KK_ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"


def _sort_key(name: str, language: str) -> tuple[object, ...]:
    """Kazakh by its own alphabet (Ә follows А); other languages ignore accents."""
    if language == "kk":
        return tuple(_KK_ALPHABET.find(c) for c in name.lower() if c in _KK_ALPHABET)
    folded = unicodedata.normalize("NFD", name.casefold())
    return tuple(c for c in folded if not unicodedata.combining(c) or c == "\u0306")
