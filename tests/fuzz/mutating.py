"""Changes to an input that bytes alone rarely bring: depth, repetition, and what each format means."""

from __future__ import annotations

import random

#: Words and signs of all formats together; what a target does not know is noise to it.
WORDS: tuple[bytes, ...] = tuple(
    word.encode("utf-8", "surrogateescape")
    for word in (
        "[", "]", "{", "}", "(", ")", "- ", "? ", ": ", ", ", "a: ", "{a: ", "[[", "&a ", "*a", "!!b ", "|\n", ">-\n", "'", '"', "\\", "#",
        "%YAML 1.2\n", "---\n", "...\n", "\t", "\r", "\r\n", "\n  ", "{{ ", " }}", "{% if a %}", "{% endif %}", "{% for one in demands %}",
        "{% endfor %}", "{% else %}", "{% elif b %}", "{#", "#}", ".y", "|capital", "|quoted", " not ", " - ", " ** ", " if a else ", "fact.trees",
        "source.plea.note", "demand.keep-them.title", "addressee.title", "sender.name", "\0", "\ufeff", "\u202e", "\udcff", "\ufdd0", "\ufdd1",
        "e\u0301\u0301\u0301", "²", "٣", "0_0", "9223372036854775808", "99999999999999999999999999", "1e999999999", "0x1f", "NaN", "Infinity",
        "null", "true", "-0", '{"a":', "\\ud800", "**", "__", "~~", "`", "```\n", "> ", "* ", "1. ", "![", "](", "<", ">", "http://a.b", "| a |\n| - |\n",
        "## asked\n", "## ask keep-them\n", "## opening\n", "=1+1", "sep=;\n", "name;country\n", ",", ";", "\x81", "\x9f", "\xbf", "PK\x03\x04", "PK\x01\x02",
        "PK\x05\x06", "campaign-void-1 trees ", "campaign-signatures-1\n", "campaign-public-1 trees 1 ", "../", "languages", "key", "states", "value",
    )
)  # fmt: skip

_TIMES = (2, 3, 10, 21, 64, 400, 3_000)


def mutated(data: bytes, most: int, chance: random.Random) -> bytes:
    """The input with one change, at most `most` bytes."""
    place = chance.randrange(len(data) + 1)
    way = chance.randrange(5)
    if way == 0:  # a word
        new = data[:place] + chance.choice(WORDS) + data[place:]
    elif way == 1:  # a word many times: depth
        new = data[:place] + chance.choice(WORDS) * chance.choice(_TIMES) + data[place:]
    elif way == 2:  # a piece of the input many times
        end = min(place + chance.randint(1, 40), len(data))
        new = data[:end] + data[place:end] * chance.choice(_TIMES) + data[end:]
    elif way == 3:  # opened and closed many times
        times = chance.choice(_TIMES)
        opening, closing = chance.choice(
            ((b"[", b"]"), (b"(", b")"), (b"{a: ", b"}"), (b"{% if a %}", b"{% endif %}"))
        )
        new = data[:place] + opening * times + data[place : place + 20] + closing * times + data[place + 20 :]
    else:  # a piece is gone
        new = data[:place] + data[place + chance.randint(1, 40) :]
    return new[:most]
