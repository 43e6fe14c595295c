"""What is printed apart from the letter: postcards, four to a sheet, and envelopes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from campaign.letters.envelopes import ENVELOPES
from campaign.letters.formats.pdf import box_data, refuse_missing
from campaign.letters.letter import Letter
from campaign.letters.postcard import Postcard
from campaign.letters.printed_picture import PrintedPicture
from campaign.press import typeset
from campaign.press.written import written

#: Cards on a sheet.
FOUR = 4


def postcards(cards: Sequence[Postcard]) -> bytes:
    """The cards as PDF: each sheet's messages, then its pictures. Repeated cards fill the last sheet."""
    sheets = [
        [cards[n % len(cards)] for n in range(start, start + FOUR)] for start in range(0, len(cards), FOUR)
    ]
    words = "\n".join(_card_text(card) for card in cards)
    refuse_missing(words)
    data = {
        "title": f"{cards[0].picture.headline} {cards[0].imprint}",
        "language": written(cards[0].language, words),
        "paper": cards[0].paper,
        "sheets": [[_card(card) for card in sheet] for sheet in sheets],
    }
    return typeset.pdf("postcard.typ", data)


def _card(card: Postcard) -> dict[str, object]:
    words = written(card.language, _card_text(card))
    return {**asdict(card), "language": words, "picture": picture_data(card.picture)}


def picture_data(picture: PrintedPicture) -> dict[str, object]:
    """A picture for templates/press/picture.typ."""
    data = asdict(picture)
    data["part-label"] = data.pop("part_label")
    return data


def _card_text(card: Postcard) -> str:
    return "\n".join(
        (
            *card.addressee,
            card.salutation,
            *card.text,
            *card.signature,
            card.sources,
            card.imprint,
            *card.picture.texts,
        )
    )


def envelopes(letters: Sequence[Letter], key: str) -> bytes:
    """An envelope of the size for each letter, one to a page, without an e-mail address."""
    size = ENVELOPES[key]
    pages = []
    for letter in letters:
        post = letter.posting
        words = "\n".join((*post.sender, *post.addressee))
        refuse_missing(words)
        pages.append(
            {
                "language": written(letter.language, words),
                "title": post.addressee[0],
                "sender": post.sender,
                "addressee": post.addressee,
                "width": size.width,
                "height": size.height,
                "address-box": box_data(size.address),
                "sender-box": box_data(size.sender),
            }
        )
    return typeset.pdf("envelope.typ", {"title": letters[0].posting.addressee[0], "envelopes": pages})
