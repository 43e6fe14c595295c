"""Punctuation and spaces as a language prints them, and how an inserted text joins what is around it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from campaign.languages.data import language


def quoted(text: str, code: str) -> str:
    """The text between the language's own quotation marks."""
    opening, closing = language(code).line("text", "quotation")
    return f"{opening}{text}{closing}"


def in_parentheses(text: str, code: str) -> str:
    """The text in parentheses, with the space that goes before them: ' (text)'."""
    opening, closing = language(code).line("text", "parentheses")
    return f"{opening}{text}{closing}"


def listed(texts: Iterable[str], code: str) -> str:
    """The texts that are not empty, with the language's comma between them."""
    return language(code).text("comma").join(filter(None, texts))


def introduced(before: str, text: str, code: str) -> str:
    """Two texts with the language's colon between them: 'Publisher: Title'."""
    own = language(code)
    return f"{before}{own.text('colon').rstrip()}{' ' if own.line('text', 'word-spaces') else ''}{text}"


@lru_cache(maxsize=64)
def _spaces(code: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    text = language(code).sections["text"]
    before = [
        # A colon only before a space, a mark or an end: ' :' also begins what is not a colon of the text.
        (re.compile(r" (?=:(?:\s|\{\{|$))" if signs == ":" else rf" (?=[{re.escape(signs)}])"), space)
        for signs, space in text["space-before"].items()
    ]
    after = [
        (re.compile(rf"(?<=[{re.escape(signs)}]) "), space) for signs, space in text["space-after"].items()
    ]
    return (*before, *after)


def typography(text: str, code: str) -> str:
    """The no-break spaces that a language requires, such as French before ; ! ? : and inside « ».

    Each character is replaced by one character, so that lines and columns do not change.
    """
    for pattern, space in _spaces(code):
        text = pattern.sub(space, text)
    return text


def ended_item(item: str, last: bool, code: str) -> str:
    """An item of a list with its end: a semicolon, or a full stop for the last one."""
    return without_end(item, code) + language(code).text("last-item-end" if last else "list-item-end")


def without_end(item: str, code: str) -> str:
    """An item of a list without its semicolon or full stop."""
    own = language(code)
    ends = {own.text("list-item-end"), own.text("last-item-end"), ";", "."}
    bare = item.rstrip()
    for end in sorted(ends, key=len, reverse=True):
        bare = bare.removesuffix(end).rstrip()
    return bare


def sentence(text: str, code: str) -> str:
    """The text with the language's full stop."""
    return text + language(code).text("last-item-end")


def side_by_side(sentences: Iterable[str], code: str) -> str:
    """Whole sentences one after the other, with a space between them where the language has spaces."""
    return (" " if language(code).line("text", "word-spaces") else "").join(filter(None, sentences))


@lru_cache(maxsize=64)
def sentence_end(code: str) -> re.Pattern[str]:
    """What a complete text ends with: an end of a sentence, then quotation marks, notes and the like."""
    own = language(code)
    ends = re.escape("".join(dict.fromkeys(own.text("sentence-ends") + own.text("colon").strip() + ".!?:…")))
    quotation = (*own.line("text", "quotation"), *own.line("text", "inner-quotation"))
    closing = re.escape("".join(dict.fromkeys("".join(quotation) + "”»›\u00a0\u202f")))
    return re.compile(f"[{ends}][{closing}]*(?:\\[\\d+\\])*[)）]?[{ends}]?$")


def leads_on(text: str, code: str) -> bool:
    """Whether a text ends with the sign after which a list goes on: “I ask you to:”, “Ich bitte Sie,”."""
    own = language(code)
    return text.rstrip().endswith((own.text("colon").strip(), own.text("comma").strip()))


@lru_cache(maxsize=64)
def stops(code: str) -> str:
    """Signs beside which the number of a note has its place: . , ; : ! ? and the language's own."""
    own = language(code)
    keys = ("sentence-ends", "comma", "colon", "list-item-end", "last-item-end")
    signs = ".,;:!?" + "".join(own.text(key) for key in keys)
    return "".join(dict.fromkeys(sign for sign in signs if not sign.isspace()))


def begun(text: str, code: str) -> str:
    """The text with a capital at its beginning, where the language has capitals."""
    return capitals(text[:1], code) + text[1:] if language(code).line("text", "capitals") else text


#: Languages and countries in which i has a dot when it is a capital.
_DOTTED = frozenset({"tr", "az", "TR", "AZ"})


def capitals(text: str, where: str) -> str:
    """The text in capitals as a language (two small letters) or a country (two capitals) writes them."""
    if where in _DOTTED:
        text = text.replace("i", "İ")
    return text.upper()


def joined(before: str, slot: str, code: str) -> tuple[str, str]:
    """What stands before an inserted text, and that text, as the language writes them together.

    French makes `de` + `au moins` one sound: `d’au moins`. Languages without such a rule change nothing.
    """
    rule = language(code).rule("joined")
    result: tuple[str, str] = rule(before, slot) if rule else (before, slot)
    return result


def joins(code: str) -> bool:
    """Whether the language changes what stands beside an inserted text."""
    return language(code).rule("joined") is not None


def one_line(text: str, code: str) -> str:
    """The text without its line ends: a space stands for each, unless words have none between them.

    There a line end between two words of Latin letters is still a space.
    """
    if language(code).line("text", "word-spaces"):
        return text.replace("\n", " ").strip()
    return re.sub(r"(?<=[!-~])\n(?=[!-~])", " ", text).replace("\n", "").strip()
