"""Ukrainian around an inserted fact: у/в, з/із/зі, і/й, о/об, where the fact decides (Правопис 2019).

What sounds well either way stays as it was written, and so does everything before a word whose sound is not
in its letters: Latin letters, abbreviations such as США, a number that may be read in two ways.
"""

from __future__ import annotations

import re

_VOWELS = "аеиіоу"
_IOTATED = "єїюя"
_CONSONANTS = "бвгґджзйклмнпрстфхцчшщ"

_WORD = re.compile(r"(?i)(?<![\w’'ʼ.-])(у|в|з|із|зі|й|об?)\s$")
_BEGINNING = re.compile(r"[«„“\"(\[]*(?:(?P<number>\d[\d\u00a0\u202f]*)|(?P<word>[^\W\d_][\w’'ʼ]*))")

#: How the first word of a numeral begins: 2 два, 11 одинадцять, 100 сто.
_UNITS = ("ну", "", "дв", "тр", "чо", "п’", "ші", "се", "ві", "де")
_TEENS = ("де", "од", "дв", "тр", "чо", "п’", "ші", "сі", "ві", "де")
_TENS = ("", "", "дв", "тр", "со", "п’", "ші", "сі", "ві", "де")
_HUNDREDS = ("", "ст", "дв", "тр", "чо", "п’", "ші", "сі", "ві", "де")

_V_LIKE = re.compile("[вф]|[бгґджзклмнпрстхцчшщ]ь?в")  # before these у, whatever precedes it
_HISSING_CLUSTER = re.compile(f"[зсш][{_CONSONANTS}]")


def joined(before: str, slot: str) -> tuple[str, str]:
    """Чергування у/в, з/із/зі, і/й and о/об by the sounds around them: «у» + «Одесі» is «в Одесі»."""
    word = _WORD.search(before)
    sound = _sound(slot)
    if word is None or not sound:
        return before, slot
    typed = word[1].lower()
    right = _right(typed, sound, _last(before[: word.start()]), slot)
    if typed == right:
        return before, slot
    right = right.capitalize() if word[1][0].isupper() else right
    return before[: word.start()] + right + before[word.end(1) :], slot


def _right(typed: str, sound: str, last: str, slot: str) -> str:
    """The form of a word that belongs between `last` and `sound`."""
    if typed in {"у", "в"}:
        return _u_or_v(typed, sound, last)
    if typed in {"з", "із", "зі"}:
        return _z_or_iz(typed, sound)
    if typed == "й":
        return "і" if sound[0] in _IOTATED + "й" or last in {"consonant", "pause"} else typed
    if not ("0" <= slot[0] <= "9"):
        return typed  # «о» and «об» mean other things than an hour
    return "об" if sound[0] in _VOWELS else "о"


def _u_or_v(typed: str, sound: str, last: str) -> str:
    """В before a vowel; у before в, ф and clusters with them, and between consonants."""
    if sound[0] in _VOWELS:
        return "в"
    if _V_LIKE.match(sound):
        return "у"
    if sound[0] in _CONSONANTS and last in {"consonant", "pause"}:
        return "у"
    return typed


def _z_or_iz(typed: str, sound: str) -> str:
    """З before a vowel, зі before сх-, зб-, шв-, із before a single с, з, ш or щ."""
    if sound[0] in _VOWELS:
        return "з"
    if _HISSING_CLUSTER.match(sound):
        return "зі"
    if sound[0] in "сзш" or (sound[0] == "щ" and typed == "з"):
        return "із"
    two_consonants = len(sound) > 1 and sound[1] in _CONSONANTS + "ь"
    return "із" if typed == "зі" and not two_consonants else typed


def _sound(slot: str) -> str:
    """How the inserted text begins when it is read, in small letters; '' where its letters do not say it."""
    found = _BEGINNING.match(slot)
    if found is None:
        return ""
    if found["number"]:
        return _numeral(re.sub(r"\D", "", found["number"]))
    word = found["word"]
    known = word[0].lower() in _VOWELS + _IOTATED + _CONSONANTS
    return "" if not known or (len(word) > 1 and word.isupper()) else word.lower()


def _numeral(digits: str) -> str:
    """The beginning of a numeral's first word: 250 дв; '' for 1 and 1000, which are read in several ways."""
    lead = int(digits[: len(digits) % 3 or 3])
    if lead >= 100:
        return _HUNDREDS[lead // 100]
    if lead >= 20:
        return _TENS[lead // 10]
    return _TEENS[lead - 10] if lead >= 10 else _UNITS[lead]


def _last(before: str) -> str:
    """What a text ends with: 'vowel', 'consonant', 'pause', or '' where that is not known."""
    text = before.rstrip()
    if not text or text[-1] in ".,;:!?…—–":
        return "pause"
    letter = text[-1].lower()
    if letter in _VOWELS + _IOTATED:
        return "vowel"
    return "consonant" if letter in _CONSONANTS + "ь" else ""
