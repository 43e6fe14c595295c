"""At which size a letter is set: the largest at which it fits on its page."""

from __future__ import annotations

from itertools import pairwise, product

import pytest

from campaign.letters.compose import compose
from campaign.letters.fitting import SIZES, height, room, size_for
from campaign.pack.model import Pack
from tests.tools import LANGUAGES, choices

#: Own words of a letter, from none to more than a page, some of them without a space.
OWN_WORDS = ("", *("This happened in my town. " * times for times in range(1, 60, 3)), "w" * 900, "龍" * 900)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_is_set_at_the_largest_size_at_which_it_fits(language: str, pack: Pack) -> None:
    sizes, asked = set(), (tuple(pack.demands)[:1], tuple(pack.demands))
    both = "both:en" if language == "fr" else "both:fr"
    for own_words, demands, beside in product(OWN_WORDS, asked, ("", both)):
        made = choices(pack, language=language, own_words=own_words, demands=demands, beside=beside)
        letter = compose(pack, made)
        heights = [height(letter, size) for size in SIZES]
        fitting = [index for index, high in enumerate(heights) if high <= room(letter)]
        assert size_for(letter) == (fitting[0] if fitting else len(SIZES) - 1)
        assert all(higher > lower for higher, lower in pairwise(heights))
        sizes.add(size_for(letter))
    assert len(sizes) >= 3
