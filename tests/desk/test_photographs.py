"""A photograph of what became of a petition: from the desk to the page, and away again, on both engines."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from campaign import clock
from campaign.database import db
from campaign.editions import store
from campaign.pack.archive import unpacked, write_folder, write_zip
from campaign.petition.nightly import nightly
from campaign.photographs.models import PhotographRow
from campaign.photographs.sanitise import Photograph, sanitised
from tests.conftest import published
from tests.desk import conftest
from tests.desk.conftest import Desk, Seat, made
from tests.desk.test_editing import brought, exported, look_again, publish, save
from tests.minimal import FILES
from tests.photographs.pictures import BAD, telephone
from tests.tools import campaign, read_zip

TERMS = """closes: 2027-06-30
erase-on: 2027-12-31
legal-basis: {en: Consent., fr: Consentement.}
"""
EVENTS = f"""{TERMS}events:
- {{key: over, what: handed-over, date: 2026-11-20, words: {{en: Given to the mayor, fr: Remise au maire}}, source: plea}}
"""
EVENT = "/content/event/over"
BASE = "/en/desk/trees"
PAGE = "/en/trees/petition"
WORDS = "A box with a ribbon"
PHOTO_OF = "What the photograph shows, for people who can’t see it"


@pytest.fixture(scope="module")
def picture() -> Photograph:
    return sanitised(telephone(800, 600))


@pytest.fixture
def seat(desk: Desk) -> Seat:
    """An owner's browser in a campaign whose petition was handed over."""
    with desk.app.app_context():
        store.publish(db.session, "trees", {**FILES, "petition.yaml": EVENTS}, store.Authorship("files"))
    look_again(desk)
    return desk.sits("Ana")


@pytest.fixture(scope="module")
def quiet_desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = made(published(tmp_path_factory.mktemp("quiet")))
    with desk.app.app_context():
        store.publish(db.session, "trees", {**FILES, "petition.yaml": EVENTS}, store.Authorship("files"))
    look_again(desk)
    return desk


@pytest.fixture
def quiet(quiet_desk: Desk) -> Iterator[Desk]:
    """Such a desk at which nothing is ever saved."""
    with clock.use(quiet_desk.clock):
        yield quiet_desk


def bring(seat: Seat, data: bytes | None = None, **typed: str) -> TestResponse:
    """Choose a picture in the event's editor, say what it shows, tick that all agree, press the button."""
    picture = telephone(800, 600) if data is None else data
    return conftest.bring(seat, EVENT, "photo", picture, **{"w.photo-of": WORDS, **typed})


def take_out(seat: Seat) -> TestResponse:
    answer: TestResponse = save(seat, EVENT, **{"i.photo.out": "yes"})
    return answer


def shown_and_published(desk: Desk, seat: Seat) -> None:
    assert bring(seat).status_code == 303
    assert save(seat, EVENT, "fr", **{"w.photo-of": "Une boîte avec un ruban"}).status_code == 303
    assert publish(seat).status_code == 303
    look_again(desk)


def rows(app: Flask) -> int:
    with app.app_context():
        return db.session.query(PhotographRow).count()


def test_a_photograph_is_in_the_draft_alone_until_it_is_published(desk: Desk, seat: Seat) -> None:
    assert bring(seat).status_code == 303
    name = re.search(r"photo: ([0-9a-f]{32})", desk.files()["petition.yaml"])[1]  # type: ignore[index]
    public = desk.app.test_client()
    assert seat.client.get(f"{BASE}/draft/photographs/{name}.jpg").mimetype == "image/jpeg"
    assert f"draft/photographs/{name}.jpg" in seat.get("/draft/petition")
    assert public.get(f"{PAGE}/photographs/{name}.jpg").status_code == 404
    assert public.get(f"{BASE}/draft/photographs/{name}.jpg").status_code == 303
    assert f"“{PHOTO_OF}” is missing in “Français”" in seat.get("/publish")
    save(seat, EVENT, "fr", **{"w.photo-of": "Une boîte avec un ruban"})
    assert publish(seat).status_code == 303
    look_again(desk)
    assert (
        f'photographs/{name}.jpg?small=yes" width="640" height="480" alt="{WORDS}"' in public.get(PAGE).text
    )
    assert 'alt="Une boîte avec un ruban"' in public.get("/fr/trees/petition").text
    large, small = (public.get(f"{PAGE}/photographs/{name}.jpg{end}") for end in ("", "?small=yes"))
    assert large.data[:3] == small.data[:3] == b"\xff\xd8\xff" and len(small.data) <= 40_000
    again = public.get(f"{PAGE}/photographs/{name}.jpg", headers={"If-None-Match": large.headers["ETag"]})
    assert again.status_code == 304 and "Set-Cookie" not in large.headers


