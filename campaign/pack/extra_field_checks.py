"""Extra fields of the form to sign: few, of few bytes, and with options and limits that make sense.

What is typed there travels in the link of an e-mail, and is about a person who shows a political opinion.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaign.messages import Message
from campaign.pack.findings import Finding, Level, language_name
from campaign.pack.model import ExtraField, Pack
from campaign.pack.model.petition import CHOICE, NUMBER

#: The most extra fields, characters of a key, and bytes of what is typed: what a record has room for.
MOST, LONGEST_KEY, BYTES = 3, 40, 192

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


def _bytes(field: ExtraField, pack: Pack) -> int:
    """The bytes that a field needs, whatever is chosen; for a text or a number those of a short one."""
    longest = max((len(option.encode()) for option in field.choices(pack.languages[0])), default=0)
    return len(field.key) + _BESIDE + (longest if field.kind == CHOICE else 12)


def _found(field: ExtraField, text: Message, level: Level = "error") -> Finding:
    return Finding(field.place.path, field.place.line, level, text)
