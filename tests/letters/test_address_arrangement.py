"""Every typed part of an address is printed once: all countries, both scripts, awkward parts."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import cache
from itertools import product

import pytest
from babel.languages import get_official_languages

from campaign.languages.countries import countries
from campaign.letters.postal_format import arranged
from campaign.letters.scripts import is_latin

Parts = tuple[tuple[str, ...], str, str, str]

#: What a format says by itself, by country; a town or region of that name is the same word.
WORDS = {
    "AX": "ÅLAND",
    "GG": "GUERNSEY",
    "CQ": "GUERNSEY",
    "GI": "GIBRALTAR",
    "JE": "JERSEY",
    "SG": "SINGAPORE",
}

#: A street, a town and a region in the letters of a language; Latin letters for all that are not here.
LOCAL = {
    "am": ("ቸርችል ጎዳና 1", "አዲስ አበባ", "አዲስ"),
    "ar": ("شارع الملك 5", "الملك", "الرياض"),
    "be": ("вул. Мінская 5", "Мінск", "Мінская"),
    "bg": ("ул. Софийска 5", "София", "София"),
    "bn": ("ঢাকা রোড ৫", "ঢাকা", "ঢাকা"),
    "dz": ("ཐིམ་ཕུ་ལམ ༥", "ཐིམ་ཕུ", "ཐིམ་ཕུ"),
    "el": ("Οδός Αθηνών 5", "Αθήνα", "Αττική"),
    "fa": ("خیابان تهران ۵", "تهران", "تهران"),
    "he": ("רחוב ירושלים 5", "ירושלים", "ירושלים"),
    "hi": ("दिल्ली रोड 5", "दिल्ली", "दिल्ली"),
    "hy": ("Երևանյան փողոց 5", "Երևան", "Երևան"),
    "ja": ("千代田区霞が関2-2-1", "千代田区", "東京都"),
    "ka": ("თბილისის ქუჩა 5", "თბილისი", "თბილისი"),
    "kk": ("Алматы көшесі 5", "Алматы", "Алматы облысы"),
    "km": ("ផ្លូវភ្នំពេញ ៥", "ភ្នំពេញ", "ភ្នំពេញ"),
    "ko": ("서울로 5", "서울", "서울특별시"),
    "lo": ("ຖະໜົນວຽງຈັນ 5", "ວຽງຈັນ", "ວຽງຈັນ"),
    "mk": ("ул. Скопска 5", "Скопје", "Скопје"),
    "mn": ("Улаанбаатар гудамж 5", "Улаанбаатар", "Улаанбаатар"),
    "my": ("ရန်ကုန်လမ်း ၅", "ရန်ကုန်", "ရန်ကုန်"),
    "ne": ("काठमाडौँ मार्ग ५", "काठमाडौँ", "बागमती"),
    "ru": ("ул. Московская, д. 5", "Москва", "Московская обл."),
    "si": ("කොළඹ පාර 5", "කොළඹ", "කොළඹ"),
    "sr": ("Београдска 5", "Београд", "Београд"),
    "th": ("ถนนกรุงเทพ 5", "กรุงเทพ", "กรุงเทพ"),
    "ti": ("ጎዳና ኣስመራ 5", "ኣስመራ", "ኣስመራ"),
    "uk": ("вул. Київська, 5", "Київ", "Київська обл."),
    "ur": ("شارع کراچی 5", "کراچی", "سندھ"),
    "zh": ("北京路5号", "北京", "北京"),
}

STREETS = (
    (),
    ("Berliner Straße 5",),
    ("A",),
    ("Flat 3, Building B", "12, High Street, Berlin", "Back Yard"),
    ("1 10115 Road",),
)
POSTCODES = ("", "10115", "A")
TOWNS = ("", "Berlin", "A", "St. John’s, Upper")
REGIONS = ("", "Berlin", "A", "Ås, län")

LATIN: tuple[Parts, ...] = tuple(product(STREETS, POSTCODES, TOWNS, REGIONS))


def local(country: str) -> tuple[Parts, ...]:
    """Awkward addresses in the country's own letters: the town in the street and as the region, empty parts."""
    languages = get_official_languages(country, de_facto=True) or ("en",)
    street, town, region = LOCAL.get(languages[0].partition("_")[0], ("Åbo-Österväg 5", "Åbo", "Östermark"))
    return tuple(
        (lines, postcode, place, area)
        for lines in ((street,), (town, street), ())
        for postcode in ("", "101150")
        for place in (town, town[0], f"{town}, {region}", "")
        for area in (region, town, "")
    )


@cache
def folded(text: str) -> str:
    """Text without case; capitals of ß and of dotted i are as good as the letters."""
    bare = unicodedata.normalize("NFKD", text.upper().casefold())
    return "".join(c for c in bare if not unicodedata.combining(c) or unicodedata.category(c) != "Mn")


def letters(*texts: str) -> Counter[str]:
    return Counter(c for text in texts for c in folded(text) if unicodedata.category(c)[0] not in "PZS")


def fault(country: str, parts: Parts) -> str:
    """What an arrangement lost, added or broke; '' if each part is there once."""
    lines, postcode, place, region = parts
    typed = [part for part in (*lines, postcode, place, region) if part]
    out = arranged(*parts, country)
    for part in typed:
        if not any(folded(part) in folded(line) for line in out):
            return f"{part!r} is not in {out}"
    added = letters(*out) - letters(*typed)
    lost = letters(*typed) - letters(*out)
    word = WORDS.get(country, "")
    allowed = [letters(), letters(word), letters("PR") if country == "PR" else letters()]
    allowed += [letters(country), letters(word, country), letters(*_PREFIXES.get(country, ()))]
    if lost or added not in allowed or not all(line and line == line.strip(" ,") for line in out):
        return f"{parts} became {out}"
    return ""


