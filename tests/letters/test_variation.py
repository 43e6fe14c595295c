"""No two alike: a thousand letters, all different, all whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from campaign.letters.compose import compose
from campaign.letters.formats import text
from campaign.letters.letter import Letter, Paragraph
from campaign.letters.proof import check, faults
from campaign.letters.variation import count, wording
from campaign.pack.files import parse
from campaign.pack.model import Pack
from campaign.pack.wording import NoteMark
from tests.tools import DAY, LANGUAGES, choices

THOUSAND = range(1_000)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_thousand_letters_no_two_are_alike_and_all_are_whole(language: str, pack: Pack) -> None:
    made = [compose(pack, choices(pack, language=language, opening=None, seed=seed)) for seed in THOUSAND]
    assert len({text.body(letter) for letter in made}) == 1_000
    assert [fault for letter in made for fault in faults(letter)] == []


@pytest.mark.parametrize("key", ["embassy", "ombudsman", "own-foreign-minister", "president", "un-experts"])
def test_every_template_has_more_wordings_than_a_thousand_supporters_use_up(key: str, pack: Pack) -> None:
    for one in pack.letters[key].texts.values():
        assert count(one, 4, own_words=False) >= 1_000
        assert count(one, 2, own_words=True) >= 100


def test_no_wording_comes_twice_before_all_others_came_once(pack: Pack) -> None:
    one = pack.letters["president"].texts["en"]
    total = count(one, 2, own_words=True)
    assert len({wording(one, 2, True, seed) for seed in range(total)}) == total
    assert wording(one, 2, True, total + 5) == wording(one, 2, True, 5)


def test_the_seed_0_says_everything_as_it_stands_in_the_file(pack: Pack) -> None:
    way = wording(pack.letters["president"].texts["en"], 4, True, 0)
    assert (way.opening, way.asking, way.reply) == (0, 0, 0)
    assert way.facts == (0, 1) and way.asks == (0, 1, 2, 3)
    assert way.duty_last and not way.own_words_first


def test_neighbours_differ_in_several_places(pack: Pack) -> None:
    one = pack.letters["prosecutor-general"].texts["ru"]
    for seed in range(200):
        here, there = wording(one, 4, True, seed), wording(one, 4, True, seed + 1)
        different = sum(getattr(here, name) != getattr(there, name) for name in here.__slots__)
        assert different >= 2, seed


def test_the_same_seed_gives_the_same_letter_and_an_opening_chosen_by_hand_stays(pack: Pack) -> None:
    chosen = choices(pack, seed=7, opening=2, own_words="Mine.")
    assert compose(pack, chosen) == compose(pack, chosen)
    by_seed = compose(pack, replace(chosen, opening=None))
    assert compose(pack, chosen).body[0] == compose(pack, replace(chosen, seed=8)).body[0]
    assert {b.runs for b in by_seed.body if isinstance(b, Paragraph) and b.own} == {("Mine.",)}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda letter: replace(letter, subject=" "), "The subject is empty."),
        (lambda letter: replace(letter, body=()), "The letter has no text."),
        (lambda letter: replace(letter, body=(*letter.body, letter.body[0])), "paragraph is repeated"),
        (lambda letter: with_text(letter, "For {{ fact.x }}."), "has not been filled in"),
        (lambda letter: with_text(letter, "Two  spaces."), "There is an extra space"),
        (lambda letter: with_text(letter, "It was found.; then this."), "Two punctuation marks"),
        (lambda letter: with_text(letter, "30 June 2027.."), "Two punctuation marks"),
        (lambda letter: with_text(letter, "No end"), "This sentence has no full stop"),
        (lambda letter: replace(letter, notes=letter.notes[:-1]), "The notes are cited as"),
        (
            lambda letter: replace(letter, body=(Paragraph((NoteMark(2),)), *letter.body)),
            "The notes are cited as",
        ),
    ],
)
def test_the_proof_sees_what_is_wrong(change: object, said: str, pack: Pack) -> None:
    letter = compose(pack, choices(pack))
    assert faults(letter) == []
    assert any(said in str(fault) for fault in faults(change(letter)))  # type: ignore[operator]


def with_text(letter: Letter, words: str) -> Letter:
    return replace(letter, body=(*letter.body, Paragraph((words,))))


def test_check_reads_every_letter_and_names_the_template_of_a_bad_one(files: dict[str, str]) -> None:
    path = "letters/embassy.fr.md"
    broken = {
        **files,
        path: files[path].replace("quelles mesures ont été prises.", "quelles mesures ont été prises"),
    }
    found = check(parse(broken), DAY)
    assert [(one.path, one.level) for one in found] == [(path, "error")] * len(found)
    assert found and "This sentence has no full stop" in str(found[0].text)
