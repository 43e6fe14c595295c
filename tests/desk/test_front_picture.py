"""The picture, the logo and the colours of the front page, changed at the desk."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from PIL import Image

from campaign.database import db
from campaign.editions import store
from campaign.pack.archive import unpacked
from campaign.pack.files import parse
from campaign.petition.nightly import nightly
from campaign.photographs.models import PhotographRow
from tests.desk.conftest import Desk, bring
from tests.desk.test_editing import exported, look_again, publish, save
from tests.minimal import FILES
from tests.photographs.pictures import telephone

FRONT = "/content/front/front"
BASE = "/en/desk/trees"


def front(desk: Desk) -> str:
    return desk.files()["campaign.yaml"]


def logo() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (600, 200), (20, 90, 180, 90)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def old(desk: Desk) -> Desk:
    """A desk whose campaign names its two facts in a list, as before there were kinds of pictures."""
    front_page = FILES["campaign.yaml"].replace(
        "picture: {kind: marks, facts: [trees, old-trees]}", "picture: [trees, old-trees]"
    )
    with desk.app.app_context():
        store.publish(db.session, "trees", {**FILES, "campaign.yaml": front_page}, store.Authorship("files"))
    look_again(desk)
    return desk


def test_a_list_from_before_is_shown_as_marks_and_written_with_its_kind(old: Desk) -> None:
    seat = old.sits("Ana")
    form = seat.form(f"{FRONT}?text=en", FRONT)
    assert form["f.picture.kind"] == "marks"
    assert [key for key in form["f.picture.facts_list"] if key] == ["trees", "old-trees"]
    assert save(seat, FRONT, **{"f.picture.kind": "bars"}).status_code == 303
    assert "\npicture: {kind: bars, facts: [trees, old-trees]}\n" in front(old)


@pytest.mark.slow
def test_saving_something_else_leaves_the_list_alone(old: Desk) -> None:
    assert save(old.sits("Ana"), FRONT, **{"w.kicker": "A wide square"}).status_code == 303
    assert "\npicture: [trees, old-trees]\n" in front(old)


def test_facts_are_in_the_order_in_which_they_were_chosen(desk: Desk) -> None:
    seat = desk.sits("Ana")
    chosen = {"f.picture.kind": "bars", "f.picture.facts_list": ["", "old-trees", "", "trees", "old-trees"]}
    assert save(seat, FRONT, **chosen).status_code == 303
    picture = parse(desk.files()).picture
    assert picture is not None and picture.facts == ("old-trees", "trees")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"f.picture.kind": "bars", "f.picture.facts_list": ["trees"]}, "draws 2 to 8 facts, not 1"),
        ({"f.picture.facts_list": ["old-trees", "trees"]}, "can’t be larger"),
        ({"f.picture.kind": "photograph"}, "The photograph is missing"),
        ({"f.picture.kind": "pie"}, "Choose from the list"),
        ({"f.picture.facts_list": ["nothing"]}, "Choose from the list"),
        ({"f.branding.colour": "red"}, "is not a colour"),
        ({"f.branding.colour": "#ff8800"}, "The nearest colour that can be read is #"),
    ],
)
def test_what_can_not_be_shown_is_told_before_it_is_saved(
    typed: dict[str, object], said: str, desk: Desk
) -> None:
    before = desk.files()
    answer = save(desk.sits("Ana"), FRONT, **typed)
    assert answer.status_code == 422 and said in answer.text and desk.files() == before


@pytest.mark.slow
def test_a_photograph_makes_the_picture_one_and_taking_it_out_leaves_none(desk: Desk) -> None:
    seat = desk.sits("Ana")
    typed = {"w.picture.alt": "A square", "f.picture.credit": "A. Nobody"}
    assert bring(seat, FRONT, "picture.photo", telephone(800, 600), **typed).status_code == 303
    name = re.search(r"photo: ([0-9a-f]{32})", front(desk))[1]  # type: ignore[index]
    assert "kind: photograph" in front(desk)
    assert save(seat, FRONT, "fr", **{"w.picture.alt": "Une place"}).status_code == 303
    assert f"draft/images/{name}" in seat.get("/draft/")
    public = desk.app.test_client()
    assert public.get(f"/en/trees/images/{name}").status_code == 404
    assert publish(seat).status_code == 303
    look_again(desk)
    assert 'alt="Une place"' in public.get("/fr/trees/").text
    assert public.get(f"/en/trees/images/{name}").mimetype == "image/jpeg"
    assert save(seat, FRONT, **{"i.picture.photo.out": "yes"}).status_code == 303
    assert "photo" not in front(desk).replace("photograph", "") and parse(desk.files()).picture is None


def test_a_logo_needs_its_words_but_nobody_s_agreement(desk: Desk) -> None:
    seat = desk.sits("Ana")
    assert "what the picture shows" in bring(seat, FRONT, "branding.logo", logo()).text
    assert bring(seat, FRONT, "branding.logo", logo(), **{"w.branding.logo-alt": "A tree"}).status_code == 303
    assert bring(seat, FRONT, "branding.logo-on-dark", logo()).status_code == 303
    name = re.search(r"logo: ([0-9a-f]{32})", front(desk))[1]  # type: ignore[index]
    assert seat.client.get(f"{BASE}/draft/images/{name}").mimetype == "image/png"
    with desk.app.app_context():
        assert db.session.query(PhotographRow).count() == 1  # the same picture twice


def test_an_svg_is_refused_in_words(desk: Desk) -> None:
    seat = desk.sits("Ana")
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    answer = bring(seat, FRONT, "branding.logo", drawing, **{"w.branding.logo-alt": "A tree"})
    assert answer.status_code == 422 and "An SVG can contain scripts" in answer.text
    assert 'value="A tree"' in answer.text


def test_colours_are_written_in_quotation_marks(desk: Desk) -> None:
    typed = {"f.branding.colour": "#1a5fb4", "f.branding.colour-on-dark": "#99c1f1"}
    assert save(desk.sits("Ana"), FRONT, **typed).status_code == 303
    branding = parse(desk.files()).branding
    assert branding is not None and (branding.colour, branding.colour_on_dark) == ("#1a5fb4", "#99c1f1")


def test_the_logo_of_an_organisation_is_shown_where_it_makes_the_demands(desk: Desk) -> None:
    seat, where = desk.sits("Ana"), "/content/organisation/friends"
    assert bring(seat, where, "logo", logo()).status_code == 303
    name = re.search(r"logo: ([0-9a-f]{32})", desk.files()["organisations.yaml"])[1]  # type: ignore[index]
    assert publish(seat).status_code == 303
    look_again(desk)
    public = desk.app.test_client()
    shown = re.search(
        rf'<img class="organisation-logo" src="/fr/trees/images/{name}[^>]*>', public.get("/fr/trees/").text
    )
    assert shown and 'alt=""' in shown[0] and 'width="' in shown[0]  # its name stands beside it
    assert public.get(f"/fr/trees/images/{name}").mimetype == "image/png"


def test_the_logo_of_an_organisation_goes_with_the_pack_and_is_there_after_the_night(desk: Desk) -> None:
    seat, where = desk.sits("Ana"), "/content/organisation/friends"
    bring(seat, where, "logo", logo())
    publish(seat)
    look_again(desk)
    nightly(desk.app, date(2026, 11, 25))
    with desk.app.app_context():
        assert db.session.query(PhotographRow).count() == 1
    assert len(unpacked(exported(seat))[1]) == 1
