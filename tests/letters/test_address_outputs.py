"""Both addresses are whole, and there once, in every format: the arrangement is tested apart, for all parts."""

from __future__ import annotations

import html as html_entities
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import cycle

import pytest

from campaign.languages.countries import countries
from campaign.letters.compose import compose
from campaign.letters.envelopes import ENVELOPES, WINDOWS
from campaign.letters.formats import docx, html, odt, pdf, printed, text
from campaign.letters.letter import Letter, Sender, TypedAddress
from campaign.letters.postcard import postcard
from campaign.pack.model import Pack
from campaign.press import fonts
from tests.letters.test_address_arrangement import LATIN, Parts, local
from tests.letters.test_envelopes import holds, squeezed
from tests.tools import choices, pdf_text, words_on_pages

#: Every 19th of the awkward addresses in Latin letters that have two lines or more: an arbitrary choice.
SOME_LATIN = tuple(parts for parts in LATIN if parts[0] and (parts[1] or parts[2]))[::19]

SEVERAL = tuple(countries("en"))[::6]


@pytest.fixture(scope="module")
def pack(pack: Pack) -> Pack:
    """The first campaign, in which people of every country can write to their own foreign ministry."""
    ministry = replace(pack.addressees["own-foreign-minister"], not_for_countries=())
    return replace(pack, addressees={**pack.addressees, ministry.key: ministry})


def addresses(script: str, codes: tuple[str, ...]) -> Iterator[tuple[str, Parts]]:
    """An awkward address for each country, another one for each."""
    latin = cycle(SOME_LATIN)
    for number, country in enumerate(codes):
        own = local(country)
        yield country, next(latin) if script == "Latin" else own[number * 5 % len(own)]


def letter_from(pack: Pack, country: str, parts: Parts, window: str = "") -> Letter:
    """A letter from an address to one, in the same country, without a body."""
    lines, postcode, place, region = parts
    sender = Sender("Sample Sender", lines, place, country, "", postcode, region)
    typed = TypedAddress("Sample Ministry", lines, postcode, place, region)
    chosen = choices(pack, addressee="own-foreign-minister", sender=sender, to_address=typed, window=window)
    return replace(compose(pack, chosen), body=(), notes=(), date="")


@cache
def composed(pack: Pack, script: str, codes: tuple[str, ...], window: str = "") -> tuple[Letter, ...]:
    made = (letter_from(pack, *address, window) for address in addresses(script, codes))
    return tuple(
        letter for letter in made if not fonts.missing("\n".join((*letter.sender, *letter.addressee)))
    )


def shaped(text: str) -> bool:
    """Whether the script is set from right to left or changes the order of its letters in a PDF."""
    return any(
        unicodedata.bidirectional(c) in {"R", "AL"} or unicodedata.name(c, "").split()[0] in _SHAPED
        for c in text
    )


_SHAPED = {"DEVANAGARI", "BENGALI", "SINHALA", "THAI", "LAO", "TIBETAN", "MYANMAR", "KHMER"}

SCRIPTS = pytest.mark.parametrize("script", ["Latin", "local"])


@SCRIPTS
def test_an_envelope_to_every_country_has_both_addresses_whole(script: str, pack: Pack) -> None:
    made = composed(pack, script, tuple(countries("en")))
    assert len(made) >= 230
    pages = words_on_pages(printed.envelopes(made, "c5"))
    size = ENVELOPES["c5"]
    for letter, words in zip(made, pages, strict=True):
        for box, lines in ((size.sender, letter.posting.sender), (size.address, letter.posting.addressee)):
            shown = squeezed("".join(word.text for word in words if holds(box, word.box, slack=0.3)))
            expected = squeezed("".join(lines))
            assert shown == expected or shaped(expected), (shown, expected)
            assert len(shown) >= len(expected) * 0.8


@SCRIPTS
@pytest.mark.parametrize("window", ["", "uk-dl", "din-5008-b"])
def test_a_letter_has_both_addresses_whole(script: str, window: str, pack: Pack) -> None:
    made = composed(pack, script, SEVERAL, window)
    pages = words_on_pages(pdf.render(*made))
    for letter, words in zip(made, pages, strict=True):
        if shaped("".join(letter.addressee)):
            continue
        blocks = [letter.sender, letter.addressee]
        whole = squeezed("".join(word.text for word in words))
        if window:
            box = WINDOWS[window].address
            whole = squeezed("".join(word.text for word in words if holds(box, word.box, slack=0.3)))
            blocks = [letter.addressee]
        for block in blocks:
            assert whole.count(squeezed("".join(block))) == 1, (whole, block)


def plain(document: bytes) -> str:
    """The text of the XML files in a DOCX or ODT that hold the letter."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        names = {"word/document.xml", "content.xml"} & set(archive.namelist())
        xml = "".join(archive.read(name).decode() for name in names)
    return html_entities.unescape(re.sub(r"<[^>]+>", "", xml))


@SCRIPTS
@pytest.mark.parametrize("window", ["", "us-10"])
def test_a_document_to_edit_has_both_addresses_whole(script: str, window: str, pack: Pack) -> None:
    for letter in composed(pack, script, SEVERAL, window):
        shown = {
            "docx": plain(docx.render(letter)),
            "odt": plain(odt.render(letter)),
            "txt": text.render(letter),
            "html": html_entities.unescape(re.sub(r"<[^>]+>", "", html.sheet(letter))),
        }
        for block in (letter.sender, letter.addressee):
            for kind, whole in shown.items():
                assert squeezed(whole).count(squeezed("".join(block))) == 1, (kind, block)


@SCRIPTS
def test_a_postcard_has_the_address_as_the_post_needs_it(script: str, pack: Pack) -> None:
    cards = []
    for country, (lines, postcode, place, region) in addresses(script, SEVERAL[::4]):
        typed = TypedAddress("Sample Ministry", lines, postcode, place, region)
        sender = Sender("Sample", (), "Town", country)
        chosen = choices(pack, addressee="own-foreign-minister", sender=sender, to_address=typed)
        if not fonts.missing("\n".join(lines)):
            cards.append(postcard(pack, chosen))
    fronts = squeezed(pdf_text(printed.postcards(cards), "-raw"))
    for card in cards:
        whole = squeezed("".join(card.addressee))
        assert shaped(whole) or whole in fronts, whole
