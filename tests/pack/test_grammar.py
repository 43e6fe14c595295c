"""Slips of grammar that a figure in a sentence invites, looked for in everything that a seed pack says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, replace

import pytest

from campaign.languages.numbers import QUALIFIERS
from campaign.letters.compose import compose, names_for, postcard_text
from campaign.letters.formats import text
from campaign.letters.letter import Choices, Sender
from campaign.letters.postcard import postcard
from campaign.pack import wording
from campaign.pack.files import parse, read_folder
from campaign.pack.model import Addressee, Pack
from tests.tools import DAY, ROOT

PACKS = sorted(path.name for path in (ROOT / "seeds").iterdir() if path.is_dir())

#: Short French words that lose their vowel before another one, except before "onze" and "oui".
#: After a hyphen ("dites-le à") they stay whole.
MISSING_ELISION = re.compile(
    r"(?<![-\w])(?:"
    r"(?:de|que|ne|je|me|te|se|le|la|jusque|lorsque|puisque|quoique) (?!(?:onz\w+|oui)\b)[aàâeéèêëiîïoôuûœ]"
    r"|si ils?\b|ce (?:est|était|étaient)\b"
    r")",
    re.IGNORECASE,
)
#: A sentence that ends with "2024 г." needs no second full stop, whether a note is between them or not.
DOUBLED_STOP = re.compile(r"(?<!\.)\.(?:\[\d+\])*\.(?!\.)")


@pytest.fixture(scope="module", params=PACKS)
def seed_pack(request: pytest.FixtureRequest) -> Pack:
    return parse(read_folder(ROOT / "seeds" / request.param))


@pytest.mark.slow
@pytest.mark.parametrize("qualifier", ["", *QUALIFIERS])
def test_french_elides_before_every_figure(qualifier: str, seed_pack: Pack) -> None:
    """As the pack is, and with every figure qualified in each way that it may come to be."""
    changed = with_qualifier(seed_pack, qualifier) if qualifier else seed_pack
    assert slips(changed, "fr", MISSING_ELISION) == []


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ru", "kk", "fr"])
def test_no_sentence_ends_with_two_full_stops(language: str, seed_pack: Pack) -> None:
    assert slips(seed_pack, language, DOUBLED_STOP) == []


@pytest.mark.parametrize(
    ("pattern", "wrong", "right"),
    [
        (MISSING_ELISION, "la mort de au moins 238 personnes", "la mort d’au moins 238 personnes"),
        (MISSING_ELISION, "alors que environ 30 agents", "alors qu’environ 30 agents"),
        (MISSING_ELISION, "plus de une enquête", "plus d’une enquête"),
        (MISSING_ELISION, "ce que elles demandent", "ce à quoi elles tiennent"),
        (MISSING_ELISION, "De Almaty", "Dites-le à Almaty ; le onze, près de 30"),
        (MISSING_ELISION, "si il le faut", "s’il le faut, que 18 affaires"),
        (DOUBLED_STOP, "30 июня 2027 г..", "30 июня 2027 г. Затем"),
        (DOUBLED_STOP, "8 февраля 2024 г.[1].", "8 февраля 2024 г.[1] Так..."),
    ],
)
def test_the_patterns_find_the_slip_and_nothing_else(
    pattern: re.Pattern[str], wrong: str, right: str
) -> None:
    assert pattern.search(wrong)
    assert not pattern.search(right)


def with_qualifier(pack: Pack, qualifier: str) -> Pack:
    """The pack with every figure qualified alike."""
    facts = {key: replace(fact, qualifier=qualifier) for key, fact in pack.facts.items()}
    return replace(pack, facts=facts)


def slips(pack: Pack, language: str, pattern: re.Pattern[str]) -> list[str]:
    """Where a pack's rendered texts match, each with some words around it."""
    matches = []
    for name, words in rendered(pack, language):
        line = re.sub(r"\s+", " ", words)
        matches += [
            f"{name}: {line[max(0, match.start() - 30) : match.end() + 20]}"
            for match in pattern.finditer(line)
        ]
    return sorted(set(matches))


def rendered(pack: Pack, language: str) -> Iterator[tuple[str, str]]:
    """Everything that a pack says in a language, as people read it, with a name to find it by."""
    for country in ("FR", "CH"):  # one inside the European Union, one outside
        sender = Sender("Claire Martin", ("12 rue Mercière", "69002 Lyon"), "Lyon", country)
        for addressee in pack.open_addressees():
            choices = Choices(addressee.key, language, tuple(pack.demands), sender, DAY)
            for words in letters(pack, addressee, choices):
                yield f"{addressee.letter} to {addressee.key}", words
    for name, source in prose(pack, language):
        yield name, with_numbers(wording.render(pack, source, language))
    yield from entries(pack, language)


def letters(pack: Pack, addressee: Addressee, choices: Choices) -> Iterator[str]:
    """A letter with each opening, as an open letter and as a postcard, and every part of its template."""
    words = pack.letters[addressee.letter].texts[choices.language]
    for opening in range(len(words.openings)):
        yield text.render(compose(pack, replace(choices, opening=opening, later=True)))
    if words.together:
        yield text.render(compose(pack, replace(choices, piece="open-letter")))
    if postcard_text(pack, addressee, words):
        yield str(asdict(postcard(pack, choices)))
    for part in words.parts():
        names = names_for(pack, addressee, choices)
        yield with_numbers(wording.render(pack, part.text, choices.language, names))


def prose(pack: Pack, language: str) -> Iterator[tuple[str, str]]:
    """The texts of the site that may name facts."""
    yield "lead", pack.lead[language].text
    yield "picture note", pack.picture_note[language].text
    for key, demand in pack.demands.items():
        for part, section in demand.texts[language].sections.items():
            yield f"demand {key}, {part}", section.text
    texts = {"petition": pack.petition, **pack.pages}
    texts |= {key: update.texts for key, update in pack.updates.items()}
    for key, translations in texts.items():
        if language in translations:
            page = translations[language]
            yield key, page.body.text
            yield key, f"{page.title}\n{page.summary}"


def entries(pack: Pack, language: str) -> Iterator[tuple[str, str]]:
    """Claims and notes of facts, the timeline, and the reasons for the demands' states."""
    for key, fact in pack.facts.items():
        yield f"fact {key}", fact.sentence(language)
        yield f"note of {key}", wording.note_text(pack, fact, language)
    for comparison in pack.comparisons:
        yield f"comparison {comparison.key}", comparison.note.get(language, "")
    for moment in pack.timeline:
        yield f"moment {moment.key}", moment.text[language]
    for key, demand in pack.demands.items():
        for state in demand.states:
            yield f"state of {key}", state.reason[language]


def with_numbers(words: str) -> str:
    """Rendered text with its notes as numbers in brackets."""
    runs = wording.runs(words, [])
    return "".join(run if isinstance(run, str) else f"[{run.number}]" for run in runs)
