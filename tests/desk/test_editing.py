"""Organisers change things without a programmer; nothing is lost, nothing overwritten, nothing breaks the public site."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest

from campaign.database import db
from campaign.editions import drafts
from campaign.editions.edition_cache import EditionCache
from campaign.pack.files import parse
from campaign.services import service
from tests.desk.conftest import BASE, Desk, Seat, fields_of, with_file
from tests.minimal import FILES

DEMAND = "/content/demand/keep-them"


def save(seat: Seat, path: str, language: str = "en", **typed: Any) -> Any:
    """Open an editor, type, press the button."""
    query = f"{path}?text={language}"
    fields = seat.form(query, path) | {name.replace("__", "."): value for name, value in typed.items()}
    return seat.post(path, fields)


# saving


def test_a_saved_text_is_a_version_in_the_draft_and_not_public(desk: Desk) -> None:
    seat = desk.sits("Ana")
    answer = save(seat, DEMAND, "fr", **{"f.title": "Gardez-les", "note": "shorter"})
    assert answer.status_code == 303
    assert desk.files()["demands/keep-them.fr.md"] == FILES["demands/keep-them.fr.md"].replace(
        "Keep them", "Gardez-les"
    )
    with desk.app.app_context():
        newest = drafts.history(db.session, "trees", "demands/keep-them.fr.md")[0]
    assert (newest.author, newest.note) == ("Ana", "shorter")
    assert "Gardez-les" not in desk.app.test_client().get("/fr/trees/demands/keep-them").text
    assert "Gardez-les" in seat.client.get("/fr/desk/trees/draft/demands/keep-them").text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "language", "field", "value", "file", "line"),
    [
        ("/content/addressee/mayor", "fr", "w.title", "Le maire", "addressees.yaml", "title: {en: 'Mayor', fr: 'Le maire'}"),
        ("/content/addressee/mayor", "fr", "w.salutation.woman", "Madame la Maire,", "addressees.yaml",
         "salutation: {en: 'Dear Mayor,', fr: {unknown: 'Dear Mayor, (fr)', woman: \"Madame la Maire,\"}}"),
        ("/content/addressee/mayor", "en", "f.address.lines", "1 Square\r\nAnytown\r\n", "addressees.yaml", "address: {lines: [1 Square, Anytown]}"),
        ("/content/addressee/mayor", "en", "f.enabled", "no", "addressees.yaml", "enabled: no"),
        ("/content/fact/trees", "en", "f.value", "13", "facts.yaml", "value: 13"),
        ("/content/source/plea", "en", "f.date", "2020-06", "sources.yaml", "date: 2020-06"),
        ("/content/front", "fr", "w.headline", "Gardez les arbres !", "campaign.yaml", "headline: {en: 'Keep the trees', fr: 'Gardez les arbres !'}"),
        ("/content/front", "en", "f.second-reader", "yes", "campaign.yaml", "second-reader: yes"),
        ("/content/petition", "en", "p...0", "Other words.", "petition.en.md", "Other words."),
        ("/content/page/about", "en", "f.summary", "What: this is", "pages/about.en.md", "summary: \"What: this is\""),
        ("/content/letter/mayor", "en", "p.reply..0", "Please answer.", "letters/mayor.en.md", "Please answer."),
    ],
)  # fmt: skip
def test_each_kind_has_an_editor_that_changes_one_place(
    path: str, language: str, field: str, value: str, file: str, line: str, desk: Desk
) -> None:
    seat = desk.sits("Ana")
    page = seat.get(f"{path}?text={language}")
    action = re.search(r'id="edit" method="post" action="([^"]+)"', page)
    assert action
    fields = fields_of(page, action[1]) | {field: value}
    assert seat.client.post(action[1], data=fields).status_code == 303
    after = desk.files()
    assert line in after[file]
    changed = [path for path in after if after[path] != FILES[path]]
    assert changed == [file]
    parse(after)


def test_saving_without_a_change_makes_no_version(desk: Desk) -> None:
    seat = desk.sits("Ana")
    for path in (
        DEMAND,
        "/content/addressee/mayor",
        "/content/fact/trees",
        "/content/letter/mayor",
        "/content/source/plea",
    ):
        answer = save(seat, path)
        assert "said=same" in answer.headers["Location"], path
    assert desk.files() == FILES


def test_a_translator_changes_their_language_and_nothing_else(desk: Desk) -> None:
    desk.join("Tau", "translator", languages=("fr",))
    seat = desk.sits("Tau")
    assert save(seat, DEMAND, "fr", **{"f.title": "Gardez-les"}).status_code == 303
    english = seat.get(f"{DEMAND}?text=en")
    assert "Save in the draft" not in english
    token = seat.token("/publish")
    forged = {"csrf": token, "text": "en", "f.title": "Mine", "mark": "999"}
    assert seat.post(DEMAND, forged).status_code == 403
    shared = seat.form("/content/addressee/mayor?text=fr", "/content/addressee/mayor")
    assert "f.country" not in shared
    seat.post("/content/addressee/mayor", shared | {"f.country": "FR"})
    assert desk.files()["addressees.yaml"] == FILES["addressees.yaml"]
    assert (
        seat.post(f"{DEMAND}/review", {"csrf": token, "text": "en", "state": "reviewed"}).status_code == 403
    )


# two people


def test_two_people_who_change_different_fields_of_one_file_do_not_disturb_each_other(desk: Desk) -> None:
    desk.join("Berik", "editor")
    ana, berik = desk.sits("Ana"), desk.sits("Berik")
    first = ana.form("/content/fact/trees", "/content/fact/trees")
    second = berik.form("/content/fact/old-trees", "/content/fact/old-trees")
    assert ana.post("/content/fact/trees", first | {"w.label": "All trees"}).status_code == 303
    assert berik.post("/content/fact/old-trees", second | {"f.value": "4"}).status_code == 303
    same = berik.form("/content/fact/trees", "/content/fact/trees")
    ana.post(
        "/content/fact/trees",
        ana.form("/content/fact/trees", "/content/fact/trees") | {"f.as-of": "2020-04-30"},
    )
    assert berik.post("/content/fact/trees", same | {"w.label": "Every tree"}).status_code == 303
    text = desk.files()["facts.yaml"]
    assert "en: Every tree" in text.replace("'", "") and "value: 4" in text and "as-of: 2020-04-30" in text


def test_who_changes_the_same_text_second_sees_the_difference_and_merges(desk: Desk) -> None:
    desk.join("Berik", "editor")
    ana, berik = desk.sits("Ana"), desk.sits("Berik")
    mine, theirs = ana.form(DEMAND, DEMAND), berik.form(DEMAND, DEMAND)
    assert ana.post(DEMAND, mine | {"f.summary": "All of them, and the benches."}).status_code == 303
    answer = berik.post(DEMAND, theirs | {"f.summary": "All of the old ones."})
    assert answer.status_code == 409 and "saved in the meantime" in answer.text
    assert re.search(r"All of them<ins>, and the benches</ins>\.", answer.text)
    assert "All of the old ones." in answer.text
    assert "summary: All of them, and the benches." in desk.files()["demands/keep-them.en.md"]
    merged = fields_of(answer.text, DEMAND) | {"f.summary": "All of the old ones, and the benches."}
    assert berik.post(DEMAND, merged).status_code == 303
    assert "All of the old ones, and the benches." in desk.files()["demands/keep-them.en.md"]


def test_the_raw_file_shows_the_difference_to_who_saves_second(desk: Desk) -> None:
    seat = desk.sits("Ana")
    path = "/files/pages/about.en.md"
    first, second = seat.form(path, path), seat.form(path, path)
    assert seat.post(path, first | {"text": first["text"].replace("Words.", "Two words.")}).status_code == 303
    answer = seat.post(path, second | {"text": second["text"].replace("Words.", "No words.")})
    assert answer.status_code == 409 and "<ins>" in answer.text and "No words." in answer.text
    again = fields_of(answer.text, path)
    assert seat.post(path, again).status_code == 303
    assert "No words." in desk.files()["pages/about.en.md"]


# what is wrong is said, and nothing is saved


BAD = {
    "a loop of a thousand million": ("{% for x in range(1000000000) %}a{% endfor %}", "for one in demands"),
    "the way to Python": ("{{ ''.__class__ }}", "Unknown placeholder"),
    "an attribute of Python": ("{{ fact.__class__ }}", "Unknown fact"),
    "unclosed braces": ("Here is {{ fact.trees", "can’t be read"),
    "an unknown fact": ("Here are {{ fact.tres }}.", "Did you mean “trees”?"),
    "an unknown name": ("Dear {{ adressee.title }}", "Did you mean “addressee”?"),
    "a call": ("{{ fact.trees() }}", "is not allowed"),
    "arithmetic": ("{{ 9 ** 9 ** 9 }}", "is not allowed"),
    "a macro": ("{% macro x() %}{% endmacro %}", "is not allowed"),
    "an include": ("{% include 'x' %}", "is not allowed"),
    "the safe filter": ("{{ fact.trees | safe }}", "Unknown filter"),
    "a nested loop": (
        "{% for a in demands %}{% for b in demands %}x{% endfor %}{% endfor %}",
        "for one in demands",
    ),
    "a set": ("{% set x = 1 %}", "is not allowed"),
    "a number by hand": ("There are 12 trees.", "is written by hand"),
    "a sign that turns text round": ("abc\u202edef", "can’t be printed"),
    "five megabytes": ("word " * 1_000_000, "20,000 characters at most"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_letter_that_may_not_be_is_told_in_words_and_kept(case: str, still: Desk) -> None:
    text, said = BAD[case]
    seat = still.sits("Ana")
    path = "/content/letter/mayor"
    answer = save(seat, path, **{"p.facts..0": text})
    assert answer.status_code == 422 and said in answer.text, case
    assert "Not saved" in answer.text
    kept = fields_of(answer.text, path)["p.facts..0"]
    assert kept.replace("\r\n", "\n") == text
    assert still.files() == FILES
    live = seat.post(f"{path}/preview", fields_of(answer.text, path), headers={"Accept": "text/fragment"})
    assert live.status_code == 200 and said in live.text


@pytest.mark.security(40)
def test_an_unknown_name_is_underlined_in_its_line_with_its_place(still: Desk) -> None:
    seat = still.sits("Ana")
    answer = save(
        seat, "/content/letter/mayor", **{"p.facts..0": "They give shade.\n\nTo {{ adressee.title }} here."}
    )
    assert "To {{ <u>adressee</u>.title }} here." in answer.text
    assert "(line 3)" in answer.text


@pytest.mark.security(41)
def test_scripts_in_markdown_come_out_as_text(desk: Desk) -> None:
    seat = desk.sits("Ana")
    words = "Look <script>alert(1)</script> and [here](javascript:alert(1)) <img src=x onerror=alert(1)>"
    path = "/content/page/about"
    live = seat.post(f"{path}/preview", seat.form(path, path) | {"p...0": words})
    assert "<script>" not in live.text and "onerror=" not in re.sub(r"&lt;.*?&gt;", "", live.text)
    assert 'href="javascript' not in live.text
    assert save(seat, path, **{"p...0": words}).status_code == 303
    page = seat.client.get(f"{BASE}/draft/about").text
    assert "<script>alert" not in page and 'href="javascript' not in page


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        ("/content/fact/trees", {"f.as-of": "yesterday"}, "Enter a day such as"),
        ("/content/fact/trees", {"f.source_list": []}, "Choose from the list"),
        ("/content/fact/trees", {"f.source_list": ["nowhere"]}, "Choose from the list"),
        ("/content/fact/trees", {"f.value": "many"}, "is not a number"),
        ("/content/fact/trees", {"w.claim": ""}, "This is required"),
        ("/content/source/plea", {"f.url": "javascript:alert(1)"}, "A web address must begin"),
        ("/content/addressee/mayor", {"f.email": "mayor"}, "not an e-mail address"),
        ("/content/addressee/mayor", {"f.letter": "x"}, "Choose from the list"),
        ("/content/addressee/mayor", {"w.title": "x" * 1_001}, "1,000 characters at most"),
    ],
)
def test_a_field_says_what_is_wrong_and_how_to_mend_it(
    path: str, typed: dict[str, Any], said: str, still: Desk
) -> None:
    answer = save(still.sits("Ana"), path, **typed)
    assert answer.status_code == 422 and said in answer.text
    assert still.files() == FILES


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("facts: [", "This is not YAML"),
        ("", "The file is empty"),
        (FILES["facts.yaml"].replace("source: plea", "source: pleas", 1), "Did you mean “plea”?"),
        (FILES["facts.yaml"] + "a: &b c\n", "Anchors, aliases and tags"),
        ("x" * 1_100_000, "characters at most"),
    ],
)
def test_a_raw_file_with_an_error_is_not_saved_and_not_lost(text: str, said: str, still: Desk) -> None:
    seat = still.sits("Ana")
    path = "/files/facts.yaml"
    answer = seat.post(path, seat.form(path, path) | {"text": text})
    assert answer.status_code == 422 and said in answer.text
    assert fields_of(answer.text, path)["text"].strip() == text.strip()
    assert still.files() == FILES


# new things, and things that go


def test_a_new_addressee_waits_for_its_translations_and_is_then_published(desk: Desk) -> None:
    seat = desk.sits("Ana")
    new = "/content/addressee/new"
    typed = {"key": "council", "w.title": "Town council", "w.salutation.unknown": "Dear members,", "f.kind": "town",
             "f.letter": "mayor", "f.closing": "plain", "f.address.lines": "Town Hall\nAnytown", "f.country": "IE"}  # fmt: skip
    assert seat.post(new, seat.form(new, new) | typed).status_code == 303
    publish = seat.get("/publish")
    assert "prevent publication" in publish and "“Office” is missing in “Français”" in publish
    with desk.app.app_context():
        mark = drafts.draft(db.session, "trees").mark
    refused = seat.post("/publish", {"csrf": seat.token("/people"), "mark": str(mark), "seen": "yes"})
    assert refused.status_code == 422 and "nothing was published" in refused.text and desk.newest() == 1
    assert "Not translated" in seat.get("/")
    assert "Town council" in seat.get("/content/addressee/council?text=fr")  # the source stands beside it
    french = {"w.title": "Conseil municipal", "w.salutation.unknown": "Mesdames, Messieurs,"}
    assert save(seat, "/content/addressee/council", "fr", **french).status_code == 303
    page = seat.get("/publish")
    assert "Conseil municipal" in page and "Town council" in page and "prevent publication" not in page
    assert seat.post("/publish", fields_of(page, "/publish") | {"seen": "yes"}).status_code == 303
    look_again(desk)
    assert "Town council" in desk.app.test_client().get("/en/trees/write").text


def publish(seat: Seat, **typed: str) -> Any:
    """Look at the changes, tick the remarks, press the button."""
    return seat.post("/publish", fields_of(seat.get("/publish"), "/publish") | {"seen": "yes", **typed})


def _mark(page: str) -> str:
    found = re.search(r'name="mark" value="(\d+)"', page)
    return found[1] if found else "0"


def look_again(desk: Desk) -> None:
    """The other half second in which a process looks for a new edition has passed."""
    service(EditionCache, desk.app)._refresher._next = float("-inf")


@pytest.mark.parametrize("key", ["", "Council", "a b", "mayor", "x" * 70, "../x", "a--b"])
def test_a_key_that_can_not_be_is_refused_in_words(key: str, still: Desk) -> None:
    seat = still.sits("Ana")
    new = "/content/addressee/new"
    answer = seat.post(new, seat.form(new, new) | {"key": key, "w.title": "Town council of everybody"})
    assert answer.status_code == 422 and "Town council of everybody" in answer.text
    assert still.files() == FILES


def test_new_things_of_every_other_kind(desk: Desk) -> None:
    seat = desk.sits("Ana")
    things: dict[str, dict[str, Any]] = {
        "source": {"w.publisher": "Town", "w.title": "Minutes"},
        "moment": {"w.text": "They met.", "f.date": "2020-05-09", "f.source_list": ["plea"]},
        "organisation": {"w.acronym": "TH", "w.name": "Town historians", "w.role": "They count"},
        "voice": {"w.name": "B. Nobody", "w.title": "Member", "w.says": "Yes"},
        "topic": {"w.title": "Benches"},
        "speaker": {"w.name": "The town"},
        "group": {"w.title": "The region"},
        "closing": {"w.words": "Sincerely,"},
        "update": {"f.title": "A meeting", "f.summary": "They met.", "f.date": "2020-05-09", "p...0": "Words."},
        "page": {"f.title": "More", "f.summary": "More.", "p...0": "Words."},
        "demand": {"f.title": "Water them", "f.summary": "Every day.", "p.asked..0": "Water."},
        "fact": {"w.label": "Benches", "w.claim": "There are {phrase}.", "f.topic": "square", "f.said-by": "friends",
                 "f.source_list": ["plea"], "f.value": "4", "f.unit": "tree"},
    }  # fmt: skip
    for kind, typed in things.items():
        new = f"/content/{kind}/new"
        answer = seat.post(new, seat.form(new, new) | {"key": f"new-{kind}", **typed})
        assert answer.status_code == 303, f"{kind}: {re.findall(r'<li>.*?</li>', answer.text)[:3]}"
        seat.get(f"/content/{kind}/new-{kind}?text=fr")


def test_a_new_demand_waits_until_every_letter_asks_for_it(desk: Desk) -> None:
    seat = desk.sits("Ana")
    new = "/content/demand/new"
    typed = {"key": "water", "f.title": "Water them", "f.summary": "Every day.", "p.asked..0": "Water."}
    assert seat.post(new, seat.form(new, new) | typed).status_code == 303
    page = seat.get("/")
    assert "This letter can’t be assembled" in page and "The part “What is asked water” is missing." in page
    save(
        seat,
        "/content/demand/water",
        "fr",
        **{"f.title": "De l’eau", "f.summary": "Chaque jour.", "p.asked..0": "De l’eau."},
    )
    assert "What is asked: Water them" in seat.get("/content/letter/mayor?text=en")
    for language, words in (("en", "water them;"), ("fr", "les arroser ;")):
        assert save(seat, "/content/letter/mayor", language, **{"p.ask.water.0": words}).status_code == 303
    publish = seat.get("/publish")
    assert "prevent publication" not in publish and "Water them" in publish
    assert seat.post("/publish", fields_of(publish, "/publish") | {"seen": "yes"}).status_code == 303
    look_again(desk)
    assert "Water them" in desk.app.test_client().get("/en/trees/demands/").text


def test_another_opening_is_written_first_in_one_language_and_then_in_the_others(desk: Desk) -> None:
    seat = desk.sits("Ana")
    path = "/content/letter/mayor"
    assert save(seat, path, "en", **{"p.opening..1": "I write about {{ fact.trees }}."}).status_code == 303
    assert "Number of openings: 1 here, 2 in another language." in seat.get("/publish")
    french = seat.get(f"{path}?text=fr")
    assert "I write about {{ fact.trees }}." in french  # the source stands beside an empty field
    assert (
        save(seat, path, "fr", **{"p.opening..1": "J’écris à propos de {{ fact.trees }}."}).status_code == 303
    )
    assert "prevent publication" not in seat.get("/publish")


def test_a_thing_goes_from_the_draft_unless_something_needs_it(desk: Desk) -> None:
    seat = desk.sits("Ana")
    token = seat.token()
    needed = seat.post("/content/source/plea/remove", {"csrf": token})
    assert needed.status_code == 422 and "Unknown source" in needed.text and desk.files() == FILES
    assert seat.post("/content/voice/a/remove", {"csrf": token}).status_code == 303
    assert "A. Nobody" not in desk.files()["organisations.yaml"]
    assert seat.client.get(f"{BASE}/content/voice/a").status_code == 404


def test_an_old_text_is_written_again(desk: Desk) -> None:
    seat = desk.sits("Ana")
    save(seat, DEMAND, **{"f.title": "Keep none"})
    page = seat.get("/history/demands/keep-them.en.md")
    assert "+ title: Keep none" in page and "− title: Keep them" in page
    fields = fields_of(page, "/history/demands/keep-them.en.md")
    assert seat.post("/history/demands/keep-them.en.md", fields).status_code == 303
    assert desk.files() == FILES
    with desk.app.app_context():
        assert len(drafts.history(db.session, "trees", "demands/keep-them.en.md")) == 3


# demands move


def test_a_demand_moves_and_the_public_page_tells_what_has_happened(desk: Desk) -> None:
    seat = desk.sits("Ana")
    fields = {"csrf": seat.token(), "state": "partly-met", "date": "2021-03-04", "source": "plea",
              "reason.en": "Half of them were felled", "reason.fr": "La moitié a été abattue"}  # fmt: skip
    wrong = seat.post(f"{DEMAND}/state", fields | {"date": "spring", "reason.en": ""})
    assert (
        wrong.status_code == 422 and "Enter a day" in wrong.text and "La moitié a été abattue" in wrong.text
    )
    assert seat.post(f"{DEMAND}/state", fields).status_code == 303
    page = seat.get("/publish")
    assert "Half of them were felled" in page
    seat.post("/publish", fields_of(page, "/publish") | {"seen": "yes"})
    look_again(desk)
    public = desk.app.test_client().get("/en/trees/demands/keep-them").text
    assert "They stand" in public and "Half of them were felled" in public and "4 March 2021" in public


# addressees


def test_an_address_is_checked_today_with_its_source(desk: Desk) -> None:
    seat = desk.sits("Ana")
    assert "has not been checked" in seat.get("/")
    answer = seat.post("/content/addressee/mayor/checked", {"csrf": seat.token(), "source": "plea"})
    assert answer.status_code == 303
    assert (
        "checked-on: 2026-11-24" in desk.files()["addressees.yaml"]
        and "sources: [plea]" in desk.files()["addressees.yaml"]
    )


def test_the_directory_goes_out_as_a_table_and_comes_in_unchanged(desk: Desk) -> None:
    seat = desk.sits("Ana")
    table = seat.client.get(f"{BASE}/addressees.csv").data
    assert table.startswith('\ufeff"key","title.en","title.fr",'.encode())
    answer = bring(seat, table)
    assert answer.status_code == 303 and "said=same" in answer.headers["Location"]
    other = table.decode("utf-8-sig").replace("Town Hall\nAnytown", "Old Town Hall\nAnytown")
    other += "council,Council,Conseil\r\n"
    assert bring(seat, other.encode()).status_code == 422  # a new office needs more than its name
    other = other.replace("council,Council,Conseil\r\n", "")
    assert bring(seat, other.encode()).status_code == 303
    assert "[Old Town Hall, Anytown]" in desk.files()["addressees.yaml"]


def bring(seat: Seat, table: bytes) -> Any:
    """The page with what a table changes, and then the button if there is one."""
    fields = {"csrf": seat.token("/addressees"), "table": (io.BytesIO(table), "a.csv")}
    shown = seat.client.post(f"{BASE}/addressees", data=fields, content_type="multipart/form-data")
    if shown.status_code != 200:
        return shown
    return seat.client.post(f"{BASE}/addressees", data=fields_of(shown.text, "/addressees"))


@pytest.mark.slow
def test_a_table_of_addressees_shows_what_changes_before_it_is_saved(desk: Desk) -> None:
    seat = desk.sits("Ana")
    table = "key;title.en;colour\nmayor;The Mayor;red\n".encode("utf-16")
    form = with_file({"csrf": seat.token("/addressees")}, "table", table)
    shown = seat.client.post(f"{BASE}/addressees", **form)
    text = " ".join(shown.text.split())
    assert "1 addressee changes." in text and "<del>Mayor</del><ins>The Mayor</ins>" in text
    assert "Column 3, “colour”, is not used." in text
    assert desk.files() == FILES
    save(seat, "/content/addressee/mayor", **{"w.title": "Somebody else’s title"})
    button = fields_of(shown.text, "/addressees")
    again = seat.client.post(f"{BASE}/addressees", data=button)
    assert again.status_code == 200 and "The draft has changed in the meantime." in again.text
    assert "Somebody else’s title" in desk.files()["addressees.yaml"]
    assert (
        seat.client.post(f"{BASE}/addressees", data=fields_of(again.text, "/addressees")).status_code == 303
    )
    assert "The Mayor" in desk.files()["addressees.yaml"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (b"", "Choose a file"),
        (b"title.en\nMayor\n", "no column “key”"),
        (b"key,title.en\n,Mayor\n", "Row 2: the key is missing"),
        (b"key,title.en\nmayor,The mayor\nBad Key,x\n", "Row 3: the key is missing"),
        (b"key,key\nmayor,x\n", "mean the same"),
        (b"key,title.en\nmayor,x,y\n", "more cells than columns"),
        (b"key,title.en\nmayor,\xff\xfe\n", "Some bytes are not text"),
        (b"key,title.en\nmayor,a\x00b\n", "can’t be printed"),
        (b"key,title.en\nmayor," + b"x" * 20_000 + b"\n", "more than 5,000 characters"),
        (b"key,letter\nmayor,nowhere\n", "Unknown letter"),
        (b"key,email\nnew-one,a@example.org\n", "is missing"),
        (b"key\n" + b"mayor\n" * 2_100, "at most 2,000 rows"),
    ],
)  # fmt: skip
def test_a_table_with_a_fault_changes_nothing_and_says_which_row(
    table: bytes, said: str, still: Desk
) -> None:
    answer = bring(still.sits("Ana"), table)
    assert answer.status_code == 422 and said in answer.text
    assert still.files() == FILES


@pytest.mark.slow
@pytest.mark.security(43)
def test_a_cell_is_no_formula_on_the_way_out_and_itself_on_the_way_in(desk: Desk) -> None:
    seat = desk.sits("Ana")
    save(seat, "/content/addressee/mayor", **{"w.title": "=HYPERLINK(x)"})
    table = seat.client.get(f"{BASE}/addressees.csv").data
    assert b"'=HYPERLINK(x)" in table
    assert "said=same" in bring(seat, table).headers["Location"]


# reviews


@pytest.mark.slow
def test_a_text_is_missing_a_draft_awaiting_and_reviewed_by_somebody_on_a_day(desk: Desk) -> None:
    seat = desk.sits("Ana")
    assert "as imported" in seat.get("/translation?text=fr")
    save(seat, DEMAND, "fr", **{"f.title": "Gardez-les"})
    assert ">draft<" in _row(seat, "Keep them")
    save(seat, DEMAND, "fr", **{"f.title": "Gardez-les tous", "review": "ask"})
    assert ">awaiting review<" in _row(seat, "Keep them")
    seat.post(f"{DEMAND}/review", {"csrf": seat.token(), "text": "fr", "state": "reviewed"})
    row = _row(seat, "Keep them")
    assert ">reviewed<" in row and "Ana, 24 November 2026" in row
    save(seat, DEMAND, "fr", **{"f.title": "Gardez"})
    assert ">draft<" in _row(seat, "Keep them")


def _row(seat: Seat, title: str) -> str:
    rows = re.findall(r"<tr>.*?</tr>", seat.get("/translation?text=fr"), re.S)
    return next(row for row in rows if title in row and "Demands" in row)


@pytest.mark.slow
def test_a_translation_is_told_how_its_source_changed_since(desk: Desk) -> None:
    seat = desk.sits("Ana")
    save(seat, DEMAND, "en", **{"f.summary": "All of them, for ever."})
    page = seat.get(f"{DEMAND}?text=fr")
    assert "The source has changed since" in page and "All of them<ins>, for ever</ins>." in page
    assert "the source changed" in _row(seat, "Keep them")
    assert "1 text has a source that has changed since" in seat.get("/")
    save(seat, DEMAND, "fr", **{"f.summary": "Tous, pour toujours."})
    assert "The source has changed since" not in seat.get(f"{DEMAND}?text=fr")


# publishing


@pytest.mark.slow
def test_the_difference_is_text_and_not_yaml(desk: Desk) -> None:
    seat = desk.sits("Ana")
    save(seat, "/content/fact/trees", "fr", **{"w.claim": "On y compte {phrase}."})
    save(seat, DEMAND, **{"p.asked..0": "Keep every tree."})
    page = seat.get("/publish")
    assert re.search(r"<dt>Claim, one sentence <small>Français</small></dt>", page)
    assert "<ins>On y compte</ins>" in page and "Keep every tree." in page and "claim:" not in page


@pytest.mark.slow
def test_a_draft_that_changed_after_the_look_is_not_published(desk: Desk) -> None:
    seat = desk.sits("Ana")
    save(seat, DEMAND, **{"f.title": "Keep all"})
    fields = fields_of(seat.get("/publish"), "/publish") | {"seen": "yes", "note": "a note of mine"}
    save(seat, DEMAND, **{"f.title": "Keep none"})
    answer = seat.post("/publish", fields)
    assert (
        answer.status_code == 409 and "has changed since" in answer.text and "a note of mine" in answer.text
    )
    assert desk.newest() == 1


def test_remarks_have_to_be_read_before_publishing(desk: Desk) -> None:
    seat = desk.sits("Ana")
    save(seat, DEMAND, **{"f.title": "Keep all"})
    fields = fields_of(seat.get("/publish"), "/publish")
    answer = seat.post("/publish", fields)
    assert (
        answer.status_code == 422
        and "Tick to confirm that you have read them" in answer.text
        and desk.newest() == 1
    )
    assert seat.post("/publish", fields | {"seen": "yes"}).status_code == 303 and desk.newest() == 2


@pytest.mark.slow
def test_where_the_campaign_wants_it_one_asks_and_another_publishes(desk: Desk) -> None:
    desk.join("Berik", "editor")
    ana, berik = desk.sits("Ana"), desk.sits("Berik")
    save(ana, "/content/front/front", **{"f.second-reader": "yes"})
    publish(ana)
    look_again(desk)
    save(ana, DEMAND, **{"f.title": "Keep all"})
    # Taking the rule out of the draft does not lift it: the newest edition has it.
    save(ana, "/content/front/front", **{"f.second-reader": ""})
    page = ana.get("/publish")
    assert "nobody publishes alone" in page and "Publish edition" not in page
    forged = {"csrf": ana.token(), "mark": _mark(page), "seen": "yes"}
    assert ana.post("/publish", forged).status_code == 403 and desk.newest() == 2
    assert berik.post("/publish", forged | {"csrf": berik.token()}).status_code == 403
    assert (
        ana.post(
            "/publish/ask", {"csrf": ana.token(), "mark": _mark(page), "note": "please look"}
        ).status_code
        == 303
    )
    assert ana.post("/publish", forged).status_code == 403
    assert "Ana has asked" in berik.get("/") and "please look" in berik.get("/publish")
    answer = publish(berik)
    assert answer.status_code == 303 and desk.newest() == 3


@pytest.mark.slow
def test_a_publication_and_its_line_in_the_audit_are_both_there_or_neither(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from campaign.people import audit

    seat = desk.sits("Ana")
    save(seat, DEMAND, **{"f.title": "Keep all"})
    fields = fields_of(seat.get("/publish"), "/publish") | {"seen": "yes"}
    with monkeypatch.context() as broken:
        broken.setattr(audit, "write", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
        assert seat.post("/publish", fields).status_code == 500
    assert desk.newest() == 1
    assert seat.post("/publish", fields).status_code == 303 and desk.newest() == 2


@pytest.mark.slow
def test_a_request_to_publish_is_for_the_draft_that_was_there(desk: Desk) -> None:
    desk.join("Berik", "editor")
    ana, berik = desk.sits("Ana"), desk.sits("Berik")
    save(ana, "/content/front/front", **{"f.second-reader": "yes"})
    publish(ana)
    look_again(desk)
    save(ana, DEMAND, **{"f.title": "Keep all"})
    ana.post("/publish/ask", {"csrf": ana.token(), "note": "look"})
    save(berik, DEMAND, **{"f.title": "Keep none"})
    page = berik.get("/publish")
    assert "Ana asks" not in page and "Publish edition" not in page


@pytest.mark.slow
def test_an_old_edition_comes_back_as_the_draft_and_is_published_anew(desk: Desk) -> None:
    seat = desk.sits("Ana")
    save(seat, DEMAND, **{"f.title": "Keep none"})
    publish(seat)
    assert "Keep <del>them</del><ins>none</ins>" in seat.get("/editions/2")
    seat.post("/editions/1/back", {"csrf": seat.token("/people")})
    assert desk.files() == FILES
    publish(seat)
    assert desk.newest() == 3
    look_again(desk)
    client = desk.app.test_client()
    assert "Keep none" in client.get("/en/trees/editions/2/demands/keep-them").text
    look_again(desk)
    assert "Keep them" in client.get("/en/trees/demands/keep-them").text


@pytest.mark.slow
def test_what_was_done_stands_in_the_audit_without_a_secret(desk: Desk) -> None:
    seat = desk.sits("Ana")
    save(seat, DEMAND, **{"f.title": "Keep all"})
    seat.post(
        "/publish", fields_of(seat.get("/publish"), "/publish") | {"seen": "yes", "note": "all of them"}
    )
    seat.post("/editions/1/back", {"csrf": seat.token("/people")})
    page = seat.get("/audit")
    assert "the chain is intact" in page
    for words in ("joined", "published", "all of them", "restored an edition"):
        assert words in page
    table = seat.client.get(f"{BASE}/audit.csv").text
    assert table.count("ana@example.org") >= 3 and table.startswith(
        '\ufeff"at","who","what","on","note","hash"'
    )


# a pack in and out


def exported(seat: Seat, **fields: str) -> bytes:
    answer = seat.post("/exchange/out", {"csrf": seat.token("/exchange"), "which": "draft", **fields})
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith(
        "attachment; filename="
    )
    return bytes(answer.data)


def brought(seat: Seat, data: bytes) -> Any:
    seen = hashlib.sha256(data).hexdigest()  # what it replaces was read before
    fields = {
        "csrf": seat.token("/exchange"),
        "pack": (io.BytesIO(data), "x.zip"),
        "note": "from a friend",
        "seen": seen,
    }
    return seat.client.post(f"{BASE}/exchange/in", data=fields, content_type="multipart/form-data")


def zipped(*entries: tuple[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries:
            archive.writestr(name, text)
    return out.getvalue()


@pytest.mark.slow
def test_out_in_and_out_again_is_the_same_to_the_byte(desk: Desk) -> None:
    seat = desk.sits("Ana")
    save(seat, DEMAND, "fr", **{"f.title": "Gardez : tous"})
    first = exported(seat)
    save(seat, DEMAND, "fr", **{"f.title": "Rien"})
    assert brought(seat, first).status_code == 303
    assert exported(seat) == first
    with zipfile.ZipFile(io.BytesIO(exported(seat, audit="yes"))) as archive:
        assert "audit.csv" in archive.namelist()
    assert brought(seat, exported(seat, audit="yes")).status_code == 303


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "can’t be read"),
        (b"not a zip", "can’t be read"),
        (zipped(("../campaign.yaml", "x")), "leads out of the pack"),
        (zipped(("/etc/passwd.md", "x")), "leads out of the pack"),
        (zipped(("campaign.yaml", "slug: other\n")), "not of “trees”"),
        (zipped(("campaign.yaml", "a" * 3_000_000)), "times its size"),
        (zipped(*((f"pages/p{n}.en.md", "") for n in range(2_001))), "entries"),
        (zipped(*((path, text) for path, text in FILES.items() if path != "facts.yaml")), "Unknown fact"),
        (zipped(*{**FILES, "facts.yaml": FILES["facts.yaml"].replace("source: plea", "source: x", 1)}.items()), "Unknown source"),
    ],
    ids=["nothing", "no zip", "way out", "absolute", "another campaign", "bomb", "many", "a file missing", "an error"],
)  # fmt: skip
def test_a_zip_that_can_not_be_changes_nothing(data: bytes, said: str, still: Desk) -> None:
    answer = brought(still.sits("Ana"), data)
    assert answer.status_code == 422 and said in answer.text and "Nothing was imported" in answer.text
    assert still.files() == FILES


@pytest.mark.security(26)
def test_a_zip_of_many_megabytes_is_refused_with_a_page(still: Desk) -> None:
    seat = still.sits("Ana")
    fields = {"csrf": seat.token("/exchange"), "note": "From another site"}
    answer = seat.client.post(f"{BASE}/exchange/in", **with_file(fields, "pack", b"x" * 22 * 1024 * 1024))
    assert answer.status_code == 413 and "This file is larger than 20 MB." in answer.text
    assert 'value="From another site"' in answer.text


# what needs attention


@pytest.mark.slow
def test_the_first_page_names_what_is_wrong_by_weight_and_leads_to_the_place(desk: Desk) -> None:
    seat = desk.sits("Ana")
    page = seat.get("/")
    titles = re.findall(r'<h2 id="group-(\w+)"', page)
    assert titles == ["petition", "addresses", "stale", "warnings"]
    for link in re.findall(r'<li><a href="(/en/desk[^"]+)"', page):
        assert seat.client.get(link.replace("&amp;", "&")).status_code == 200


@pytest.mark.slow
def test_letters_are_counted_by_day_and_country_as_a_picture(desk: Desk) -> None:
    from campaign.counts import store
    from campaign.counts.store import Posting

    today = desk.clock.now.date()
    with desk.app.app_context():
        for country in ("FR",) * 6 + ("DE", ""):
            for day in (today, today - timedelta(days=1)):
                store.count_letter(db.session, "trees", Posting("mayor", country, "post"), day)
    page = desk.sits("Ana").get("/")
    assert "<title>24 Nov 2026: 8</title>" in page
    assert re.search(r"<th scope=\"row\">France</th><td>6</td>", page) and "elsewhere or unknown" in page


@pytest.mark.parametrize("sample", ["woman", "man", "long", "silent"])
def test_a_letter_is_shown_for_several_supporters(sample: str, still: Desk) -> None:
    seat = still.sits("Ana")
    path = "/content/letter/mayor"
    live = seat.post(
        f"{path}/preview", seat.form(path, path) | {"sample": sample, "p.facts..0": "They give much shade."}
    )
    assert "They give much shade." in live.text and 'class="sheet' in live.text
    assert ("own words" in live.text) is (sample != "silent")


@pytest.mark.slow
def test_the_draft_s_composer_is_tried_with_the_draft_s_words_and_sends_nothing(desk: Desk) -> None:
    seat = desk.sits("Ana")
    save(seat, "/content/letter/mayor", **{"f.subject": "A subject of the draft"})
    assert "A subject of the draft" not in desk.app.test_client().get("/en/trees/write").text
    page = seat.get("/draft/write")
    assert "A subject of the draft" in page and "This is the draft" in page
    assert f'action="{BASE}/draft/write"' in page and f'data-preview="{BASE}/draft/write/preview"' in page
    assert "letter.pdf" not in page and re.search(r'<section class="finish"[^>]* hidden>', page)
    fields = fields_of(page, "/draft/write") | {"name": "A Name of Length", "place": "Lyon", "country": "FR"}
    preview = seat.post("/draft/write/preview", fields)
    assert preview.status_code == 200 and "A Name of Length" in preview.text
    again = seat.post("/draft/write", fields | {"do": "reword"})
    assert again.status_code == 200 and 'value="A Name of Length"' in again.text
    without = {name: value for name, value in fields.items() if name != "csrf"}
    assert seat.post("/draft/write/preview", without).status_code == 403
