"""Letters to addressees of every kind: how each is reached, and what is asked of it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from campaign.letters import merge, senders
from campaign.letters.compose import UnknownChoiceError, compose
from campaign.letters.formats import printed, text
from campaign.letters.letter import Choices, Letter, NumberedList, Sender, TypedAddress
from campaign.letters.postcard import postcard
from campaign.letters.representatives import directory
from campaign.pack.files import parse
from campaign.pack.model import Pack
from campaign.spreadsheets.rows import Row
from tests.addressees import FILES
from tests.tools import DAY, choices

SAMPLE = parse(FILES)
ANN = Sender("Ann Example", ("1 Road",), "Dublin", "IE", postcode="D01 F5P2")


def letter(key: str, **changes: Any) -> Letter:
    return compose(SAMPLE, Choices(key, "en", tuple(SAMPLE.demands), ANN, DAY, **changes))


def asked(one: Letter) -> int:
    return sum(len(block.items) for block in one.body if isinstance(block, NumberedList))


#: Addressee, by post, e-mail, web form, lines of its address in the letter, demands.
REACHED = [
    ("mayor", True, "mayor@example.org", "", ("Mayor", "Town Hall", "Anytown", "KAZAKHSTAN"), 2),
    ("timber", False, "office@example.org", "", ("Timber Limited",), 1),
    ("office", False, "", "https://example.org/form", ("UN office",), 2),
    ("court", True, "", "", ("District Court", "2 Example Road", "Dublin"), 2),
    ("minister", True, "", "", ("Minister",), 1),
    ("member", True, "", "", ("Your member",), 2),
    ("prisoner", True, "", "", ("A. B.", "Prison 1", "Cell 2", "Anytown", "KAZAKHSTAN"), 0),
]


@pytest.mark.parametrize(("key", "by_post", "email", "web_form", "lines", "count"), REACHED)
def test_a_letter_knows_how_it_goes_and_asks_what_its_addressee_can_do(
    key: str, by_post: bool, email: str, web_form: str, lines: tuple[str, ...], count: int
) -> None:
    one = letter(key)
    assert (one.by_post, one.email, one.web_form) == (by_post, email, web_form)
    assert (one.addressee, asked(one)) == (lines, count)


GIVEN = [
    (TypedAddress("Ann North", ("1 Street",), "D01", "Dublin"), True, "", ""),
    (TypedAddress("Ann North", email="ann@example.org"), False, "ann@example.org", ""),
    (directory(SAMPLE).find("member", "Anytown North")[0].as_address(), True, "ann@example.org", ""),
    (directory(SAMPLE).find("member", "Anytown South")[0].as_address(), True, "", "https://example.org/sam"),
    (directory(SAMPLE).find("member", "Isle")[0].as_address(), False, "ida@example.org", ""),
]


@pytest.mark.parametrize(("given", "by_post", "email", "web_form"), GIVEN)
def test_an_own_representative_is_reached_as_typed_or_as_the_list_says(
    given: TypedAddress, by_post: bool, email: str, web_form: str
) -> None:
    one = letter("member", to_address=given)
    assert (one.by_post, one.email, one.web_form) == (by_post, email, web_form)
    assert given.name in one.addressee or not by_post


def test_the_lines_of_a_list_are_printed_as_they_are() -> None:
    given = directory(SAMPLE).find("member", "Anytown North")[0].as_address()
    assert letter("member", to_address=given).addressee == (
        "Your member", "Ann North", "Parliament House", "Dublin 2",
    )  # fmt: skip


def test_what_no_post_carries_has_no_window_no_postcard_and_asks_for_no_envelope() -> None:
    assert letter("timber", window="din-5008-a").window == ""
    assert letter("mayor", window="din-5008-a").window == "din-5008-a"
    with pytest.raises(ValueError, match="“timber” has no postal address"):
        postcard(SAMPLE, Choices("timber", "en", tuple(SAMPLE.demands), ANN, DAY))


def test_a_postcard_is_offered_only_to_who_can_act_on_all_that_it_asks() -> None:
    asks = Choices("mayor", "en", tuple(SAMPLE.demands), ANN, DAY)
    assert printed.postcards([postcard(SAMPLE, asks)])
    with pytest.raises(UnknownChoiceError):
        postcard(SAMPLE, Choices("minister", "en", tuple(SAMPLE.demands), ANN, DAY))


def test_the_text_for_a_web_form_has_no_line_ends_inside_a_paragraph(pack: Pack) -> None:
    one = compose(pack, choices(pack, addressee="president"))
    whole = text.for_web_form(one)
    assert whole.replace("\n", " ").split() == text.body(one).replace("\n", " ").split()
    assert max(map(len, whole.split("\n"))) > 200


#: What an office of the first campaign is asked about, and words of what it can't grant.
EVERYTHING = {"independent-investigation", "accountability", "reparations", "end-persecution"}
ABLE = [
    ("president", EVERYTHING, "charges|hearings|special report|convey|country visit"),
    ("prosecutor-general", EVERYTHING, "amnesty|special report|trials in public|programme|convey"),
    ("interior-minister", EVERYTHING - {"reparations"}, "charges|amnesty|victims|trial|programme"),
    ("foreign-minister", EVERYTHING, "charges|amnesty|hearings|trial|programme|suspend"),
    ("ombudsman", EVERYTHING, "charges that|amnesty|trial|programme|suspend"),
    ("embassy-paris", EVERYTHING, "charges|amnesty|special report|visit"),
    ("un-torture", EVERYTHING, "OSCE|follow-up|amnesty|programme"),
    ("un-cat", EVERYTHING, "OSCE|mandate|country visit|programme"),
    ("odihr", EVERYTHING, "individual complaint|mandate|Covenant|country visit"),
    ("own-foreign-minister", EVERYTHING, "charges|special report|programme|visas"),
]


@pytest.mark.parametrize(("key", "able", "never"), ABLE)
def test_no_office_is_asked_what_it_cannot_do(key: str, able: set[str], never: str, pack: Pack) -> None:
    assert set(pack.demands_for(pack.addressees[key])) == able
    for language in pack.languages:
        assert asked(compose(pack, choices(pack, addressee=key, language=language))) == len(able)
    one = compose(pack, choices(pack, addressee=key, opening=1))
    asks = text.body(one).partition("1. ")[2]
    assert asks and not re.search(never, asks)


#: The statement's first and last demands in its own words, as each language has them.
IN_ITS_WORDS = {
    "en": ["thorough, independent and transparent investigations", "immediate", "civil society activists, journalists, human rights defenders and political opponents"],
    "ru": ["тщательны\\w+, независимы\\w+ и прозрачны\\w+ расследовани", "немедленн", "гражданских активистов, журналистов, правозащитников и политических оппонентов"],
    "kk": ["жан-жақты, тәуелсіз және ашық терг", "дереу", "азаматтық белсенділерді, журналистерді, құқық қорғаушыларды және саяси қарсыластарды"],
    "fr": ["enquêtes approfondies, indépendantes et transparentes", "immédiate", "militantes et militants de la société civile.+journalistes.+défenseures et défenseurs des droits humains.+opposantes et opposants politiques"],
}  # fmt: skip


@pytest.mark.parametrize("language", IN_ITS_WORDS)
def test_every_office_is_asked_for_the_first_and_the_last_demand_in_the_statements_words(
    language: str, pack: Pack
) -> None:
    for addressee in pack.open_addressees():
        words = text.for_web_form(compose(pack, choices(pack, addressee=addressee.key, language=language)))
        for own in IN_ITS_WORDS[language]:
            assert re.search(own, words.replace("\u00a0", " ")), (addressee.key, own)


def test_a_letter_needs_only_an_opening_and_what_is_asked() -> None:
    one = letter("timber", own_words="I live there.", opening=None, seed=3)
    assert [getattr(block, "runs", ("1.",))[0] for block in one.body] == [
        "Your company fells trees.", "I live there.", "I ask you to:", "1.",
    ]  # fmt: skip


def test_who_is_not_offered_a_letter_cannot_compose_it() -> None:
    sender = Sender("Ann Example", (), "Almaty", "KZ")
    with pytest.raises(UnknownChoiceError, match="There is no addressee “member”"):
        compose(SAMPLE, Choices("member", "en", tuple(SAMPLE.demands), sender, DAY))


def test_nobody_writes_to_a_person_in_prison_without_the_familys_consent() -> None:
    files = {**FILES, "addressees.yaml": FILES["addressees.yaml"].replace(", family-consent: 2020-05-03", "")}
    pack = parse(files)
    assert "prisoner" not in {one.key for one in pack.open_addressees()}
    with pytest.raises(UnknownChoiceError):
        compose(pack, Choices("prisoner", "en", (), ANN, DAY))


ROWS = [
    ({"name": "Ann", "to": "timber"}, "“timber” has no postal address"),
    ({"name": "Ann", "to": "member"}, "“member” has no postal address"),
    ({"name": "Ann", "to": "minister", "demands": "pay-for-them"}, "“minister” has no postal address"),
    ({"name": "Ann", "to": "court"}, ""),
    ({"name": "Ann"}, ""),
]


@pytest.mark.parametrize(("cells", "said"), ROWS)
def test_a_row_of_a_list_is_refused_where_its_letter_could_not_be_posted(
    cells: dict[str, str], said: str
) -> None:
    row = senders.check(Row(2, cells), SAMPLE, "court")
    assert said in " ".join(str(problem.text) for problem in row.problems)
    assert bool(row.problems) == bool(said)


def test_a_row_is_refused_whose_demands_its_office_cannot_act_on(pack: Pack) -> None:
    cells = {"name": "Ann", "to": "interior-minister", "demands": "reparations"}
    (problem,) = senders.check(Row(2, cells), pack).problems
    assert "can act on none of these, but on: independent-investigation" in str(problem.text)
    common = Choices("own-foreign-minister", "en", (), Sender(""), DAY)
    rows = [Row(2, {"name": "Ann", "country": "KZ"}), Row(3, {"name": "Bob", "country": "FR"})]
    assert [one.sender.name for one in merge.choices_of(rows, pack, common)] == ["Bob"]
