"""Which addressees a supporter is offered, in which order, and which the page never chooses."""

from __future__ import annotations

import pytest

from campaign.letters import offices
from campaign.pack.files import parse
from campaign.pack.model import Pack, Risk
from tests.addressees import ADDRESSEES, FILES

SAMPLE = parse(FILES)


def order(pack: Pack, country: str) -> list[str]:
    return [one.key for group in offices.groups(pack, country) for one in group.addressees]


RISKS = [
    ("prosecutor-general", "KZ", Risk.OWN_STATE),
    ("embassy-paris", "KZ", Risk.OWN_STATE),  # in Paris, but Kazakhstan's
    ("own-foreign-minister", "KZ", Risk.OWN_STATE),
    ("un-torture", "KZ", Risk.NONE),
    ("prosecutor-general", "FR", Risk.NONE),
    ("embassy-paris", "", Risk.NONE),
]


@pytest.mark.security(62)
@pytest.mark.parametrize(("key", "country", "risk"), RISKS)
def test_the_risk_is_whose_office_it_is_and_not_where_it_is(
    key: str, country: str, risk: Risk, pack: Pack
) -> None:
    assert pack.risk(pack.addressees[key], country) is risk


@pytest.mark.security(62)
def test_offices_of_a_country_at_risk_come_last_for_its_people_embassies_too(pack: Pack) -> None:
    kinds = [group.kind.key for group in offices.groups(pack, "KZ")]
    assert kinds == ["un", "state", "embassy"]
    assert [group.risky for group in offices.groups(pack, "KZ")] == [False, True, True]
    assert not any(group.risky for group in offices.groups(pack, "FR"))


def test_the_minister_of_the_state_concerned_is_not_offered_as_the_supporters_own(pack: Pack) -> None:
    assert "own-foreign-minister" in order(pack, "FR")
    assert "own-foreign-minister" not in order(pack, "KZ")


SUGGESTIONS = [
    ("", "", "court"),  # the group whose place is 1
    ("IE", "keep-them", "court"),
    ("KZ", "", "timber"),  # no state's
    ("KZ", "keep-them", "office"),
]


@pytest.mark.parametrize(("country", "demand", "key"), SUGGESTIONS)
def test_the_page_chooses_the_first_that_puts_nobody_at_risk(country: str, demand: str, key: str) -> None:
    assert offices.suggested(SAMPLE, country, demand) == key


def test_the_page_chooses_an_addressee_that_can_act_on_the_demand() -> None:
    text = ADDRESSEES.replace(
        "order: 1, office-of: IE, letter: mayor",
        "demands: [keep-them], order: 1, office-of: IE, letter: mayor",
    )
    assert offices.suggested(parse({**FILES, "addressees.yaml": text}), "", "pay-for-them") != "court"


def test_where_every_office_is_a_risk_none_is_chosen() -> None:
    text = (
        FILES["addressees.yaml"]
        .replace("office-of: none", "office-of: KZ")
        .replace("office-of: IE", "office-of: KZ")
    )
    assert offices.suggested(parse({**FILES, "addressees.yaml": text}), "KZ") == ""


def test_an_office_can_differ_from_its_group() -> None:
    text = ADDRESSEES.replace("{key: embassy, kind: town,", "{key: embassy, office-of: none, kind: town,")
    pack = parse({**FILES, "addressees.yaml": text})
    town = [group for group in offices.groups(pack, "KZ") if group.kind.key == "town"]
    assert [([one.key for one in group.addressees], group.risky) for group in town] == [
        (["embassy"], False),
        (["mayor"], True),
    ]


def test_another_states_offices_come_after_those_of_no_state() -> None:
    expected = ["timber", "office", "prisoner", "court", "minister", "mayor", "embassy"]
    assert order(SAMPLE, "KZ") == expected


def test_an_older_pack_says_only_where_offices_are_so_none_of_them_is_chosen() -> None:
    text = ADDRESSEES
    for state in ("KZ", "IE", "none", "supporter"):
        text = (
            text.replace(f"office-of: {state}, ", "")
            .replace(f", office-of: {state}", "")
            .replace(f"  office-of: {state}\n", "")
        )
    text = text.replace("{key: nations,", "{key: nations, abroad: yes,")
    pack = parse({**FILES, "addressees.yaml": text})
    assert all(group.risky for group in offices.groups(pack, "KZ"))
    assert offices.groups(pack, "KZ")[0].kind.key == "nations"  # as before
    assert offices.suggested(pack, "KZ") == ""
    assert offices.suggested(pack, "IE") == "court"
