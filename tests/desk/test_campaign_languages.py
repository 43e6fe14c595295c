"""A language is added at the desk, translated for as long as it takes, and made public; the others go on."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from campaign.desk.content import items
from campaign.editions.edition_cache import EditionCache
from campaign.pack.language_states import states_of
from campaign.services import service
from tests.conftest import published
from tests.desk.conftest import Desk, Seat
from tests.desk.test_editing import save
from tests.tools import BARE

LANGUAGES = "/languages"
UPDATE = "/content/update/won"


def press(seat: Seat, path: str, **fields: Any) -> Any:
    """Send a form of the page about languages."""
    return seat.post(f"{LANGUAGES}/{path}", {"csrf": seat.token(LANGUAGES), **fields})


@pytest.fixture
def desk(tmp_path: Path, desk_on: Callable[[Flask], Desk]) -> Desk:
    """A desk on SQLite: nothing here depends on the engine."""
    return desk_on(published(tmp_path))


def publish(desk: Desk, seat: Seat) -> None:
    """Publish the draft with its warnings read, and let the site see it at once."""
    fields = seat.form("/publish", "/publish") | {"seen": "yes"}
    answer = seat.post("/publish", fields)
    assert answer.status_code == 303, re.sub(r"<[^>]*>|\s+", " ", answer.text)
    with desk.app.app_context():
        service(EditionCache, desk.app).load()


@pytest.mark.slow
@pytest.mark.parametrize(
    "typed", [{"code": "de"}, {"other": "DE"}, {"code": "ru", "other": "zh_hans"}, {"other": BARE}]
)
def test_any_language_can_be_added_and_prevents_nothing(typed: dict[str, str], desk: Desk) -> None:
    seat = desk.sits("Ana")
    before = desk.files()
    assert press(seat, "add", **typed).status_code == 303
    ((path, _table),) = [(path, text) for path, text in desk.files().items() if before.get(path) != text]
    assert path == "campaign.yaml"
    (code,) = states_of(desk.files()).preparing
    assert code in {"de", "zh-Hans", BARE}
    publish(desk, seat)
    public = desk.app.test_client()
    assert (
        public.get("/en/trees/").status_code == 200
        and f'hreflang="{code}"' not in public.get("/en/trees/").text
    )
    assert public.get(f"/{code}/trees/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"other": "xx-nowhere"}, "There is no such language"),
        ({}, "There is no such language"),
        ({"code": "fr"}, "This language is already there."),
    ],
)
def test_what_is_no_language_or_there_already_is_said(typed: dict[str, str], said: str, still: Desk) -> None:
    seat = still.sits("Ana")
    answer = press(seat, "add", **typed)
    assert answer.status_code == 422 and said in answer.text


def test_the_page_says_in_numbers_what_a_state_would_mean(desk: Desk) -> None:
    seat = desk.sits("Ana")
    press(seat, "add", code="de")
    press(seat, "add", other=BARE)
    page = re.sub(r"\s+", " ", seat.get(LANGUAGES))
    assert re.search(
        r"\d\d texts are missing\. Until they are there, nothing can be published in any language\.", page
    )
    assert "Campaign has no words and no rules for this language yet." in page
    assert re.search(r"It has \d+ texts?\.", page) and "All texts are there" in page
    assert page.count("Make public") == 4  # a summary and a button for each of the two


@pytest.mark.slow
def test_texts_in_preparation_are_edited_shown_in_the_draft_and_never_public(desk: Desk) -> None:
    seat = desk.sits("Ana")
    press(seat, "state", code="fr", state="in-preparation")
    publish(desk, seat)
    assert save(seat, "/content/front/front", "fr", **{"w.headline": "Gardez"}).status_code == 303
    public = desk.app.test_client()
    assert public.get("/fr/trees/").status_code == 404
    assert "Gardez" in seat.client.get("/fr/desk/trees/draft/").text
    assert "Gardez" not in public.get("/en/trees/").text
    press(seat, "state", code="fr", state="languages")
    publish(desk, seat)
    assert "Gardez" in public.get("/fr/trees/").text


def test_a_language_without_a_folder_has_draft_pages_with_a_way_back_to_the_desk(desk: Desk) -> None:
    seat = desk.sits("Ana")
    press(seat, "add", other=BARE)
    page = seat.client.get(f"/{BARE}/desk/trees/draft/")
    assert page.status_code == 200 and f'<html lang="{BARE}"' in page.text
    assert 'href="/en/desk/trees/"' in page.text
    assert re.search(r'<span lang="en" dir="ltr">[^<]+</span>', page.text)
    assert seat.client.get(f"/{BARE}/desk/trees/").status_code == 404


def test_a_language_that_is_off_keeps_its_files_and_is_nowhere(desk: Desk) -> None:
    seat = desk.sits("Ana")
    press(seat, "state", code="fr", state="off")
    assert desk.files()["pages/about.fr.md"]
    publish(desk, seat)
    assert seat.client.get("/en/desk/trees/content/front/front?text=fr").status_code == 404
    assert desk.app.test_client().get("/fr/trees/").status_code == 404
    press(seat, "add", code="fr")
    assert states_of(desk.files()).preparing == ("fr",)


@pytest.mark.parametrize(("code", "state"), [("en", "off"), ("xx", "off"), ("en", "gone")])
def test_what_makes_no_sense_is_refused(code: str, state: str, desk: Desk) -> None:
    seat = desk.sits("Ana")
    assert press(seat, "state", code=code, state=state).status_code in {404, 422}
    assert states_of(desk.files()).public == ("en", "fr")


def test_the_last_public_language_stays(desk: Desk) -> None:
    seat = desk.sits("Ana")
    press(seat, "state", code="fr", state="in-preparation")
    press(seat, "source", code="fr")
    answer = press(seat, "state", code="en", state="in-preparation")
    assert answer.status_code == 422 and "A campaign needs one public language." in answer.text


def test_another_source_is_beside_the_texts_and_translations_keep_what_they_came_from(desk: Desk) -> None:
    seat = desk.sits("Ana")
    save(seat, "/content/front/front", "fr", **{"w.headline": "Gardez"})
    assert press(seat, "source", code="fr").status_code == 303
    assert items.languages_of(desk.files()) == ["fr", "en"]
    editor = seat.get("/content/front/front?text=en")
    assert 'lang="fr"><p class="source-text">Gardez' in editor
    assert "The source has changed" not in seat.get("/content/front/front?text=fr")
    save(seat, "/content/front/front", "en", **{"w.headline": "Keep all of them"})
    assert "The source has changed" in seat.get("/content/front/front?text=fr")  # it was made from English
    save(seat, "/content/front/front", "fr", **{"w.headline": "Gardez-les"})
    assert "The source has changed" in seat.get("/content/front/front?text=en")


def test_only_editors_change_languages_and_a_translator_works_in_one_in_preparation(desk: Desk) -> None:
    ana = desk.sits("Ana")
    press(ana, "add", code="de")
    page = ana.get("/people")
    offered = re.findall(r'name="languages_list" value="([^"]+)"', page.partition("Invite somebody")[2])
    assert offered == ["en", "fr", "de"]
    desk.join("Tau", "translator", languages=("de",))
    tau = desk.sits("Tau")
    assert (
        tau.client.post(
            "/en/desk/trees/languages/add", data={"csrf": tau.token(LANGUAGES), "code": "uk"}
        ).status_code
        == 403
    )
    assert save(tau, "/content/front/front", "de", **{"w.headline": "Bäume"}).status_code == 303
    assert "de: Bäume" in desk.files()["campaign.yaml"]
    assert "Add a language" not in tau.get(LANGUAGES)


def test_forms_of_a_noun_are_typed_in_the_classes_of_the_language(desk: Desk) -> None:
    seat = desk.sits("Ana")
    press(seat, "add", code="uk")
    page = seat.get("/content/unit/tree?text=uk")
    assert "With numbers such as 1, 21, 31, 41" in page and "w.zero" not in page
    typed = {"w.one": "дерево", "w.few": "дерева", "w.many": "дерев", "w.other": "дерева"}
    assert save(seat, "/content/unit/tree", "uk", **typed).status_code == 303
    written = "uk: {one: дерево, few: дерева, many: дерев, other: дерева}"
    assert written in desk.files()["facts.yaml"]
    assert save(seat, "/content/unit/tree", "uk", **{"w.other.genitive": "дерев"}).status_code == 303
    assert "uk-genitive: дерев" in desk.files()["facts.yaml"] and written in desk.files()["facts.yaml"]


def test_a_language_is_added_translated_and_published_by_forms_and_files_alone(desk: Desk) -> None:
    """Nobody needs a programmer: the file for translators has every text, and the desk does the rest."""
    from tests.desk.test_translators import bring_back, taken_out

    seat = desk.sits("Ana")
    press(seat, "add", code="de")
    assert bring_back(seat, "de", taken_out(seat, "de", lambda source: source)).status_code == 303
    assert "All texts are there: it can be made public." in seat.get("/")
    press(seat, "state", code="de", state="languages")
    publish(desk, seat)
    assert desk.app.test_client().get("/de/trees/").status_code == 200


# one untranslated update


def write_update(seat: Seat) -> None:
    new = "/content/update/new"
    typed = {
        "key": "won",
        "f.title": "Won",
        "f.summary": "Won.",
        "f.date": "2026-02-03",
        "p...0": "We won {{ fact.trees }}.",
    }
    assert seat.post(new, seat.form(new, new) | typed).status_code == 303


def test_an_untranslated_update_is_published_in_its_language(desk: Desk) -> None:
    seat = desk.sits("Ana")
    write_update(seat)
    page = seat.get("/publish")
    assert "prevent publication" not in page
    assert "It is not in “Français”: its pages show it in “English”." in page
    assert "update is shown in another language" in seat.get("/")
    publish(desk, seat)
    public = desk.app.test_client()
    french = public.get("/fr/trees/updates/won").text
    assert '<div lang="en">\n    <h1>Won</h1>' in french and '<html lang="fr"' in french
    assert '<span lang="en"><a href="/fr/trees/updates/won">Won</a>' in public.get("/fr/trees/updates/").text
    assert '<entry xml:lang="en">' in public.get("/fr/trees/updates.atom").text
    assert "lang=" not in public.get("/en/trees/updates/won").text.partition("<main")[2]
    assert "xml:lang" not in public.get("/en/trees/updates.atom").text.partition("<id>")[2]


def test_the_day_of_an_update_is_there_for_who_translates_it(desk: Desk) -> None:
    ana = desk.sits("Ana")
    write_update(ana)
    assert 'value="2026-02-03"' in ana.get(f"{UPDATE}?text=fr")
    desk.join("Tau", "translator", languages=("fr",))
    tau = desk.sits("Tau")
    assert 'name="f.date"' not in tau.get(f"{UPDATE}?text=fr")
    typed = {"f.title": "Gagné", "f.summary": "Gagné.", "p...0": "Gagné {{ fact.trees }}."}
    assert save(tau, UPDATE, "fr", **typed).status_code == 303
    assert "date: 2026-02-03" in desk.files()["updates/won.fr.md"]


def test_what_prevents_publication_is_said_in_the_words_of_the_form(desk: Desk) -> None:
    seat = desk.sits("Ana")
    new = "/content/demand/new"
    assert (
        seat.post(
            new, seat.form(new, new) | {"key": "more", "f.title": "More", "f.summary": "More."}
        ).status_code
        == 303
    )
    page = seat.get("/publish")
    assert "The text in “Français” is missing." in page and "The file is missing" not in page
    assert "The part “What is asked more” is missing." in page
