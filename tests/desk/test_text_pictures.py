"""The picture of a demand and of an update: brought in with the text, by the same form and the same button."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from campaign.database import db
from campaign.editions import store
from campaign.pack.archive import unpacked
from campaign.pack.files import parse_draft
from campaign.pack.model import Demand, Update
from campaign.pack.model.picture import ShownPicture
from campaign.pack.values import Point
from campaign.petition.nightly import nightly
from campaign.photographs.models import PhotographRow
from tests.desk.conftest import Desk, Seat, bring, fields_of, with_file
from tests.desk.test_editing import brought, exported, look_again, publish, save
from tests.minimal import FILES
from tests.photographs.pictures import BAD, telephone

BASE = "/en/desk/trees"
DEMAND, UPDATE, NEW = "/content/demand/keep-them", "/content/update/felled", "/content/update/new"
HEAD = "---\ntitle: Felled\nsummary: One is gone.\ndate: 2026-05-01\n---\n\nWords.\n"
UPDATES = {**FILES, "updates/felled.en.md": HEAD, "updates/felled.fr.md": HEAD.replace("Felled", "Abattu")}

#: What is typed beside a picture: each with the place of its words.
PLACES = {DEMAND: "w.photo-of", UPDATE: "f.photo-of"}
BY, POINT, DECORATION = "f.photo-by", "f.photo-focus_list", "f.photo-is-decoration"


@pytest.fixture
def seat(desk: Desk) -> Seat:
    """An owner's browser in a campaign with an update in two languages."""
    with desk.app.app_context():
        store.publish(db.session, "trees", UPDATES, store.Authorship("files"))
    look_again(desk)
    return desk.sits("Ana")


def item(desk: Desk, where: str) -> Demand | Update:
    """The demand or the update, as the draft has it."""
    pack = parse_draft(desk.files())[0]
    assert pack is not None
    return pack.demands["keep-them"] if where == DEMAND else pack.updates["felled"]


def shown(desk: Desk, where: str, code: str = "en") -> ShownPicture | None:
    return item(desk, where).picture(code)


def rows(desk: Desk) -> int:
    with desk.app.app_context():
        return db.session.query(PhotographRow).count()


@pytest.mark.parametrize("where", PLACES)
def test_one_button_saves_the_text_and_its_picture(where: str, desk: Desk, seat: Seat) -> None:
    title = "f.title"
    typed = {title: "New title", PLACES[where]: "Two lime trees", BY: "A. Nobody", POINT: ["30", "40"]}
    answer = bring(seat, where, "photo", telephone(800, 600), **typed)
    assert answer.status_code == 303 and "said=photographed" in answer.headers["Location"]
    thing = item(desk, where)
    assert thing.texts["en"].title == "New title"
    picture = shown(desk, where)
    assert picture == ShownPicture(thing.photo, "Two lime trees", "A. Nobody", Point(30, 40))
    assert rows(desk) == 1
    page = seat.get(f"{where}?text=en")
    assert f"draft/images/{thing.photo}?small=yes" in page
    assert fields_of(page, where)[POINT] == ["30", "40"]
    assert "Add a picture" not in page


@pytest.mark.parametrize("where", PLACES)
def test_the_public_sees_it_once_its_words_are_there_in_every_language_and_it_is_published(
    where: str, desk: Desk, seat: Seat
) -> None:
    assert bring(seat, where, "photo", telephone(800, 600), **{PLACES[where]: "Trees"}).status_code == 303
    name = item(desk, where).photo
    public = desk.app.test_client()
    assert public.get(f"/en/trees/images/{name}").status_code == 404
    said = "“What the picture shows, for people who can’t see it” is missing in “Français”"
    assert said in seat.get("/publish") and publish(seat).status_code != 303
    assert save(seat, where, "fr", **{PLACES[where]: "Des arbres"}).status_code == 303
    path = "demands/keep-them" if where == DEMAND else "updates/felled"
    assert f"draft/images/{name}" in seat.get(f"/draft/{path}")
    assert publish(seat).status_code == 303
    look_again(desk)
    assert 'alt="Trees"' in public.get(f"/en/trees/{path}").text
    assert 'alt="Des arbres"' in public.get(f"/fr/trees/{path}").text
    assert public.get(f"/en/trees/images/{name}").mimetype == "image/jpeg"