def test_a_photograph_that_is_taken_out_is_nowhere_shown_and_erased_in_the_night(
    desk: Desk, seat: Seat
) -> None:
    shown_and_published(desk, seat)
    public = desk.app.test_client()
    address = re.search(r'href="([^"]+/photographs/[0-9a-f]{32}\.jpg)"', public.get(PAGE).text)[1]  # type: ignore[index]
    shown_in = desk.newest()
    assert take_out(seat).status_code == 303
    nightly(desk.app, date(2026, 11, 25))
    assert public.get(address).status_code == 200  # the edition on show still names it
    assert publish(seat).status_code == 303
    look_again(desk)
    assert public.get(address).status_code == 404
    assert "photographs/" not in public.get(PAGE).text
    old = public.get(f"/en/trees/editions/{shown_in}/petition").text
    assert "Given to the mayor" in old and "photographs/" not in old
    assert rows(desk.app) == 1
    nightly(desk.app, date(2026, 11, 26))
    assert rows(desk.app) == 0
    seat.post(f"/editions/{shown_in}/back", {"csrf": seat.token()})
    assert "This photograph is missing" in seat.get("/publish")


def stored(desk: Desk) -> bytes:
    with desk.app.app_context():
        return bytes(db.session.query(PhotographRow).one().large)


def test_a_face_is_blurred_before_the_picture_is_stored(desk: Desk, seat: Seat) -> None:
    assert bring(seat, **{"i.photo.blur": "0 0 25 25\r\n50 50 12,5 25"}).status_code == 303
    picture = Image.open(io.BytesIO(stored(desk))).convert("L")
    low, high = picture.crop((404, 304, 420, 330)).getextrema()
    assert high - low <= 6


@pytest.mark.parametrize(
    "typed",
    [
        "10 20 30",
        "10 20 30 40 50",
        "-1 0 10 10",
        "0 0 0 10",
        "60 0 50 10",
        "a b c d",
        "1e1 0 5 5",
        "nan 0 5 5",
        "0 0 5 5\nx",
    ],
)
def test_a_rectangle_that_is_none_is_named_and_nothing_typed_is_lost(quiet: Desk, typed: str) -> None:
    answer = bring(quiet.sits("Ana"), **{"i.photo.blur": typed})
    assert answer.status_code == 422 and "is not a rectangle" in answer.text
    assert WORDS in answer.text and typed in answer.text


def test_so_many_parts_are_enough(quiet: Desk) -> None:
    answer = bring(quiet.sits("Ana"), **{"i.photo.blur": "1 1 1 1\n" * 21})
    assert answer.status_code == 422 and "Mark at most 20 parts." in answer.text


def test_another_picture_asks_for_other_words_in_every_language(desk: Desk, seat: Seat) -> None:
    """Who does not see the picture must not be told of the one before."""
    shown_and_published(desk, seat)
    other = telephone(640, 480)
    assert bring(seat, other, **{"w.photo-of": "Hands"}).status_code == 303
    text = desk.files()["petition.yaml"]
    assert "Hands" in text and "ribbon" not in text and "ruban" not in text
    assert f"“{PHOTO_OF}” is missing in “Français”" in seat.get("/publish")
    assert save(seat, EVENT, "fr", **{"w.photo-of": "Des mains"}).status_code == 303
    assert bring(seat, other, **{"w.photo-of": "Two hands"}).status_code == 303
    assert "Des mains" in desk.files()["petition.yaml"]  # the same picture keeps them


def test_out_in_and_out_again_is_the_same_to_the_byte_with_photographs(desk: Desk, seat: Seat) -> None:
    bring(seat)
    out = exported(seat)
    texts, pictures = unpacked(out)
    assert len(pictures) == 1 and texts == desk.files()
    take_out(seat)
    nightly(desk.app, date(2026, 11, 25))
    assert rows(desk.app) == 0
    assert brought(seat, out).status_code == 303 and rows(desk.app) == 1
    assert exported(seat) == out


