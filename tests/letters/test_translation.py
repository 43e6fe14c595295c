"""You read yours, they read theirs: block by block, with notes that count alike."""

from __future__ import annotations

import io
from itertools import permutations

import pikepdf
import pytest

from campaign.letters.compose import UnknownChoiceError, compose
from campaign.letters.formats import docx, email, html, odt, pdf, text
from campaign.letters.letter import Letter, NumberedList, Paragraph, runs_of
from campaign.letters.translation import pairs
from campaign.pack.model import Pack
from campaign.pack.wording import NoteMark
from tests.tools import LANGUAGES, choices, pdf_text, words_of

BOTH_WAYS = list(permutations(LANGUAGES, 2))


def both(pack: Pack, mine: str, other: str, **changes: object) -> Letter:
    return compose(pack, choices(pack, language=mine, beside=f"both:{other}", **changes))


@pytest.mark.parametrize(("mine", "other"), BOTH_WAYS)
def test_every_block_has_its_translation(mine: str, other: str, pack: Pack) -> None:
    for addressee in pack.open_addressees():
        for seed in (0, 5):
            letter = both(
                pack, mine, other, addressee=addressee.key, seed=seed, opening=None, own_words="Mine."
            )
            assert letter.beside is not None
            for here, there in pairs(letter, letter.beside):
                assert type(here) is type(there), addressee.key
                if isinstance(here, Paragraph) and isinstance(there, Paragraph) and here.own:
                    assert here == there
                if isinstance(here, NumberedList) and isinstance(there, NumberedList):
                    assert len(here.items) == len(there.items)


@pytest.mark.parametrize(("mine", "other"), BOTH_WAYS)
def test_both_columns_count_the_same_notes_in_the_order_of_reading(mine: str, other: str, pack: Pack) -> None:
    letter = both(pack, mine, other)
    assert letter.beside is not None
    rows = [block for row in pairs(letter, letter.beside) for block in row if block]
    marks = [run.number for runs in runs_of(rows) for run in runs if isinstance(run, NoteMark)]
    assert list(dict.fromkeys(marks)) == list(range(1, len(letter.notes) + 1))
    plain = compose(pack, choices(pack, language=mine))
    assert len(letter.notes) == len(plain.notes)
    assert all(" / " in note.text or note.text in {one.text for one in plain.notes} for note in letter.notes)


def test_the_two_columns_stand_side_by_side_in_every_format(pack: Pack) -> None:
    letter = both(pack, "ru", "fr")
    for words in (
        pdf_text(pdf.render(letter)), text.render(letter), html.render(letter), email.eml(letter).decode(),
    ):  # fmt: skip
        assert "прокурор" in words or "=D0" in words or "0L/" in words
    assert "Monsieur le Procureur général," in words_of(text.render(letter))
    assert docx.render(letter) and odt.render(letter)


def test_the_copy_to_read_is_on_a_sheet_of_its_own_and_in_nothing_that_is_sent(pack: Pack) -> None:
    letter = compose(pack, choices(pack, language="kk", beside="mine:fr"))
    document = pdf.render(letter)
    with pikepdf.open(io.BytesIO(document)) as opened:
        # No page is empty; printed on one side, the copy is not on the back of what is sent.
        assert len(opened.pages) == 2 and opened.Root.ViewerPreferences.Duplex == "/Simplex"
    copy = words_of(pdf_text(document, "-f", "2"))
    assert "ne pas envoyer cette page" in copy and "Claire Martin" in copy
    assert "ne pas envoyer" not in words_of(pdf_text(document, "-l", "1"))
    for sent in (text.render(letter), html.render(letter)):
        assert "Procureur" not in sent
    assert pdf.render(letter.without_reading_copy()) == pdf.render(
        compose(pack, choices(pack, language="kk"))
    )


@pytest.mark.parametrize("beside", ["mine:en", "both:en", "mine:de", "all:fr", "fr"])
def test_a_language_that_cannot_stand_beside_is_refused(beside: str, pack: Pack) -> None:
    with pytest.raises(UnknownChoiceError):
        compose(pack, choices(pack, beside=beside))
