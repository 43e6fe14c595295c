"""Parts of a pack that may be missing, what must then be missing too, and how a campaign ends."""

from __future__ import annotations

from datetime import date

import pytest

from campaign.languages.dates import Day
from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.pack.outcome import chosen_by_default, outcome
from tests.minimal import FILES
from tests.small_packs import FINISHED, LETTERS_ONLY, NOTHING_TO_DO, PETITION_ONLY

TODAY = date(2026, 11, 24)


def changed(files: dict[str, str], path: str, old: str, new: str) -> dict[str, str]:
    assert old in files[path]
    return {**files, path: files[path].replace(old, new)}


def without(files: dict[str, str], *beginnings: str) -> dict[str, str]:
    return {path: text for path, text in files.items() if not path.startswith(beginnings)}


PICTURELESS = changed(FILES, "campaign.yaml", "picture: {kind: marks, facts: [trees, old-trees]}\n", "")

#: A pack and the errors that its checker reports.
PACKS: dict[str, tuple[dict[str, str], list[str]]] = {
    "a petition without letters": (without(FILES, "letters/", "addressees"), []),
    "letters without a petition": (without(FILES, "petition."), []),
    "no page for people at risk where nobody is": (without(FILES, "pages/at-risk"), []),
    "no page about sending": (without(FILES, "pages/sending"), []),
    "no picture": (PICTURELESS, []),
    "no picture and nothing under it": (
        changed(PICTURELESS, "campaign.yaml", "picture-note: {en: 'One mark for each tree.', fr: 'One mark for each tree. (fr)'}\n", ""),
        [],
    ),
    "a statement without a date": (changed(FILES, "sources.yaml", "date: 2020-05-01, ", ""), []),
    "no statement": (
        changed(changed(FILES, "campaign.yaml", "statement: plea\n", ""), "timeline.yaml", "stated: yes, ", ""), [],
    ),
    "no organisations and no timeline": (without(FILES, "organisations", "timeline"), []),
    "a demand of which nobody said how far it is met": (
        changed(FILES, "campaign.yaml", "  states:\n  - {state: partly-met, date: 2020-05-02, source: plea, "
                "reason: {en: 'They stand', fr: 'They stand (fr)'}}\n", ""), [],
    ),
    "people at risk without a page for them": (
        changed(PETITION_ONLY, "campaign.yaml", "countries-at-risk: []", "countries-at-risk: [KZ]"),
        ["The page “at-risk” is missing: it tells supporters from KZ what they risk."],
    ),
    "terms of a petition that there is not": (
        {**LETTERS_ONLY, "petition.yaml": "closes: 2027-06-30\nerase-on: 2027-12-31\n"},
        ["There is no petition: write its text, petition.en.md, or remove this file."],
    ),
    "a picture with nothing under it": (
        changed(FILES, "campaign.yaml", "picture-note: {en: 'One mark for each tree.', fr: 'One mark for each tree. (fr)'}\n", ""),
        ["“picture-note” is missing."],
    ),
    "what the statement says without a statement": (
        changed(FILES, "campaign.yaml", "statement: plea\n", ""),
        ["“plea” is marked as stated, but the statement is not among its sources."],
    ),
    "an end without words": (
        changed(FINISHED, "campaign.yaml", "  text:\n    en: The town council decided to keep **all trees** of the square.\n", ""),
        ["“text” is missing."],
    ),
    "an unknown state": (
        changed(FINISHED, "campaign.yaml", "state: won", "state: wonn"),
        ["Unknown state “wonn”. Did you mean “won”?"],
    ),
    "a meaning that there is not": (
        changed(FINISHED, "campaign.yaml", "meaning: met", "meaning: done"),
        ["“meaning” can’t be “done”. Known: dropped, met, open, partly."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PACKS)
def test_a_part_may_be_missing_with_what_needs_it(name: str) -> None:
    files, errors = PACKS[name]
    found = [str(finding.text) for finding in check(files, TODAY) if finding.level == "error"]
    assert found == errors


def test_a_campaign_in_which_nobody_can_do_anything_is_reported() -> None:
    findings = [str(finding) for finding in check(NOTHING_TO_DO, TODAY)]
    assert len(findings) == 1 and "warning: Nobody can do anything" in findings[0]


def with_state(*states: str) -> dict[str, str]:
    """A pack with a demand in each of these states; '' for none."""
    demands = "".join(
        f"- key: d{number}\n"
        + (f"  states:\n  - {{state: {state}, date: 2026-0{number}-01, reason: So}}\n" if state else "")
        for number, state in enumerate(states, 1)
    )
    texts = {
        f"demands/d{number}.en.md": LETTERS_ONLY["demands/keep-them.en.md"]
        for number in range(1, len(states) + 1)
    }
    head = PETITION_ONLY["campaign.yaml"] + (f"demands:\n{demands}" if states else "")
    return {**PETITION_ONLY, **texts, "campaign.yaml": head}


#: The states of the demands, whether the campaign is over and by which day, and what a letter asks.
ENDS: tuple[tuple[tuple[str, ...], Day | None, tuple[str, ...]], ...] = (
    ((), None, ()),
    (("",), None, ("d1",)),
    (("not-met", "met"), None, ("d1",)),
    (("partly-met", "dropped"), None, ("d1",)),
    (("met",), Day(2026, 1, 1), ()),
    (("met", "met"), Day(2026, 2, 1), ()),
    (("met", "dropped"), Day(2026, 1, 1), ()),
    (("dropped",), None, ()),
    (("met", ""), None, ("d2",)),
)


@pytest.mark.parametrize(("states", "met_on", "asked"), ENDS)
def test_a_campaign_is_over_when_every_demand_is_met(
    states: tuple[str, ...], met_on: Day | None, asked: tuple[str, ...]
) -> None:
    pack = parse(with_state(*states))
    ended = outcome(pack, TODAY)
    assert (ended.date if ended and ended.met else None) == met_on
    assert chosen_by_default(pack, TODAY) == asked == pack.asked_demands()


@pytest.mark.parametrize(("day", "over"), [(date(2027, 6, 30), False), (date(2027, 7, 1), True)])
def test_a_campaign_is_over_on_the_day_after_its_last_day_of_signing(day: date, over: bool) -> None:
    ended = outcome(parse(PETITION_ONLY), day)
    assert (ended is not None) is over and not (ended and ended.met)


def test_what_organisers_say_of_the_end_counts_first() -> None:
    closed = changed(FINISHED, "campaign.yaml", "how: met", "how: closed")
    for files, met in ((FINISHED, True), (closed, False)):
        ended = outcome(parse(files), TODAY)
        assert (
            ended
            and ended.met is met
            and ended.date == Day(2026, 10, 2)
            and "all trees" in ended.text["en"].text
        )


def test_a_petition_that_ends_with_its_demands_is_reported_before_it_is_published() -> None:
    warnings = [str(finding.text) for finding in check(with_state("met"), TODAY)]
    assert "Every demand is met, so the campaign is over: nobody can sign or is asked to write." in warnings


def test_the_states_that_every_campaign_has_stay_beside_its_own() -> None:
    pack = parse(FINISHED)
    assert [state.state.key for state in pack.demands["keep-them"].states] == ["not-met", "won"]
    assert pack.states["won"].meaning == "met" and pack.states["won"].title == {"en": "Won"}
    assert {state.meaning for state in pack.states.values()} == {"open", "partly", "met", "dropped"}
