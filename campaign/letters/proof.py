"""Reads a composed letter as its addressee would: is it complete, and is every note in its place?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import zip_longest

from campaign.languages.data import language
from campaign.languages.typography import sentence_end
from campaign.letters import representatives
from campaign.letters.compose import compose
from campaign.letters.letter import (
    Choices,
    FirstLetter,
    Letter,
    NumberedList,
    Paragraph,
    Sender,
    plain,
    runs_of,
)
from campaign.messages import Message
from campaign.pack.findings import Finding
from campaign.pack.model import Addressee, Pack
from campaign.pack.wording import NoteMark

#: Wordings of each letter that `check` reads; neighbours differ in several places.
SEEDS = range(4)

#: What no finished text has: our marks, Jinja's, an unfilled place, characters that no one may type.
_LEFTOVER = re.compile("[{}\ufdd0-\ufdef]|…$|\\bNone\\b|undefined")


#: Two punctuation marks of which one is too many; a short abbreviation may come before another: "2022 г.;".
_TWO_STOPS = re.compile(
    r"[,;:،؛]\s?[.,;:،؛]|[!?؟…][,;:،؛]|(?:(?<=\w\w\w\w)|(?<=[)»”’]))\.[,;:،؛]|(?<!\.)\.\.(?!\.)"
)
_NOTE_NUMBER = re.compile(r"\u202f?\[\d+\]")

#: What every letter has, with its name in messages.
_NEEDED = {
    "subject": Message("subject"),
    "salutation": Message("salutation"),
    "closing": Message("closing"),
    "date": Message("date"),
}


def faults(letter: Letter) -> list[Message]:
    """What is wrong with a letter, each as a sentence; nothing if it can be sent."""
    return [*_parts(letter), *_sentences(letter), *_notes(letter)]


def _parts(letter: Letter) -> Iterator[Message]:
    for name, what in _NEEDED.items():
        if not getattr(letter, name).strip():
            yield Message("The %(what)s is empty.", what=what)
    if not letter.body:
        yield Message("The letter has no text.")


def _sentences(letter: Letter) -> Iterator[Message]:
    earlier_texts = set()
    comma = language(letter.language).text("comma").strip()
    for block, following in zip_longest(letter.body, letter.body[1:]):
        text = "\n".join(map(plain, block.items)) if isinstance(block, NumberedList) else plain(block.runs)
        if isinstance(block, Paragraph) and block.own:
            continue  # people end their own sentences as they like
        if text in earlier_texts:
            yield Message("This paragraph is repeated: “%(text)s”.", text=text[:40])
        earlier_texts.add(text)
        if _LEFTOVER.search(text):
            yield Message("Something has not been filled in: “%(text)s”.", text=text[:60])
        if "  " in text or re.search(r" [.,;](?!\d)", text):
            yield Message("There is an extra space: “%(text)s”.", text=text[:60])
        if _TWO_STOPS.search(_NOTE_NUMBER.sub("", text)):
            yield Message("Two punctuation marks are side by side: “%(text)s”.", text=text[-60:])
        # A list goes on with the sentence before it: “Ich bitte Sie,” and then what is asked.
        goes_on = isinstance(following, NumberedList) and text.endswith(comma)
        if not goes_on and not sentence_end(letter.language).search(text):
            yield Message("This sentence has no full stop: “%(text)s”.", text=text[-40:])


def _notes(letter: Letter) -> Iterator[Message]:
    marks = [run.number for runs in runs_of(letter.body) for run in runs if isinstance(run, NoteMark)]
    if list(dict.fromkeys(marks)) != list(range(1, len(letter.notes) + 1)):
        count = len(letter.notes)
        yield Message("The notes are cited as %(marks)s, but there are %(count)s.", marks=marks, count=count)
    for note in letter.notes:
        if not note.text.strip():
            yield Message("A note is empty.")


# For `python -m campaign check`


def check(pack: Pack, today: date) -> list[Finding]:
    """Every letter of a sound pack read in a few wordings; a fault is reported once for each template.

    The list of representatives, from which letters take addresses, is read as well.
    """
    findings: dict[tuple[str, Message], Finding] = {}
    for addressee in pack.open_addressees():
        for code in pack.languages:
            for text in _faults_of(pack, addressee, code, today):
                path = pack.letters[addressee.letter].texts[code].place.path
                message = Message("Letter to “%(key)s”: %(fault)s", key=addressee.key, fault=text)
                findings.setdefault((path, text), Finding(path, 1, "error", message))
    return sorted([*findings.values(), *representatives.check(pack)])


def _faults_of(pack: Pack, addressee: Addressee, code: str, today: date) -> Iterator[Message]:
    sender = Sender(
        "A. B.", ("1 Street",), "Town", addressee.for_countries[0] if addressee.for_countries else ""
    )
    common = Choices(addressee.key, code, tuple(pack.demands), sender, today, opening=None)
    together = pack.letters[addressee.letter].texts[code].together is not None
    for piece in ("letter", "open-letter") if together else ("letter",):
        for seed in SEEDS if piece == "letter" else (0,):
            for later in (False, True):
                yield from faults(compose(pack, replace(common, seed=seed, later=later, piece=piece)))
    subject = pack.letters[addressee.letter].texts[code].subject
    for case in pack.cases_of(addressee):
        first = FirstLetter(case, today, subject)
        yield from faults(compose(pack, replace(common, first=first)))
