"""Turkish endings after a figure: vowel harmony and the final sound of its last word decide."""

from __future__ import annotations

_UNITS = {
    1: ("’den", "’e"),  # bir
    2: ("’den", "’ye"),  # iki
    3: ("’ten", "’e"),  # üç
    4: ("’ten", "’e"),  # dört, spoken dörde
    5: ("’ten", "’e"),  # beş
    6: ("’dan", "’ya"),  # altı
    7: ("’den", "’ye"),  # yedi
    8: ("’den", "’e"),  # sekiz
    9: ("’dan", "’a"),  # dokuz
}
_TENS = {
    1: ("’dan", "’a"),  # on
    2: ("’den", "’ye"),  # yirmi
    3: ("’dan", "’a"),  # otuz
    4: ("’tan", "’a"),  # kırk
    5: ("’den", "’ye"),  # elli
    6: ("’tan", "’a"),  # altmış
    7: ("’ten", "’e"),  # yetmiş
    8: ("’den", "’e"),  # seksen
    9: ("’dan", "’a"),  # doksan
}
_HUNDRED_OR_THOUSAND = ("’den", "’e")  # yüz, bin
_ABOVE_OR_ZERO = ("’dan", "’a")  # milyon, milyar, trilyon; sıfır


def numeral_endings(number: int) -> dict[str, str]:
    """Ablative (with fazla) and dative (with yakın) after a figure: 10.000’den, 10.000’e; 40’tan, 40’a."""
    ablative, dative = _endings(abs(number))
    return {"ablative": ablative, "dative": dative}


def _endings(number: int) -> tuple[str, str]:
    if number % 10:
        return _UNITS[number % 10]
    if number % 100:
        return _TENS[number // 10 % 10]
    return _HUNDRED_OR_THOUSAND if number % 1_000_000 else _ABOVE_OR_ZERO


_BACK, _VOWELS, _HARD = "aâıouû", "aâeıiîoöuûü", "fstkçşhp"


def word_endings(word: str) -> dict[str, str]:
    """The same after a word: 2,5 milyondan, 2,5 milyona; avrodan, avroya; Türk lirasından, Türk lirasına.

    It has no apostrophe. A name that ends in ı, i, u or ü is a compound with an ending, as Türk lirası is:
    an n stands before the next one. That holds for CLDR's names of currencies; no numeral ends so.
    """
    letters = word.replace("I", "ı").replace("İ", "i").lower()
    last = next((letter for letter in reversed(letters) if letter in _VOWELS), "e")
    vowel = "a" if last in _BACK else "e"
    if letters.endswith(("ı", "i", "u", "ü")):
        return {"ablative": f"nd{vowel}n", "dative": f"n{vowel}"}
    consonant = "t" if letters.endswith(tuple(_HARD)) else "d"
    buffer = "y" if letters.endswith(tuple(_VOWELS)) else ""
    return {"ablative": f"{consonant}{vowel}n", "dative": f"{buffer}{vowel}"}
