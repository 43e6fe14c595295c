"""Letters: composed from the real pack, in every combination, and edited to the last touch."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pytest

from campaign.letters.compose import UnknownChoiceError, compose
from campaign.letters.editing import edit_text
from campaign.letters.formats import pdf, text
from campaign.letters.letter import Choices, NumberedList, Paragraph, Sender, plain
from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.pack.model import Pack
from campaign.pack.wording import to_type
from tests.small_packs import SMALL_PACKS
from tests.tools import DAY, LANGUAGES, choices

#: The templates of the first campaign: one for each kind of office, with what such an office can grant.
LETTERS = (
    "embassy", "foreign-minister", "interior-minister", "odihr", "ombudsman", "own-foreign-minister",
    "parliament", "president", "prosecutor-general", "un-committees", "un-experts",
)  # fmt: skip


def pages(document: bytes) -> int:
    with pikepdf.open(io.BytesIO(document)) as opened:
        return len(opened.pages)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_to_every_addressee_fits_on_one_page(letter: str, language: str, pack: Pack) -> None:
    # “next” is no letter to choose: it follows another one.
    assert tuple(key for key in pack.letters if key != "next") == LETTERS
    for addressee in pack.open_addressees():
        composed = compose(pack, choices(pack, addressee=addressee.key, language=language, letter=letter))
        assert pages(pdf.render(composed)) == 1, (addressee.key, language, letter)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_opening_and_later_developments_fit_on_one_page_of_either_paper(
    language: str, pack: Pack
) -> None:
    for addressee in pack.open_addressees():
        for opening in range(3):
            for paper in ("a4", "us-letter"):
                composed = compose(
                    pack,
                    choices(
                        pack,
                        addressee=addressee.key,
                        language=language,
                        opening=opening,
                        paper=paper,
                        later=opening == 1,
                    ),
                )
                assert pages(pdf.render(composed)) == 1, (addressee.key, language, opening, paper)


def test_a_letter_names_only_the_chosen_demands_in_their_order(pack: Pack) -> None:
    composed = compose(pack, choices(pack, demands=("reparations", "independent-investigation")))
    (asked,) = [block for block in composed.body if isinstance(block, NumberedList)]
    assert [plain(item)[:11] for item in asked.items] == ["conduct tho", "ensure that"]
    assert plain(asked.items[0]).endswith(";") and plain(asked.items[-1]).endswith(".")


def test_a_template_may_go_through_the_chosen_demands(files: dict[str, str]) -> None:
    loop = "I ask for {% for one in demands %}{{ one }}; {% endfor %}that is:"
    changed = {
        **files,
        "letters/prosecutor-general.en.md": files["letters/prosecutor-general.en.md"].replace(
            "I ask you to:", loop
        ),
    }
    pack = parse(changed)
    words = text.render(compose(pack, choices(pack, demands=("reparations", "accountability"))))
    assert "I ask for Accountability; Reparations; that is:" in words


def test_own_words_stand_after_the_first_facts_and_are_marked(pack: Pack) -> None:
    composed = compose(pack, choices(pack, own_words="One.\nStill one.\n\nTwo."))
    own = [block for block in composed.body if isinstance(block, Paragraph) and block.own]
    assert [block.runs for block in own] == [("One.\nStill one.",), ("Two.",)]
    assert composed.body.index(own[0]) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_letter_without_demands_does_not_lead_up_to_them(language: str, pack: Pack) -> None:
    with_demands = compose(pack, choices(pack, language=language, piece="open-letter"))
    without = compose(pack, choices(pack, language=language, piece="open-letter", demands=()))
    assert without.body == with_demands.body[:-2]


def test_composing_is_pure(pack: Pack) -> None:
    assert compose(pack, choices(pack)) == compose(pack, choices(pack))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"addressee": "parliament"}, "president, prosecutor-general"),
        ({"addressee": "nobody"}, "There is no addressee “nobody”."),
        ({"language": "de"}, "en, ru, kk, fr"),
        ({"demands": ("peace",)}, "independent-investigation"),
        ({"letter": "love"}, "embassy"),
        ({"opening": 3}, "1, 2, 3"),
    ],
)
def test_an_unknown_choice_names_the_valid_ones(change: dict[str, object], said: str, pack: Pack) -> None:
    with pytest.raises(UnknownChoiceError) as raised:
        compose(pack, choices(pack, **change))
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("form", "language", "salutation", "closing"),
    [
        (
            "",
            "fr",
            "Monsieur le Procureur général,",
            "Je vous prie d’agréer, Monsieur le Procureur général, l’expression",
        ),
        (
            "woman",
            "fr",
            "Madame la Procureure générale,",
            "Je vous prie d’agréer, Madame la Procureure générale, l’expression",
        ),
        ("unknown", "ru", "Уважаемый господин (госпожа) Генеральный прокурор!", "С уважением,"),
        ("", "ru", "Уважаемый господин Генеральный прокурор!", "С уважением,"),
        ("unknown", "kk", "Құрметті Бас Прокурор!", "Құрметпен,"),
        ("", "en", "Dear Prosecutor General,", "Yours faithfully,"),
    ],
)
def test_salutation_and_closing_suit_the_person_and_the_language(
    form: str, language: str, salutation: str, closing: str, pack: Pack
) -> None:
    composed = compose(pack, choices(pack, language=language, form=form))
    assert composed.salutation == salutation
    assert composed.closing.startswith(closing)


@pytest.mark.parametrize("language", LANGUAGES)
def test_edited_text_keeps_paragraphs_list_and_notes(language: str, pack: Pack) -> None:
    composed = compose(pack, choices(pack, language=language, own_words="My words."))
    again = compose(pack, choices(pack, language=language, own_words="My words.", edited=edit_text(composed)))
    assert again.notes == composed.notes
    assert [type(block) for block in again.body[1:-1]] == [type(block) for block in composed.body]
    assert text.body(again) == text.body(composed)
    assert pages(pdf.render(again)) == 1


def test_a_note_that_was_edited_out_goes_and_the_rest_are_numbered_anew(pack: Pack) -> None:
    composed = compose(pack, choices(pack))
    assert len(composed.notes) == 4
    edited = edit_text(composed).replace("[1]", "").replace("[3]", "[77]")
    again = compose(pack, choices(pack, edited=edited))
    assert [note.keys for note in again.notes] == [composed.notes[1].keys, composed.notes[3].keys]
    # The note that named their source in full is gone: the first that is left does.
    assert "www.fidh.org/" in again.notes[0].text and again.notes[1] == composed.notes[3]
    assert "[77]" in text.render(again)


@pytest.mark.parametrize("language", LANGUAGES)
def test_notes_name_each_source_once_with_its_title_and_web_address(language: str, pack: Pack) -> None:
    for addressee in pack.open_addressees():
        for changes in ({}, {"beside": "both:ru" if language == "en" else "both:en"}):
            letter = compose(pack, choices(pack, addressee=addressee.key, language=language, **changes))
            seen: list[str] = []
            for note in letter.notes:
                source = pack.sources[note.source]
                address = to_type(source.url) or source.title[language]
                first = note.source not in seen
                assert (note.text.count(address), source.title[language] in note.text) == (first, first)
                assert "://" not in note.text
                if changes and first:
                    assert source.title[letter.beside.language] in note.text  # type: ignore[union-attr]
                seen.append(note.source)
            assert seen


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("https://www.example.org/a/", "www.example.org/a"),
        ("http://example.org/a?page=2", "example.org/a?page=2"),
        (f"https://archive.example.org/file?key={'aB%2F9' * 12}", "archive.example.org"),
    ],
)
def test_a_note_has_the_web_address_that_its_reader_can_type(address: str, typed: str) -> None:
    assert to_type(address) == typed


def test_the_copy_to_read_names_its_sources_in_full_too(pack: Pack) -> None:
    letter = compose(pack, choices(pack, language="kk", beside="mine:fr"))
    assert letter.beside is not None
    assert "Communiqué" in letter.beside.notes[0].text and "www.fidh.org/" in letter.beside.notes[0].text
    assert "www.fidh.org/" not in letter.beside.notes[1].text


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        (Sender("A", ("1 rue X", "69002 Lyon"), "Lyon", "FR"), ("A", "1 rue X", "69002 Lyon", "France")),
        (Sender("A", (), "Lyon", "FR", "a@example.org"), ("A", "Lyon, France", "a@example.org")),
        (Sender("A"), ("A",)),
        (
            Sender("A", ("1 rue X",), "Lyon", "FR", postcode="69002"),
            ("A", "1 rue X", "69002 LYON", "France"),
        ),
        (
            Sender("A", ("1 High St",), "Leeds", "GB", postcode="LS1 1AA"),
            ("A", "1 High St", "LEEDS", "LS1 1AA", "United Kingdom"),
        ),
        (
            Sender("A", ("1 Main St",), "Austin", "US", postcode="73301", region="Texas"),
            ("A", "1 Main St", "AUSTIN, TEXAS 73301", "United States"),
        ),
        (
            Sender("A", ("Seestr. 1",), "Zürich", "CH", postcode="8001"),
            ("A", "Seestr. 1", "CH-8001 Zürich", "Switzerland"),
        ),
        (Sender("A", ("Улица 1",), "Алматы", "", postcode="050000"), ("A", "Улица 1", "050000 Алматы")),
    ],
)
def test_the_sender_block_has_what_is_known_and_repeats_nothing(
    sender: Sender, expected: tuple[str, ...], pack: Pack
) -> None:
    assert compose(pack, choices(pack, sender=sender)).sender == expected


@pytest.mark.parametrize(
    ("addressee", "country", "shown"),
    [
        ("president", "KZ", False),
        ("president", "FR", True),
        ("embassy-paris", "FR", False),
        ("own-foreign-minister", "FR", False),
    ],
)
def test_a_letter_within_a_country_names_no_country(
    addressee: str, country: str, shown: bool, pack: Pack
) -> None:
    letter = compose(pack, choices(pack, addressee=addressee, sender=Sender("A", (), "Town", country)))
    assert (len(letter.sender) == 2 and "," in letter.sender[1]) is shown


def test_the_french_date_has_the_town_without_its_postcode(pack: Pack) -> None:
    sender = Sender("A", (), "69002 Lyon", "FR")
    assert compose(pack, choices(pack, language="fr", sender=sender)).date == "Lyon, le 24 novembre 2026"


def test_later_developments_come_only_when_asked_for(pack: Pack) -> None:
    without = compose(pack, choices(pack, addressee="president"))
    including = compose(pack, choices(pack, addressee="president", later=True))
    assert len(including.body) == len(without.body) + 1
    assert "2024" not in " ".join(note.text for note in without.notes if "Tirek" in note.text)
    assert any("Tirek" in note.text for note in including.notes)


def test_the_first_note_of_a_source_says_on_which_site_it_is(pack: Pack) -> None:
    composed = compose(pack, choices(pack, addressee="president", later=True))
    first, *others, last = [note.text for note in composed.notes]
    # The whole address and not the site alone: a page must be found by somebody who doubts it.
    assert first.startswith("Official figures (FIDH: ") and ", www.fidh.org/en/" in first
    assert ", tirek.info/" in last and not any("fidh.org" in text for text in others)


def test_a_disabled_addressee_is_not_offered(pack: Pack) -> None:
    assert not pack.addressees["parliament"].enabled
    assert "parliament" not in {a.key for a in pack.open_addressees()}


def test_no_holder_of_an_office_is_named(pack: Pack) -> None:
    for addressee in pack.open_addressees():
        for language in LANGUAGES:
            letter = compose(pack, choices(pack, addressee=addressee.key, language=language))
            words = text.render(replace(letter, notes=()))
            for name in ("Tokayev", "Токаев", "Тоқаев", "Asylov", "Kosherbayev", "Lastayev"):
                assert name not in words


#: Kazakh renderings that nobody has confirmed yet; they may stand on the site, not on a letter.
UNCONFIRMED = ("Миннесота", "талғаусыз", "Құқық қорғаушылар туралы", "атыс қару", "реституция", "Соттан тыс")


def test_no_unconfirmed_kazakh_term_is_printed_on_a_letter(pack: Pack) -> None:
    for addressee in pack.open_addressees():
        for opening in range(3):
            chosen = choices(pack, addressee=addressee.key, language="kk", opening=opening, later=True)
            words = text.render(compose(pack, chosen))
            for term in UNCONFIRMED:
                assert term not in words, (addressee.key, term)


def test_a_letter_about_no_demand_asks_in_one_paragraph() -> None:
    files = {
        path: text for path, text in SMALL_PACKS["letters-only"].items() if not path.startswith("demands/")
    }
    files["campaign.yaml"] = files["campaign.yaml"].partition("demands:")[0]
    files["letters/mayor.en.md"] = files["letters/mayor.en.md"].replace(
        "I ask you to:\n\n## ask keep-them\n\nkeep the trees.\n", "I ask you to keep the trees.\n"
    )
    assert [finding for finding in check(files, DAY) if finding.level == "error"] == []
    letter = compose(parse(files), Choices("mayor", "en", (), Sender("Ana"), DAY, opening=0))
    assert "I ask you to keep the trees." in str(letter.body)


def test_a_pack_without_addressees_says_that_it_has_none() -> None:
    with pytest.raises(UnknownChoiceError, match=r"There is no addressee “mayor”\. The campaign has none\."):
        compose(parse(SMALL_PACKS["petition-only"]), Choices("mayor", "en", (), Sender("Ana"), DAY))
