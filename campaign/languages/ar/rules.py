"""Arabic before an inserted fact: words of one letter are written together with the word after them."""

from __future__ import annotations

import re

#: The sign that keeps a letter in its joined form before what is no Arabic letter: بـ10.
_TATWEEL = "\u0640"
_VOWELS = "[\u064b-\u0652]*"
# A vowel sign is no letter to `re`, although a word does not begin after it: العَدُوّ.
_START = r"(?<![\w\u064b-\u0652])"
# A word of one letter that leans on the next word: بِ، كَ، لِ, also after و and ف; and ف itself.
_PREPOSITION = re.compile(
    rf"{_START}(?P<word>(?:[وف]{_VOWELS})?(?P<letter>[بكلف]){_VOWELS})(?:(?P<long>{_TATWEEL})[ \u00a0]?)?$"
)
# The article, alone and after those words, before a number: العيّنات الـ240، بالـ12، للـ12.
_ARTICLE = re.compile(
    rf"{_START}(?P<word>(?:[وف]{_VOWELS})?(?:[بك]?{_VOWELS}ال|لل){_VOWELS}){_TATWEEL}?[ \u00a0]?$"
)
# «من» and «عن» before the «ما» of a qualifier: مما لا يقل عن، عما يزيد على.
_FROM = re.compile(rf"{_START}[وف]?[مع](?P<end>ن[ \u00a0])$")
_AT_LEAST = re.compile(r"ما (?:لا|يزيد|يصل|يقارب) ")
_AND = re.compile(rf"{_START}و{_VOWELS}(?P<space>[ \u00a0])$")
_ARABIC = re.compile("[\u0620-\u063f\u0641-\u064a\u066e-\u06d3]")
# Words that begin with these two letters although they have no article: التزام، التماس، المانيا.
_NO_ARTICLE = re.compile(
    r"(?:الت(?:زام|ماس|حاق|هاب|فات|قاء|قاط|باس|واء|ئام|حام|جاء|صاق|فاف|هام)"
    r"(?:ات|ا|ًا|ه|ها|هم|هن|نا|ي|ك|كم|اته|اتها|اتهم|اتنا)?"
    r"|المانيا|البانيا|الاسكا|الكس\w+|الياس|اليزابيث|البرتو?|اليخاندرو)(?!\w)"
)


def joined(before: str, slot: str) -> tuple[str, str]:
    """ل + ال is لل; ب ك ل ف and ال have a tatweel before what is not Arabic; no space follows them or و."""
    if conjunction := _AND.search(before):
        attached = slot[:1].isalnum() or slot[:1] in {"«", "“"}
        return (before[: conjunction.start("space")] if attached else before), slot
    if (word := _FROM.search(before)) and _AT_LEAST.match(slot):
        return before[: word.start("end")], slot
    if (article := _ARTICLE.search(before)) and slot and not slot[0].isspace():
        return before[: article.end("word")] + ("" if _ARABIC.match(slot) else _TATWEEL), slot
    preposition = _PREPOSITION.search(before)
    if preposition is None or not slot or slot[0].isspace():
        return before, slot
    stem = before[: preposition.end("word")]
    if not _ARABIC.match(slot):
        return stem + _TATWEEL, slot
    if preposition["letter"] == "ل" and slot.startswith("ال") and not _NO_ARTICLE.match(slot):
        # لل is never followed by a third lam: لللجنة is written للجنة.
        return stem, slot[2:] if slot.startswith("الل") else slot[1:]
    return stem, slot