def test_a_zip_with_a_photograph_that_tells_more_is_refused_whole(
    desk: Desk, seat: Seat, picture: Photograph
) -> None:
    data = write_zip({**FILES, "petition.yaml": _named(picture.name)}, {picture.name: telephone(800, 600)})
    before = desk.files()
    answer = brought(seat, data)
    assert answer.status_code == 422 and "not as a desk saved it" in answer.text
    assert desk.files() == before and rows(desk.app) == 0


def _named(name: str) -> str:
    lines = f"  photo: {name}\n  photo-of: {{en: A box, fr: Une boîte}}\n"
    return (
        f"{TERMS}events:\n- key: over\n  what: handed-over\n  date: 2026-11-20\n"
        f"  words: {{en: Given to the mayor, fr: Remise au maire}}\n{lines}"
    )


@pytest.mark.parametrize("case", BAD)
def test_a_picture_that_can_not_be_taken_is_told_and_the_words_stay(case: str, quiet: Desk) -> None:
    before = quiet.files()
    answer = bring(quiet.sits("Ana"), BAD[case][0]())
    assert answer.status_code == (413 if case == "too many bytes" else 422) and "Photograph" in answer.text
    assert WORDS in answer.text
    assert quiet.files() == before and rows(quiet.app) == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"i.photo.agreed": ""}, "everyone who can be recognised"),
        ({"w.photo-of": "  "}, "what the picture shows"),
        ({"w.photo-of": "x" * 20_001}, "too long"),
        ({"w.photo-of": "a\u202eb"}, "can’t be printed"),
        ({"f.photo-by": "a\x00b"}, "can’t be printed"),
        ({"f.photo-by": "x" * 1_001}, "too long"),
    ],
)
def test_what_is_missing_beside_the_picture_is_told(typed: dict[str, str], said: str, quiet: Desk) -> None:
    answer = bring(quiet.sits("Ana"), **typed)
    assert answer.status_code == 422 and said in answer.text and rows(quiet.app) == 0


def test_somebody_who_may_not_edit_brings_no_picture(desk: Desk, seat: Seat) -> None:
    desk.join("Rita", "reader")
    reader = desk.sits("Rita")
    assert "Add a picture" in seat.get(EVENT) and "Add a picture" not in reader.get(EVENT)
    assert bring(reader).status_code == 403 and rows(desk.app) == 0


def test_the_audit_says_who_brought_and_who_took_out(desk: Desk, seat: Seat) -> None:
    bring(seat)
    take_out(seat)
    audit = seat.get("/audit")
    assert audit.count("photograph") >= 2 and "over taken out" in audit


def test_the_command_line_takes_a_folder_with_photographs_in_and_out(
    tmp_path: Path, picture: Photograph
) -> None:
    data, folder, out = tmp_path / "data", tmp_path / "pack", tmp_path / "out"
    files = {**FILES, "petition.yaml": _named(picture.name)}
    write_folder(files, folder, {picture.name: picture.large})
    assert campaign(data, "load", str(folder)).returncode == 0
    assert campaign(data, "pack", "export", "trees", str(out)).returncode == 0
    place = f"photos/{picture.name}.jpg"
    assert (out / place).read_bytes() == picture.large
    assert "This photograph is missing" not in campaign(data, "check", str(folder)).stdout
    assert campaign(data, "check", str(folder)).returncode == 0
    (folder / place).unlink()
    said = campaign(data, "check", str(folder)).stdout
    assert "petition.yaml:9: warning: This photograph is missing" in said
    write_folder(files, out)
    assert not (out / place).exists()  # a photograph that the pack lost goes from the folder, too


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("photos/holiday.jpg", 10, "only .yaml and .md files"),
        (f"photos/{'0' * 32}.gif", 10, "only .yaml and .md files"),
        (f"more/{'0' * 32}.jpg", 10, "only .yaml and .md files"),
        (f"photos/{'0' * 32}.jpg", 900_000, "at most 800,000 bytes"),
    ],
)
def test_nothing_else_comes_in_beside_the_texts(name: str, size: int, said: str) -> None:
    out = io.BytesIO(write_zip(FILES))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, bytes(range(256)) * (size // 256 + 1))
    with pytest.raises(ValueError, match=said):
        read_zip(out.getvalue())
