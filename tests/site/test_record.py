"""The page of facts: light, with its sources folded; and notes on every page, with names and a way back."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from campaign.pack.model import Pack, Place, Prose
from campaign.web.prose import Notes
from tests.site.test_pages import PATHS, WALK, Page, fetched
from tests.tools import LANGUAGES

#: Most bytes of the page with its styles and scripts, uncompressed. Pages in general have 120,000.
MOST = 110_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_record_is_well_below_the_limit(language: str, client: FlaskClient) -> None:
    answer = client.get(f"/{language}/january-2022/record")
    files = [one for one in fetched(Page(answer.text)) if one.startswith("/static")]
    assert len(answer.data) + sum(len(client.get(one, buffered=True).data) for one in files) < MOST


@pytest.mark.parametrize("language", LANGUAGES)
def test_sources_are_folded_and_every_fact_leads_to_one(
    language: str, client: FlaskClient, pack: Pack
) -> None:
    page = client.get(f"/{language}/january-2022/record").text
    folded = page.partition("<details")[2].partition("</details>")[0]
    assert re.findall(r'<li id="source-([^"]+)"', folded) == [one.key for one in pack.record_sources()]
    assert "open" not in folded.partition(">")[0]
    for fact in pack.facts.values():
        own = page.partition(f'id="{fact.key}">')[2].partition("</li>")[0]
        assert re.findall(r'href="#source-([^"]+)"', own) == list(fact.sources), fact.key
        assert fact.speaker(language) in own, fact.key
        # A source of the same day says as of when the fact is.
        day = fact.as_of.show(language) if fact.as_of else ""
        assert day in own, fact.key


def test_the_search_is_there_for_the_script_alone(client: FlaskClient) -> None:
    page = client.get("/en/january-2022/record").text
    assert '<div class="find" id="find" hidden>' in page
    assert '<label for="find-words">Search this page</label>' in page


@pytest.mark.parametrize(("language", "path"), WALK)
def test_every_note_has_a_name_and_a_way_back(language: str, path: str, client: FlaskClient) -> None:
    page = client.get(f"/{language}/january-2022{path}").text
    text = page.partition("<main")[2].partition("</main>")[0]
    marks = re.findall(
        r'<sup class="note"><a href="#note-(\d+)" id="([^"]+)" aria-label="([^"]+)">\1</a></sup>', text
    )
    assert len(marks) == text.count('<sup class="note">')
    names = {"en": "Source {}", "ru": "Источник {}", "kk": "{}-дереккөз", "fr": "Source {}"}
    for number, anchor, label in marks:
        assert label == names[language].format(number)
        note = text.partition(f'<li id="note-{number}">')[2].partition("</li>")[0]
        assert f'<a class="back" href="#{anchor}"' in note


def test_there_are_notes_on_the_pages_that_have_facts() -> None:
    assert {"/", "/petition", "/demands/accountability"} <= set(PATHS)


def test_a_note_that_is_named_twice_has_two_ways_back(pack: Pack) -> None:
    notes = Notes(pack, "en")
    html = notes.line(Prose("{{ fact.arrests }} and {{ fact.arrests }}", Place("x", 1)))
    assert re.findall(r'id="(mark[^"]*)"', html) == ["mark-1", "mark-1-2"] == notes.marks_of(1)
    assert notes.marks_of(2) == []
