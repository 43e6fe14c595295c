"""A postcard: the shortest letter. A text, an address, and the campaign's picture on its other side."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from campaign.languages.typography import one_line
from campaign.letters.compose import UnknownChoiceError, compose, imprint, names_for, postcard_text
from campaign.letters.letter import Choices
from campaign.letters.printed_picture import NO_IMAGES, Images, PrintedPicture, picture
from campaign.pack import wording
from campaign.pack.model import Pack
from campaign.pack.wording import Note

#: Most characters of own words on a card: what fits at the smallest type size.
OWN_SIGNS = 300


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
    picture: PrintedPicture


def postcard(pack: Pack, choices: Choices, images: Images = NO_IMAGES) -> Postcard:
    """The card that the choices make. Raises UnknownChoiceError for an addressee without one.

    `images` has the photograph of the picture side, if there is one.

    Raises ValueError for own words that are longer than OWN_SIGNS, and says by how much, and for an
    addressee without a postal address.
    """
    if (excess := len(choices.own_words) - OWN_SIGNS) > 0:
        raise ValueError(f"A postcard has room for {OWN_SIGNS} characters of your own: {excess} too many.")
    letter = compose(pack, _plain(choices))
    addressee = pack.addressees[choices.addressee]
    if not letter.by_post:
        raise ValueError(f"“{addressee.key}” has no postal address, so there is no postcard to it.")
    text = pack.letters[choices.letter or addressee.letter].texts[choices.language]
    words_of_card = postcard_text(pack, addressee, text)
    if words_of_card is None:
        raise UnknownChoiceError("piece", "postcard", ("letter",))
    rendered = wording.render(pack, words_of_card.text, choices.language, names_for(pack, addressee, choices))
    notes: list[Note] = []
    wording.runs(rendered, notes)
    parts = [
        one_line(part, choices.language) for part in re.split(r"\n\s*\n", wording.without_notes(rendered))
    ]
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
        imprint=imprint(pack, choices),
        paper=choices.paper,
        filename=f"postcard-{addressee.key}-{choices.language}",
        picture=picture(pack, choices.language, images),
    )


def _plain(choices: Choices) -> Choices:
    """The choices without what only a letter has."""
    return replace(choices, beside="", edited="", window="", piece="letter")
