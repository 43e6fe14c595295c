"""What can be printed to fill in by hand: for whom, in which language, and in which form."""

from __future__ import annotations

from campaign.letters.compose import postcard_text
from campaign.pack.model import Addressee, Pack

#: A letter of one person, one with lines for many names, and postcards.
PIECES = LETTER, OPEN_LETTER, POSTCARD = ("letter", "open-letter", "postcard")


def pieces(pack: Pack, addressee: Addressee, language: str) -> tuple[str, ...]:
    """What there is to an addressee in a language of the campaign."""
    text = pack.letters[addressee.letter].texts[language]
    there = {LETTER: True, OPEN_LETTER: text.together, POSTCARD: postcard_text(pack, addressee, text)}
    return tuple(piece for piece in PIECES if there[piece])


def offered(pack: Pack) -> tuple[str, ...]:
    """What there is to anybody, in any language."""
    there = {
        piece
        for addressee in pack.addressees_by_post()
        for language in pack.languages
        for piece in pieces(pack, addressee, language)
    }
    return tuple(piece for piece in PIECES if piece in there)


def problem(pack: Pack, key: str, language: str, piece: str) -> str:
    """What there is not, by the name of its field: `to`, `language` or `form`; '' if there is everything."""
    addressee = next((one for one in pack.addressees_by_post() if one.key == key), None)
    if addressee is None:
        return "to"
    if language not in pack.languages:
        return "language"
    return "" if piece in pieces(pack, addressee, language) else "form"