@pytest.mark.parametrize("where", PLACES)
def test_decoration_needs_no_words(where: str, desk: Desk, seat: Seat) -> None:
    assert bring(seat, where, "photo", telephone(800, 600), **{DECORATION: "yes"}).status_code == 303
    picture = shown(desk, where, "fr")
    assert picture is not None and picture.alt == ""
    assert publish(seat).status_code == 303


def test_a_new_update_can_have_a_picture_from_the_beginning(desk: Desk, seat: Seat) -> None:
    typed = {"f.title": "News", "f.summary": "In short.", "f.date": "2026-05-02", "p...0": "Words.",
             "f.photo-of": "Trees", "key": "news"}  # fmt: skip
    fields = seat.form(NEW, "/update/new") | {"i.photo.agreed": "yes", **typed}
    answer = seat.client.post(f"{BASE}{NEW}", **with_file(fields, "i.photo.file", telephone(800, 600)))
    assert answer.status_code == 303, re.findall(r'class="error"[^>]*>([^<]+)', answer.text)
    pack = parse_draft(desk.files())[0]
    assert pack is not None
    picture = pack.updates["news"].picture("en")
    assert picture is not None and picture.alt == "Trees" and rows(desk) == 1


def test_a_new_demand_can_have_a_picture_from_the_beginning(desk: Desk, seat: Seat) -> None:
    where = "/content/demand/new"
    typed = {
        "f.title": "Plant more",
        "f.summary": "Ten of them.",
        "w.photo-of": "Saplings",
        "key": "plant-more",
    }
    fields = seat.form(where, "/demand/new") | {"i.photo.agreed": "yes", **typed}
    answer = seat.client.post(f"{BASE}{where}", **with_file(fields, "i.photo.file", telephone(800, 600)))
    assert answer.status_code == 303
    pack = parse_draft(desk.files())[0]
    assert pack is not None
    picture = pack.demands["plant-more"].picture("en")
    assert picture is not None and picture.alt == "Saplings" and rows(desk) == 1


