"""What is wrong with a pack's pictures: facts that can't be drawn, and words that are missing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from campaign.messages import Message
from campaign.pack.findings import HEAVY, UNTRANSLATED, Finding, Level, language_name
from campaign.pack.model import Demand, Fact, Pack, Picture, Place, Update, UpdateText
from campaign.pack.model.picture import BARS, MARKS, NUMBER, PHOTOGRAPH, TIMELINE
from campaign.pack.pictures import MOST_ON_PAGE, drawn, marks
from campaign.pack.schema import named

#: How many facts a picture of each kind draws, at least and at most.
COUNTS = {NUMBER: (1, 1), MARKS: (1, 2), BARS: (2, 8)}

_NOT_CREDITED = Message("Who made the picture is not named: leave it so only if it would put them at risk.")

_BARE_NUMBER = re.compile(r"\bfact\.([a-z0-9-]+)\.number\b")


def findings(pack: Pack) -> Iterator[Finding]:
    """Everything about the pictures; the facts of the front page's must exist."""
    yield from _of_texts(pack)
    if pack.picture is not None:
        yield from _of_front(pack, pack.picture)


def _of_texts(pack: Pack) -> Iterator[Finding]:
    """What the pictures of demands and updates lack."""
    pictured: tuple[Demand | Update, ...] = (*pack.demands.values(), *pack.updates.values())
    for item in pictured:
        if item.photo and not item.photo_by:
            yield Finding(item.place.path, item.place.line, "warning", _NOT_CREDITED)
    for update in pack.updates.values():
        if update.photo and not update.photo_is_decoration:
            yield from _without_words(update)


def _without_words(update: Update) -> Iterator[Finding]:
    """The documents of an update that do not say what its picture shows."""
    others = UNTRANSLATED if any(text.photo_of for text in update.texts.values()) else ""
    for code, text in update.texts.items():
        if not text.photo_of:
            message = Message(
                "“%(key)s” is missing in “%(language)s”.",
                key=named(UpdateText, "photo-of"),
                language=language_name(code),
            )
            yield _at(text.body.place, message, kind=others)


def _of_front(pack: Pack, picture: Picture) -> Iterator[Finding]:
    yield from _parts(pack, picture)
    yield from _bare_numbers(pack)
    facts = drawn(pack)
    for key in dict.fromkeys(fact.key for fact in facts):
        yield from _value(pack.facts[key], picture)
    least, most = COUNTS.get(picture.kind, (0, 0))
    if facts and least <= len(facts) <= most:
        yield from _together(pack, picture, facts)


def _parts(pack: Pack, picture: Picture) -> Iterator[Finding]:
    """What a picture of its kind needs."""
    if picture.kind in COUNTS:
        least, most = COUNTS[picture.kind]
        if not least <= len(picture.facts) <= most:
            yield _in_picture(picture, _wrong_count(len(picture.facts), least, most))
    if picture.kind == TIMELINE and not pack.timeline:
        yield _in_picture(picture, Message("The timeline is empty: there is nothing to draw."))
    if picture.kind == PHOTOGRAPH and not picture.photo:
        yield _in_picture(picture, Message("The photograph is missing: add it at the desk."))
    if picture.kind == PHOTOGRAPH and picture.photo and not picture.credit:
        yield _in_picture(picture, _NOT_CREDITED, "warning")


def _wrong_count(count: int, least: int, most: int) -> Message:
    if least == most:
        return Message("A picture of this kind draws one fact, not %(count)s.", count=count)
    return Message(
        "A picture of this kind draws %(least)s to %(most)s facts, not %(count)s.",
        least=least,
        most=most,
        count=count,
    )


def _value(fact: Fact, picture: Picture) -> Iterator[Finding]:
    if fact.value is None:
        yield _about(fact, Message("“%(key)s” is drawn in the picture, so it needs a value.", key=fact.key))
        return
    is_whole = fact.value % 1 == 0
    if picture.kind == MARKS and (fact.value < 0 or not is_whole):
        message = Message(
            "“%(key)s” is drawn in the picture: its value must be a whole number.", key=fact.key
        )
        yield _about(fact, message)
    if picture.kind == MARKS and fact.upper is not None:
        yield _about(fact, Message("“%(key)s” is a range, which marks can’t show: use bars.", key=fact.key))
    if picture.kind == BARS and fact.value < 0:
        yield _about(fact, Message("“%(key)s” is drawn as a bar: its value can’t be below 0.", key=fact.key))


def _together(pack: Pack, picture: Picture, facts: tuple[Fact, ...]) -> Iterator[Finding]:
    """What the facts are to each other."""
    first, *others = facts
    for fact in others:
        if not _comparable(first, fact, picture):
            units = Message(
                "“%(key)s” and “%(other)s” have different units, so one scale can’t show both.",
                key=first.key,
                other=fact.key,
            )
            yield _about(fact, units)
        elif picture.kind == MARKS and (fact.value or 0) > (first.value or 0):
            larger = Message(
                "“%(part)s” is drawn as a part of “%(whole)s”, so it can’t be larger.",
                part=fact.key,
                whole=first.key,
            )
            yield _about(fact, larger)
    if picture.kind == MARKS and (scale := marks(pack, MOST_ON_PAGE).scale) > 1:
        message = Message(
            "The picture of “%(key)s” has one mark for %(scale)s: more than %(most)s marks are too many.",
            key=first.key,
            scale=scale,
            most=MOST_ON_PAGE,
        )
        yield _about(first, message, "warning", HEAVY)


def _comparable(first: Fact, other: Fact, picture: Picture) -> bool:
    """Whether one scale can show both. A part of marks may have a noun of its own: officers among people."""
    same_noun = picture.kind == MARKS or _unit(first) == _unit(other)
    return same_noun and (first.per_cent, first.currency) == (other.per_cent, other.currency)


def _unit(fact: Fact) -> str:
    return fact.unit.key if fact.unit else ""


def _bare_numbers(pack: Pack) -> Iterator[Finding]:
    """Numbers of the caption without the word that qualifies them: 10,000 for over 10,000."""
    for language, prose in pack.picture_note.items():
        for line, text in enumerate(prose.text.split("\n"), prose.place.line):
            for match in _BARE_NUMBER.finditer(text):
                fact = pack.facts.get(match[1])
                if fact is not None and fact.figure(language) != fact.number(language):
                    message = Message(
                        "“%(mark)s” shows %(number)s, not %(figure)s: use “%(instead)s”.",
                        mark=match[0],
                        number=fact.number(language),
                        figure=fact.figure(language),
                        instead=f"fact.{fact.key}.figure",
                    )
                    yield Finding(prose.place.path, line, "warning", message, match.start() + 1, match[0])


def _about(fact: Fact, message: Message, level: Level = "error", kind: str = "") -> Finding:
    return Finding(fact.place.path, fact.place.line, level, message, kind=kind)


def _in_picture(picture: Picture, message: Message, level: Level = "error") -> Finding:
    return _at(picture.place, message, level)


def _at(place: Place, message: Message, level: Level = "error", kind: str = "") -> Finding:
    return Finding(place.path, place.line, level, message, kind=kind)
