"""Numbers, plural classes, and figures with their qualifier: 'at least 40 people'.

Figures, plural classes and money are CLDR's, through Babel. How a language qualifies a figure is in its file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from babel.numbers import format_compact_decimal, format_currency, format_decimal, get_currency_name
from babel.numbers import format_percent as cldr_percent

from campaign.languages.data import language, locale
from campaign.languages.typography import joined

#: How sure a figure is, or which side of it the truth lies. Each is a line of a language's file.
QUALIFIERS = (
    "exactly", "at-least", "up-to", "over", "more-than", "around", "only-around", "nearly", "between",
)  # fmt: skip

#: Plural classes of CLDR: https://unicode.org/reports/tr35/tr35-numbers.html#Language_Plural_Rules
PLURAL_CLASSES = ("zero", "one", "two", "few", "many", "other")


@lru_cache(maxsize=4096)
def number(value: Decimal, code: str) -> str:
    """10000 as the language writes it: 10,000 in English, 10 000 (no-break) in French, ۱۰٬۰۰۰ in Persian."""
    plain = format_decimal(value, locale=locale(code), numbering_system=_numbering(code))
    return in_own_digits(str(plain), code)


def _numbering(code: str) -> str:
    """The numbering system whose separators a number has: that of the language's own digits, if it has any.

    Persian writes ۱۲٬۵۰۰٫۵ and not ۱۲,۵۰۰.۵. Babel takes the separators of a system and leaves the digits.
    """
    if not language(code).text("digits"):
        return "latn"
    return str(locale(code).other_numbering_systems.get("native", "latn"))


def in_own_digits(text: str, code: str) -> str:
    """The text with the digits of the language's file, if it names others than 0 to 9."""
    digits = language(code).text("digits")
    return text.translate(str.maketrans("0123456789", digits)) if len(digits) == 10 else text


@lru_cache(maxsize=4096)
def plural(value: Decimal, code: str) -> str:
    """The CLDR plural class of a number: zero, one, two, few, many or other."""
    return str(locale(code).plural_form(abs(value)))


def plural_classes(code: str) -> tuple[str, ...]:
    """The plural classes that a language has, in CLDR's order."""
    classes = {*locale(code).plural_form.tags, "other"}
    return tuple(name for name in PLURAL_CLASSES if name in classes)


#: Numbers that are tried as examples of a plural class.
_TRIED = (*map(Decimal, range(201)), Decimal("1.5"), Decimal(1_000_000))


@lru_cache(maxsize=1024)
def examples(name: str, code: str, most: int = 4) -> tuple[str, ...]:
    """Some numbers of a plural class, as the language writes them: 1, 21, 31, 41."""
    fitting = [value for value in _TRIED if plural(value, code) == name]
    return tuple(number(value, code) for value in fitting[:most])


def case_after(qualifier: str, code: str) -> str:
    """The case of a noun after a qualifier, or after a 'range'; '' for the plain one."""
    return str(language(code).line("cases", "after").get(qualifier, ""))


def amount(value: Decimal, code: str, currency: str = "", per_cent: bool = False, short: bool = False) -> str:
    """A figure in digits: '10,000', '£2.5 million', '47%'. `currency` is an ISO 4217 code.

    `short` writes millions and billions in words, as CLDR's long compact form does.
    """
    return in_own_digits(_amount(value, code, currency, per_cent, short), code)


def _amount(value: Decimal, code: str, currency: str, per_cent: bool, short: bool) -> str:
    own, babel = language(code), locale(code)
    if currency:
        return _money_in_words(value, code, currency) if short else _money(value, code, currency)
    if per_cent:
        pattern = str(own.line("amounts", "per-cent"))
        plain = str(
            cldr_percent(
                value / 100, locale=babel, decimal_quantization=False, numbering_system=_numbering(code)
            )
        )
        return pattern.replace("{n}", number(value, code)) if pattern else plain
    if short:
        return _compact(value, code)
    return number(value, code)


def _compact(value: Decimal, code: str) -> str:
    """Millions in words; some languages of CLDR, such as Chinese, have one compact form only."""
    babel = locale(code)
    form: Literal["long", "short"] = "long" if "long" in babel.compact_decimal_formats else "short"
    text = str(
        format_compact_decimal(
            value, format_type=form, locale=babel, fraction_digits=2, numbering_system=_numbering(code)
        )
    )
    return text.replace(" ", "\u00a0")


def _money(value: Decimal, code: str, currency: str) -> str:
    babel, system = locale(code), _numbering(code)
    if value == value.to_integral_value():
        cldr, plain = _whole_money(value, currency, code), number(value, code)
    else:
        cldr = str(format_currency(value, currency, locale=babel, numbering_system=system))
        plain = str(format_decimal(value, "#,##0.00", locale=babel, numbering_system=system))
    places = {"{amount}": cldr, "{n}": plain, "{currency}": _currency(value, code, currency)}
    return _filled(str(language(code).line("amounts", "money")), places, code)


