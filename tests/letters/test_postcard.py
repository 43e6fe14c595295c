"""Postcards and open letters: short, sourced, four to a sheet; twenty lines to sign on."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest

from campaign.letters.compose import UnknownChoiceError, compose
from campaign.letters.formats import docx, odt, pdf, printed
from campaign.letters.letter import NAMES, Sender
from campaign.letters.postcard import OWN_SIGNS, postcard
from campaign.pack.check import POSTCARD_SIGNS, check
from campaign.pack.files import parse, read_folder
from campaign.pack.model import Pack
from tests.minimal import FILES
from tests.tools import DAY, LANGUAGES, SEED, choices, pdf_text, words_on_pages

#: Those who can act on all that a postcard asks.
CARDS = [one for one in parse(read_folder(SEED)).open_addressees() if not one.demands]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_every_card_fits_with_as_many_own_words_as_there_is_room_for(
    language: str, paper: str, pack: Pack
) -> None:
    own = ("Ширина слов бывает разной, а место одно. " * 9)[:OWN_SIGNS]
    for addressee in CARDS:
        card = postcard(
            pack, choices(pack, addressee=addressee.key, language=language, own_words=own, paper=paper)
        )
        document = printed.postcards([card])
        front, _back = words_on_pages(document)
        with pikepdf.open(io.BytesIO(document)) as opened:
            wide, high = (float(side) * 25.4 / 72 for side in opened.pages[0].MediaBox[2:])
            assert len(opened.pages) == 2
        first = [word for word in front if word.box.left < wide / 2 and word.box.top < high / 2]
        text = re.sub(r"\s", "", "".join(word.text for word in first))
        signature = next(word for word in first if word.text == "Claire")
        said = [word for word in first if word.box.left < wide / 4 and word.box.top < signature.box.top]
        assert max(word.box.bottom for word in said) <= signature.box.top - 6, addressee.key
        assert re.sub(r"\s", "", own[-30:]) in text
        for line in card.addressee:
            assert re.sub(r"\s", "", line) in text, line


def test_four_cards_fill_a_sheet_and_several_addressees_share_it(pack: Pack) -> None:
    cards = [
        postcard(pack, choices(pack, addressee=key)) for key in ("president", "prosecutor-general", "odihr")
    ]
    front = re.sub(r"\s", "", pdf_text(printed.postcards(cards), "-l", "1"))
    assert front.count("YourExcellency,") == 2
    assert front.count("DearProsecutorGeneral,") == 1
    five = [postcard(pack, choices(pack, addressee=a.key)) for a in CARDS[:5]]
    with pikepdf.open(io.BytesIO(printed.postcards(five))) as opened:
        assert len(opened.pages) == 4


def test_a_card_says_what_it_rests_on(pack: Pack) -> None:
    card = postcard(pack, choices(pack, addressee="president"))
    assert "Official figures" in card.sources and "FIDH" in card.sources
    assert not re.search(r"[\ufdd0-\ufdef]|\{", "".join(card.text))


def test_own_words_that_do_not_fit_are_refused_by_how_much(pack: Pack) -> None:
    with pytest.raises(ValueError, match="12 too many"):
        postcard(pack, choices(pack, own_words="x" * (OWN_SIGNS + 12)))


def test_the_checker_says_by_how_much_a_card_is_too_long(files: dict[str, str]) -> None:
    path = "letters/embassy.ru.md"
    longer = {**files, path: files[path].replace("## postcard\n\n", "## postcard\n\n" + "Слово " * 80)}
    (found,) = [one for one in check(longer, DAY) if one.level == "error"]
    assert found.path == path
    said = str(found.text)
    assert f", and {POSTCARD_SIGNS} fit." in said
    number = re.search(r"is (\d+) characters too long", said)
    has = re.search(r"it has (\d+)", said)
    assert number and has and int(has[1]) - int(number[1]) == POSTCARD_SIGNS


def test_a_pack_without_postcards_offers_none(pack: Pack) -> None:
    trees = parse(FILES)
    plain = choices(pack, addressee="mayor", demands=("keep-them",))
    with pytest.raises(UnknownChoiceError):
        postcard(trees, plain)
    with pytest.raises(UnknownChoiceError):
        compose(trees, choices(pack, addressee="mayor", demands=("keep-them",), piece="open-letter"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_letter_speaks_for_many_and_has_room_for_their_names(language: str, pack: Pack) -> None:
    for addressee in pack.open_addressees():
        letter = compose(pack, choices(pack, addressee=addressee.key, language=language, piece="open-letter"))
        assert letter.names == NAMES == 20
        assert (letter.sender, letter.signature) == ((), "")
    document = pdf.render(letter)
    words = pdf_text(document, "-layout")
    assert re.search(r"^\s*20\b", words, re.M)
    assert "Claire Martin" not in words
    assert docx.render(letter) and odt.render(letter)


def test_the_closing_of_an_open_letter_is_in_the_plural(pack: Pack) -> None:
    one = compose(pack, choices(pack, language="fr"))
    many = compose(pack, choices(pack, language="fr", piece="open-letter", sender=Sender("A")))
    assert one.closing.startswith("Je vous prie") and "ma haute" in one.closing
    assert many.closing.startswith("Nous vous prions") and "notre haute" in many.closing
