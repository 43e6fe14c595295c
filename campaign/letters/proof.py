"""Reading a composed letter as its addressee would: is it whole, does every note have its place?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from campaign.letters.compose import compose
from campaign.letters.letter import Choices, Letter, NumberedList, Paragraph, Sender, plain, runs_of
from campaign.pack.findings import Finding
from campaign.pack.model import Addressee, Pack
from campaign.pack.wording import NoteMark

#: Wordings of each letter that `check` reads; neighbours differ in several places.
SEEDS = range(4)

#: What no finished text has: our marks, Jinja's, an unfilled place, signs that no one may type.
_LEFTOVER = re.compile("[{}\ufdd0-\ufdef]|…$|\\bNone\\b|undefined")
_ENDED = re.compile("[.!?:…][”»›\u00a0\u202f]*(?:\\[\\d+\\])*\\)?[.!?:]?$")


def faults(letter: Letter) -> list[str]:
    """What is wrong with a letter, each as a sentence; nothing if it can be sent."""
    return [*_parts(letter), *_sentences(letter), *_notes(letter)]


def _parts(letter: Letter) -> Iterator[str]:
    for name in ("subject", "salutation", "closing", "date"):
        if not getattr(letter, name).strip():
            yield f"The {name} is empty."
    if not letter.body:
        yield "The letter has no text."


def _sentences(letter: Letter) -> Iterator[str]:
    said = set()
    for block in letter.body:
        text = "\n".join(map(plain, block.items)) if isinstance(block, NumberedList) else plain(block.runs)
        if isinstance(block, Paragraph) and block.own:
            continue  # people end their own sentences as they like
        if text in said:
            yield f"A paragraph stands there twice: “{text[:40]}”."
        said.add(text)
        if _LEFTOVER.search(text):
            yield f"Something was not filled in: “{text[:60]}”."
        if "  " in text or re.search(r" [.,;](?!\d)", text):
            yield f"A space is too much: “{text[:60]}”."
        if not _ENDED.search(text):
            yield f"A sentence has no end: “{text[-40:]}”."


def _notes(letter: Letter) -> Iterator[str]:
    marks = [run.number for runs in runs_of(letter.body) for run in runs if isinstance(run, NoteMark)]
    if list(dict.fromkeys(marks)) != list(range(1, len(letter.notes) + 1)):
        yield f"The notes are mentioned as {marks}, and there are {len(letter.notes)}."
    for note in letter.notes:
        if not note.text.strip():
            yield "A note is empty."


# For `python -m campaign check`


def check(pack: Pack, today: date) -> list[Finding]:
    """Every letter of a sound pack read in a few wordings; a fault is told once for each template."""
    found: dict[tuple[str, str], Finding] = {}
    for addressee in pack.open_addressees():
        for language in pack.languages:
            for text in _faults_of(pack, addressee, language, today):
                path = pack.letters[addressee.letter].texts[language].place.path
                found.setdefault((path, text), Finding(path, 1, "error", f"To “{addressee.key}”: {text}"))
    return sorted(found.values())


def _faults_of(pack: Pack, addressee: Addressee, language: str, today: date) -> Iterator[str]:
    sender = Sender(
        "A. B.", ("1 Street",), "Town", addressee.for_countries[0] if addressee.for_countries else ""
    )
    common = Choices(addressee.key, language, tuple(pack.demands), sender, today, opening=None)
    together = pack.letters[addressee.letter].texts[language].together is not None
    for piece in ("letter", "open-letter") if together else ("letter",):
        for seed in SEEDS if piece == "letter" else (0,):
            for later in (False, True):
                yield from faults(compose(pack, replace(common, seed=seed, later=later, piece=piece)))