def _money_in_words(value: Decimal, code: str, currency: str) -> str:
    """4.5 million: CLDR's own compact money is for narrow columns in some languages, "2,5 MGBP"."""
    words, spoken = _compact(value, code), spoken_last(value)
    cldr = _whole_money(Decimal(1), currency, code).replace("1", words)
    patterns = language(code).line("amounts", "money-in-words")
    pattern = patterns.get(plural(spoken, code)) or patterns.get("other") or "{amount}"
    places = {"{amount}": cldr, "{n}": words, "{currency}": _currency(spoken, code, currency)}
    return _filled(str(pattern), places, code)


def _currency(value: Decimal, code: str, currency: str) -> str:
    """The name of a currency after a number, 'euros': that of the language's file, or CLDR's."""
    own = language(code).line("amounts", "currencies").get(currency)
    return own or str(get_currency_name(currency, count=value, locale=locale(code)))


def _whole_money(value: Decimal, currency: str, code: str) -> str:
    babel = locale(code)
    pattern = copy(babel.currency_formats["standard"])
    pattern.frac_prec = (0, 0)  # no cents in a whole sum
    text = pattern.apply(
        value, babel, currency=currency, currency_digits=False, numbering_system=_numbering(code)
    )
    return str(text)


def phrase(value: Decimal, qualifier: str, unit: str, code: str, written: Written | None = None) -> str:
    """'at least 40 people': the number, qualified, with its noun (which may be empty).

    `written` is how the number is written, if not in plain digits, and the upper end of a range.
    """
    own, shown = language(code), written or Written(number(value, code))
    last = value if shown.upper is None else shown.upper
    words = str(own.line("qualifiers", line_of(qualifier, shown.upper is not None)))
    if unit and shown.upper is None and _noun_alone(value, code):
        return " ".join(words.replace("{n}", "").replace("{unit}", unit).split())
    for ending, text in _endings(shown, last, code).items():
        words = words.replace(f"{{{ending}}}", text)
    if unit:
        # The number stays on one line with the word that follows it.
        words = words.replace("{n} ", "{n}\u00a0").replace("{high} ", "{high}\u00a0")
    else:
        words = " ".join(words.replace("{unit}", "").split(" ")).strip().replace("  ", " ")
    places = {"{n}": shown.figure, "{low}": shown.figure, "{high}": shown.upper_figure, "{unit}": unit}
    return _filled(words, places, code)


def _filled(pattern: str, places: Mapping[str, str], code: str) -> str:
    """The pattern with its places filled; each joins what is before it as the language writes them."""
    text = ""
    for piece in re.split(r"(\{\w+\})", pattern):
        text = "".join(joined(text, places[piece], code)) if piece in places else text + piece
    return text


def per_cent_in_sentence(figure: str, code: str) -> str:
    """A percentage as a sentence has it: some languages put an article before it."""
    pattern = str(language(code).line("amounts", "per-cent-in-sentence"))
    return pattern.replace("{n}", figure) if pattern else figure


@dataclass(frozen=True, slots=True)
class Written:
    """A figure as it is written, and the upper end of a range, if it is one.

    `spoken` is the number that is said last, if it is not the figure itself: the million of 2.5 million.
    """

    figure: str
    upper: Decimal | None = None
    upper_figure: str = ""
    spoken: Decimal | None = None


def line_of(qualifier: str, is_range: bool) -> str:
    """The line of the language's file: a range is one, whatever its qualifier, unless it is between two."""
    if not is_range:
        return "exactly" if qualifier == "between" else qualifier
    return "between" if qualifier == "between" else "range"


def _noun_alone(value: Decimal, code: str) -> bool:
    """Whether the noun says its number itself, such as the Arabic dual."""
    return value == int(value) and plural(value, code) in language(code).line("cases", "alone")


def _endings(shown: Written, last: Decimal, code: str) -> dict[str, str]:
    """Endings of a figure by case: after digits, or after the word written last, as in 2.5 million."""
    rule = language(code).rule("word_endings")
    written = shown.upper_figure or shown.figure
    if rule and written[-1:].isalpha():
        endings: dict[str, str] = rule(written.split()[-1])
        return endings
    return _numeral_endings(shown.spoken or last, code)


def _numeral_endings(value: Decimal, code: str) -> dict[str, str]:
    """Endings by the word that is said last: of 12.5 it is the five."""
    rule = language(code).rule("numeral_endings")
    if rule is None:
        return {}
    fraction = format(value, "f").partition(".")[2].rstrip("0")
    endings: dict[str, str] = rule(int(fraction or value))
    return endings


def spoken_last(value: Decimal) -> Decimal:
    """The power of a thousand in whose words a number is written: 2,500,000 ends with a million."""
    return Decimal(1000) ** max((len(str(int(abs(value)))) - 1) // 3, 0)
