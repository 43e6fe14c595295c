"""Extra fields of the form to sign: few, of few bytes, and with options and limits that make sense.

What is typed there travels in the link of an e-mail, and is about a person who shows a political opinion. On
paper there is room for a row of narrow columns: a sheet is A4 upright, and somebody writes in it by hand.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from campaign.messages import Message
from campaign.pack.findings import INCOMPLETE, Finding, Level, language_name
from campaign.pack.model import ExtraField, Pack
from campaign.pack.model.petition import CHOICE, NUMBER, TEXT
from campaign.text_input import in_latin_digits

#: The most extra fields, characters of a key, and bytes of what is typed: what a record has room for.
MOST, LONGEST_KEY, BYTES = 3, 40, 192

_TERMS = "petition.yaml"

#: Millimetres of a column on paper, by kind: of a choice its number is written. `templates/press/sheet.typ`
#: begins with the same widths; a column is as wide as the longest word above it, at about so much a letter.
WIDTHS = {TEXT: 26.0, CHOICE: 15.0, NUMBER: 15.0}
LETTER, AIR = 1.9, 2.0

#: Millimetres that an upright sheet of A4 has for these columns, if people can still write their names.
ROOM = 56.0

#: Bytes beside a key and its value in a record.
_BESIDE = 4


def findings(pack: Pack) -> Iterator[Finding]:
    """What is wrong with extra fields; and a warning about each, since it asks for personal data."""
    extra = pack.terms.extra_fields
    for field in extra[MOST:]:
        text = Message("“%(key)s” is one too many: a form has %(most)s extra fields at most.",
                       key=field.key, most=MOST)  # fmt: skip
        yield _found(field, text)
    for field in extra:
        yield from _of_one(field, pack)
    if sum(_bytes(field, pack) for field in extra) > BYTES:
        text = Message(
            "The options of the extra fields are too long for the link in the e-mail: shorten them."
        )
        yield _found(extra[-1], text)
    yield from _professions(pack)
    yield from _on_paper(pack)


def _professions(pack: Pack) -> Iterator[Finding]:
    """Who is shown by the profession must have been asked for it, once, in words."""
    asking = [field for field in pack.terms.extra_fields if field.profession]
    for field in asking[1:]:
        yield _found(field, Message("“%(key)s”: another field asks for the profession, too.", key=field.key))
    for field in asking:
        if field.kind == NUMBER:
            yield _found(field, Message("“%(key)s”: a profession can’t be a number.", key=field.key))
    if pack.terms.profession and not asking:
        text = Message("Signers may show their profession, but no extra field asks for it. Add one, or don’t "
                       "offer it.")  # fmt: skip
        yield Finding(_TERMS, 1, "error", text, kind=INCOMPLETE)


def _on_paper(pack: Pack) -> Iterator[Finding]:
    """A warning if a sheet has no room for the columns, in any language of the campaign."""
    asked = pack.terms.fields_on_paper
    for language in pack.languages:
        widths = [_width(field, language) for field in asked]
        if sum(widths) <= ROOM:
            continue
        text = Message(
            "The columns of the extra fields take %(width)s mm of a sheet of paper in “%(language)s”, and "
            "%(room)s mm is all that leaves room for names. Ask for fewer on paper, or in shorter words.",
            width=round(sum(widths)), language=language_name(language), room=round(ROOM),
        )  # fmt: skip
        yield _found(asked[-1], text, "warning")


def _width(field: ExtraField, language: str) -> float:
    """About how many millimetres a column has to have: East Asian letters are as wide as two others."""
    words = max(map(_columns, field.label.get(language, "").split()), default=0)
    return max(WIDTHS[field.kind], words * LETTER + AIR)


def _columns(word: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in word)


def _of_one(field: ExtraField, pack: Pack) -> Iterator[Finding]:
    if len(field.key) > LONGEST_KEY:
        text = Message("The key “%(key)s” is too long: %(most)s characters at most.",
                       key=field.key, most=LONGEST_KEY)  # fmt: skip
        yield _found(field, text)
    if field.kind == CHOICE:
        yield from _options(field, pack)
    if (
        field.kind == NUMBER
        and field.least is not None
        and field.most is not None
        and field.least > field.most
    ):
        yield _found(
            field, Message("“%(key)s”: the smallest number is above the largest one.", key=field.key)
        )
    text = Message(
        "“%(key)s” asks signers for more personal data. Ask only for what you need: the form says that it is "
        "kept, and your page about data must say what for.",
        key=field.key,
    )
    yield _found(field, text, "warning")


def _options(field: ExtraField, pack: Pack) -> Iterator[Finding]:
    first, *others = pack.languages
    count = len(set(field.choices(first)))
    if count < 2 or count < len(field.choices(first)):
        yield _found(field, Message("“%(key)s” needs at least two options, all different.", key=field.key))
    for language in others:
        if len(set(field.choices(language))) != count:
            text = Message(
                "“%(key)s” does not have as many options in “%(language)s” as in “%(first)s”.",
                key=field.key, language=language_name(language), first=language_name(first),
            )  # fmt: skip
            yield _found(field, text)
    numbers = [option for code in pack.languages for option in field.choices(code) if _is_number(option)]
    if field.on_paper and numbers:
        text = Message(
            "“%(key)s”: on paper people write the number of an option, and “%(option)s” is a number itself. "
            "Write it in words, or don’t ask for it on paper.",
            key=field.key, option=numbers[0],
        )  # fmt: skip
        yield _found(field, text)


def _is_number(option: str) -> bool:
    return in_latin_digits(option).removesuffix(".").isdecimal()


def _bytes(field: ExtraField, pack: Pack) -> int:
    """The bytes that a field needs, whatever is chosen; for a text or a number those of a short one."""
    longest = max((len(option.encode()) for option in field.choices(pack.languages[0])), default=0)
    return len(field.key) + _BESIDE + (longest if field.kind == CHOICE else 12)


def _found(field: ExtraField, text: Message, level: Level = "error") -> Finding:
    return Finding(field.place.path, field.place.line, level, text)
