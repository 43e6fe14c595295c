"""A postcard: the shortest letter. A text, an address, and the campaign's picture on its other side."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from campaign.letters.compose import UnknownChoiceError, compose, names_for
from campaign.letters.letter import Choices
from campaign.pack import pictures, wording
from campaign.pack.model import Pack
from campaign.pack.wording import Note
from campaign.words import words

#: Most characters of own words on a card: what fits at the smallest type size.
OWN_SIGNS = 300


@dataclass(frozen=True, slots=True)
class Picture:
    """The other side: a headline, and marks for a figure, the last `part` lighter.

    `scale` says what one mark stands for; '' if it is one unit.
    """

    kicker: str
    headline: str
    number: str
    label: str
    part_label: str
    whole: int
    part: int
    scale: str


@dataclass(frozen=True, slots=True)
class Postcard:
    """One card. `text` are paragraphs; `sources` names their sources in one line."""

    language: str
    addressee: tuple[str, ...]
    salutation: str
    text: tuple[str, ...]
    signature: tuple[str, ...]
    sources: str
    imprint: str
    paper: str
    filename: str
    picture: Picture


def postcard(pack: Pack, choices: Choices) -> Postcard:
    """The card that the choices make. Raises UnknownChoiceError for a template without one.

    Raises ValueError for own words that are longer than OWN_SIGNS, and says by how much.
    """
    if (excess := len(choices.own_words) - OWN_SIGNS) > 0:
        raise ValueError(f"A postcard has room for {OWN_SIGNS} characters of your own: {excess} too many.")
    letter = compose(pack, _plain(choices))
    addressee = pack.addressees[choices.addressee]
    text = pack.letters[choices.letter or addressee.letter].texts[choices.language]
    if text.postcard is None:
        raise UnknownChoiceError("piece", "postcard", ("letter",))
    rendered = wording.render(pack, text.postcard.text, choices.language, names_for(pack, addressee, choices))
    notes: list[Note] = []
    wording.runs(rendered, notes)
    parts = [part.replace("\n", " ") for part in re.split(r"\n\s*\n", wording.without_notes(rendered))]
    parts.append(choices.own_words)
    sender = choices.sender
    town = next((line for line in reversed(letter.sender) if line not in {sender.email, sender.name}), "")
    return Postcard(
        language=choices.language,
        addressee=letter.posting.addressee,
        salutation=letter.salutation,
        text=tuple(part.strip() for part in parts if part.strip()),
        signature=tuple(line for line in (sender.name, sender.place or town) if line),
        sources=" · ".join(note.text for note in notes),
        imprint=letter.imprint,
        paper=choices.paper,
        filename=f"postcard-{addressee.key}-{choices.language}",
        picture=picture(pack, choices.language),
    )


def _plain(choices: Choices) -> Choices:
    """The choices without what only a letter has."""
    return replace(choices, beside="", edited="", window="", piece="letter")


def picture(pack: Pack, language: str) -> Picture:
    """The picture side, from the two facts that the pack draws."""
    whole, part = (pack.facts[key] for key in pack.picture)
    drawn = pictures.marks(pack, pictures.MOST_ON_CARD)
    scale = words(language)("One mark stands for %(figure)s.")
    return Picture(
        kicker=pack.kicker[language],
        headline=pack.headline[language],
        number=whole.number(language),
        label=whole.label[language],
        part_label=f"{part.number(language)} {part.label[language]}",
        whole=drawn.whole,
        part=drawn.part,
        scale=scale % {"figure": pictures.one_mark(pack, drawn.scale, language)} if drawn.scale > 1 else "",
    )