#: Prefixes of postcodes that are not the country's code.
_PREFIXES = {"LI": ("FL",), "LU": ("L",)}


@pytest.mark.slow
@pytest.mark.parametrize("script", ["Latin", "local"])
def test_every_typed_part_is_printed_once_in_every_country(script: str) -> None:
    faults = [
        f"{country}: {text}"
        for country in countries("en")
        for parts in (LATIN if script == "Latin" else local(country))
        if (text := fault(country, parts))
    ]
    assert faults == [], (len(faults), faults[:10])


def test_the_test_has_all_countries_in_their_own_letters() -> None:
    others = [code for code in countries("en") if not all(is_latin(p[2]) for p in local(code))]
    assert len(countries("en")) >= 250
    assert len(others) >= 55


@pytest.mark.parametrize(
    ("lines", "postcode", "place", "region", "country", "expected"),
    [
        # The last line repeats what was typed beside it: once is enough.
        (("1 rue X", "69002 Lyon"), "", "Lyon", "", "FR", ("1 rue X", "69002 Lyon")),
        (("1 rue X", "69002 Lyon"), "69002", "Lyon", "", "FR", ("1 rue X", "69002 LYON")),
        (("1 rue X", "Lyon"), "69002", "Lyon", "", "FR", ("1 rue X", "69002 LYON")),
        (("1 High St", "Leeds LS1 1AA"), "", "Leeds", "", "GB", ("1 High St", "Leeds LS1 1AA")),
        (("1 Main St", "Austin, TX 73301"), "", "Austin", "TX", "US", ("1 Main St", "Austin, TX 73301")),
        (("1 Main St", "Austin, TX 73301"), "73301", "Austin", "TX", "US", ("1 Main St", "AUSTIN, TX 73301")),
        # It has another word, or it is the only line: nothing is left out.
        (("1 rue X", "Vieux Lyon"), "69002", "Lyon", "", "FR", ("1 rue X", "Vieux Lyon", "69002 LYON")),
        (("1 rue X", "12 Lyon"), "", "Lyon", "", "FR", ("1 rue X", "12 Lyon", "LYON")),
        (("Lyon",), "69002", "Lyon", "", "FR", ("Lyon", "69002 LYON")),
        (("Austin",), "73301", "Austin", "Austin", "US", ("Austin", "AUSTIN, AUSTIN 73301")),
        # What a format says by itself is not said again.
        (("1 Sample Road",), "179433", "Singapore", "", "SG", ("1 Sample Road", "SINGAPORE 179433")),
        (("1 Main Street",), "GX11 1AA", "Gibraltar", "", "GI", ("1 Main Street", "GIBRALTAR", "GX11 1AA")),
        (("1 Calle Sol",), "00901", "San Juan", "", "PR", ("1 CALLE SOL", "SAN JUAN PR 00901")),
        # In Latin letters the order is another one than in the country's own.
        (("北京路5号",), "100000", "北京市", "", "CN", ("100000", "北京市", "北京路5号")),
        (("5 Beijing Road",), "100000", "Beijing", "", "CN", ("5 Beijing Road", "Beijing", "100000")),
        (("ул. Абая, 10",), "050000", "г. Алматы", "", "KZ", ("ул. Абая, 10", "г. Алматы", "050000")),
        (("Abay 10",), "A05A0B7", "Almaty", "", "KZ", ("Abay 10", "A05A0B7 Almaty")),
        (("Av. Samora 5",), "3100", "Beira", "Sofala", "MZ", ("Av. Samora 5", "3100 BEIRA", "Sofala")),
        # A part for which the format has no place.
        (("Seestr. 1",), "10115", "Berlin", "Brandenburg", "DE", ("Seestr. 1", "10115 Berlin", "Brandenburg")),
        (("1 High St",), "LS1 1AA", "Leeds", "Yorkshire", "GB", ("1 High St", "LEEDS", "Yorkshire", "LS1 1AA")),
        (("1 Queen’s Road",), "999077", "Central", "", "HK", ("1 Queen’s Road", "Central 999077")),
        # Without a country, and in one without a format.
        (("1 rue X",), "69002", "Lyon", "Rhône", "", ("1 rue X", "69002 Lyon", "Rhône")),
        (("1 The Avenue",), "GY10 1SA", "Sark", "", "CQ", ("1 The Avenue", "SARK", "GUERNSEY", "GY10 1SA")),
        ((), "69002", "Lyon", "", "FR", ("69002 LYON",)),
        (("1 rue X",), "", "", "", "SG", ("1 rue X",)),
        # Capitals as the country's language has them.
        (("Sok. 1",), "35000", "İzmir", "Ege", "TR", ("Sok. 1", "35000 İZMİR/Ege")),
        (("Sok. 1",), "26000", "Eskişehir", "", "TR", ("Sok. 1", "26000 ESKİŞEHİR")),
    ],
)  # fmt: skip
def test_parts_are_arranged_as_the_country_does(
    lines: tuple[str, ...], postcode: str, place: str, region: str, country: str, expected: tuple[str, ...]
) -> None:
    assert arranged(lines, postcode, place, region, country) == expected


@pytest.mark.parametrize(
    ("text", "latin"),
    [("Genève", True), ("Oʻzbekiston 2º", True), ("10 / 5", True), ("", True), ("Łódź Đắk", True),
     ("Астана", False), ("東京", False), ("1 Road, 東京", False), ("Αθήνα", False)],
)  # fmt: skip
def test_latin_letters_are_known_from_others(text: str, latin: bool) -> None:
    assert is_latin(text) is latin