def test_a_new_thing_that_can_not_be_saved_keeps_what_was_typed_and_stores_no_picture(
    desk: Desk, seat: Seat
) -> None:
    fields = seat.form(NEW, "/update/new") | {
        "f.title": "News",
        "f.photo-of": "Trees",
        "i.photo.agreed": "yes",
    }
    answer = seat.client.post(f"{BASE}{NEW}", **with_file(fields, "i.photo.file", telephone(80, 60)))
    assert answer.status_code == 422 and 'value="News"' in answer.text and "Trees" in answer.text
    assert rows(desk) == 0


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no words": ({"w.photo-of": " "}, "Say in a sentence what the picture shows."),
    "nobody was asked": ({"i.photo.agreed": ""}, "everyone who can be recognised agrees"),
    "half a point": ({POINT: ["30", ""]}, "Enter two whole numbers from 0 to 100"),
    "a point outside": ({POINT: ["30", "101"]}, "Enter two whole numbers from 0 to 100"),
    "no point": ({POINT: ["a", "b"]}, "Enter two whole numbers from 0 to 100"),
    "no rectangle": ({"i.photo.blur": "1 2 3"}, "is not a rectangle"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_beside_a_picture_is_said_and_everything_typed_is_kept(case: str, still: Desk) -> None:
    typed, said = WRONG[case]
    seat = still.sits("Ana")
    words = {
        "f.title": "A title that was typed",
        "w.photo-of": "Two lime trees",
        BY: "A. Nobody",
        "note": "why not",
    }
    answer = bring(seat, DEMAND, "photo", telephone(80, 60), **{**words, **typed})
    assert answer.status_code == 422 and said in answer.text
    for name, text in {**words, **typed}.items():
        for one in text if isinstance(text, list) else [text]:
            assert one in answer.text, name
    assert still.files() == FILES and rows(still) == 0


@pytest.mark.parametrize("case", BAD)
def test_a_picture_that_can_not_be_taken_is_told_and_the_text_is_kept(case: str, still: Desk) -> None:
    typed = {"f.title": "A title that was typed", "w.photo-of": "Two lime trees"}
    answer = bring(still.sits("Ana"), DEMAND, "photo", BAD[case][0](), **typed)
    assert answer.status_code == {"too many bytes": 413}.get(case, 422)
    assert "Not saved." in answer.text and "A title that was typed" in answer.text
    assert "Two lime trees" in answer.text and still.files() == FILES


def test_words_without_a_picture_are_not_saved_without_a_word(still: Desk) -> None:
    answer = save(still.sits("Ana"), DEMAND, **{"w.photo-of": "Two lime trees"})
    assert (
        answer.status_code == 422 and "Choose a picture, or empty the fields that describe it." in answer.text
    )
    assert still.files() == FILES


@pytest.mark.parametrize("where", PLACES)
def test_a_picture_that_is_removed_takes_its_words_along_in_every_language(
    where: str, desk: Desk, seat: Seat
) -> None:
    before = desk.files()
    bring(
        seat,
        where,
        "photo",
        telephone(800, 600),
        **{PLACES[where]: "Trees", BY: "A. Nobody", POINT: ["1", "2"]},
    )
    save(seat, where, "fr", **{PLACES[where]: "Des arbres"})
    answer = save(seat, where, "fr", **{"i.photo.out": "yes", "f.title": "Gardez"})
    assert answer.status_code == 303 and "said=no-photograph" in answer.headers["Location"]
    assert shown(desk, where) is None and item(desk, where).texts["fr"].title == "Gardez"
    save(seat, where, "fr", **{"f.title": item_before(before, where)})
    assert desk.files() == before
    publish(seat)
    nightly(desk.app, date(2026, 11, 25))
    assert rows(desk) == 0


def item_before(files: dict[str, str], where: str) -> str:
    """The French title as it was."""
    pack = parse_draft(files)[0]
    assert pack is not None
    thing = pack.demands["keep-them"] if where == DEMAND else pack.updates["felled"]
    return thing.texts["fr"].title


def test_another_picture_asks_for_other_words_in_the_other_languages(desk: Desk, seat: Seat) -> None:
    bring(seat, UPDATE, "photo", telephone(800, 600), **{"f.photo-of": "Trees"})
    save(seat, UPDATE, "fr", **{"f.photo-of": "Des arbres"})
    answer = bring(seat, UPDATE, "photo", telephone(640, 480), **{"f.photo-of": "A saw"})
    assert answer.status_code == 303
    files = desk.files()
    assert "A saw" in files["updates/felled.en.md"] and "arbres" not in files["updates/felled.fr.md"]
    first, second = (re.search(r"photo: (\w+)", files[f"updates/felled.{code}.md"]) for code in ("en", "fr"))
    assert first and second and first[1] == second[1]


def test_an_update_in_one_language_stays_in_one(desk: Desk) -> None:
    with desk.app.app_context():
        store.publish(db.session, "trees", {**FILES, "updates/felled.en.md": HEAD}, store.Authorship("files"))
    look_again(desk)
    seat = desk.sits("Ana")
    assert bring(seat, UPDATE, "photo", telephone(800, 600), **{"f.photo-of": "Trees"}).status_code == 303
    assert bring(seat, UPDATE, "photo", telephone(640, 480), **{"f.photo-of": "A saw"}).status_code == 303
    assert save(seat, UPDATE, **{"i.photo.out": "yes"}).status_code == 303
    assert "updates/felled.fr.md" not in desk.files()
    # Its translation begins with the picture.
    bring(seat, UPDATE, "photo", telephone(800, 600), **{"f.photo-of": "Trees"})
    typed = {"f.title": "Abattu", "f.summary": "En bref.", "f.photo-of": "Des arbres"}
    assert save(seat, UPDATE, "fr", **typed).status_code == 303
    assert shown(desk, UPDATE, "fr") == ShownPicture(item(desk, UPDATE).photo, "Des arbres", "", None)


def test_somebody_who_translates_types_the_words_alone(desk: Desk, seat: Seat) -> None:
    bring(seat, DEMAND, "photo", telephone(800, 600), **{"w.photo-of": "Trees"})
    desk.join("Tom", "translator", languages=("fr",))
    tom = desk.sits("Tom")
    form = tom.form(f"{DEMAND}?text=fr", DEMAND)
    assert "w.photo-of" in form and not [name for name in form if name.startswith(("i.", "f.photo"))]
    assert save(tom, DEMAND, "fr", **{"w.photo-of": "Des arbres"}).status_code == 303
    fields = tom.form(f"{DEMAND}?text=fr", DEMAND) | {"i.photo.agreed": "yes"}
    before = desk.files()
    tom.client.post(f"{BASE}{DEMAND}", **with_file(fields, "i.photo.file", telephone(640, 480)))
    assert desk.files() == before and rows(desk) == 1


def test_what_changed_is_shown_once_for_all_languages(desk: Desk, seat: Seat) -> None:
    bring(seat, UPDATE, "photo", telephone(800, 600), **{"f.photo-of": "Trees", BY: "A. Nobody"})
    page = seat.get("/publish")
    assert page.count("Who made the picture") == 1 and "A. Nobody" in page


def test_it_goes_with_the_pack_and_comes_back(desk: Desk, seat: Seat) -> None:
    bring(seat, UPDATE, "photo", telephone(800, 600), **{"f.photo-of": "Trees"})
    out = exported(seat)
    texts, pictures = unpacked(out)
    assert texts == desk.files() and set(pictures) == {item(desk, UPDATE).photo}
    save(seat, UPDATE, **{"i.photo.out": "yes"})
    publish(seat)
    nightly(desk.app, date(2026, 11, 25))
    assert rows(desk) == 0
    assert brought(seat, out).status_code == 303 and rows(desk) == 1 and exported(seat) == out


def test_the_audit_says_who_brought_a_picture_and_who_removed_it(desk: Desk, seat: Seat) -> None:
    bring(seat, UPDATE, "photo", telephone(800, 600), **{"f.photo-of": "Trees"})
    save(seat, UPDATE, **{"i.photo.out": "yes"})
    page = seat.get("/audit")
    assert page.count("felled") == 2 and "felled taken out" in page


@pytest.mark.parametrize("size", [60, 40_000, 200_000, 30 * 1024 * 1024])
def test_who_was_signed_out_meanwhile_loses_the_file_and_no_text(size: int, still: Desk) -> None:
    """A file is not received from somebody who is not signed in, however small it is."""
    seat = still.sits("Ana")
    fields = seat.form(f"{DEMAND}?text=en", DEMAND)
    fields |= {
        "f.title": "A title that was typed",
        "w.photo-of": "Words that were typed",
        "i.photo.agreed": "yes",
    }
    sent = with_file(fields, "i.photo.file", bytes(min(size, 600_000)))
    length = {"CONTENT_LENGTH": str(size)} if size > 600_000 else {}
    answer = still.app.test_client().post(f"{BASE}{DEMAND}", environ_overrides=length, **sent)
    assert answer.status_code == 403 and "You are signed out." in answer.text
    for text in ("A title that was typed", "Words that were typed"):
        assert text in answer.text
    assert still.files() == FILES


def test_a_page_that_asks_who_it_is_keeps_what_was_typed_beside_an_empty_file(desk: Desk, seat: Seat) -> None:
    token = seat.token()
    desk.clock.pass_(minutes=20)  # the factor was used too long ago
    fields = {"csrf": token, "public": "campaign-key trees 1 typed"}
    answer = seat.client.post(f"{BASE}/signatures/key", **with_file(fields, "file", b"", ""))
    assert answer.status_code == 200 and "campaign-key trees 1 typed" in answer.text
