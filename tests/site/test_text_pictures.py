"""The pictures of demands and updates on the public pages, in shared links and in copies."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.pack.files import parse
from campaign.pack.page_sizes import page_sizes
from campaign.pack.values import Point
from campaign.photographs import photo_store
from campaign.photographs.sanitise import Photograph, sanitised
from campaign.press.images import Crop
from campaign.services import service
from campaign.site.images import focus_classes
from tests.conftest import published
from tests.minimal import FILES

SHOWS = {"en": "Two lime trees & a bench", "fr": "Deux tilleuls"}
PAGES = ("/", "/updates/", "/updates/felled", "/demands/keep-them")


def corners(width: int = 1200, height: int = 800) -> bytes:
    """A picture that is red on the left, blue on the right, and dark at its foot."""
    picture = Image.new("RGB", (width, height), (200, 20, 20))
    picture.paste((20, 20, 200), (width // 2, 0, width, height))
    picture.paste((10, 10, 10), (0, height * 3 // 4, width, height))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def head(photo: Photograph, code: str, more: str = "") -> str:
    shows = f"photo-of: {SHOWS[code]}\n" if "decoration" not in more else ""
    return (
        f"---\ntitle: Felled ({code})\nsummary: One is gone.\n{shows}photo: {photo.name}\nphoto-by: A. Nobody\n"
        f"{more}date: 2026-05-01\n---\n\nWords.\n"
    )


def pictured(photo: Photograph, more: str = "", demand: bool = True) -> dict[str, str]:
    """The smallest campaign with a picture in an update and in its demand."""
    words = ", ".join(f"{code}: {text}" for code, text in SHOWS.items())
    lines = f"  photo: {photo.name}\n  photo-of: {{{words}}}\n  photo-by: A. Nobody\n" if demand else ""
    front = FILES["campaign.yaml"].replace("- key: keep-them\n", f"- key: keep-them\n{lines}")
    updates = {f"updates/felled.{code}.md": head(photo, code, more) for code in SHOWS}
    return {**FILES, "campaign.yaml": front, **updates}


@pytest.fixture(scope="module")
def photo() -> Photograph:
    return sanitised(corners())


def publish(app: Flask, files: dict[str, str], *photos: Photograph) -> None:
    with app.app_context():
        store.publish(db.session, "trees", files, store.Authorship("files"))
        with store.writing(db.session, "trees") as campaign:
            photo_store.add_all(db.session, campaign.id, photos)
    service(EditionCache, app).load()


@pytest.fixture
def trees(tmp_path: Path, photo: Photograph) -> Flask:
    app = published(tmp_path, CAMPAIGN_PUBLIC_URL="https://trees.example.org")
    publish(app, pictured(photo, "photo-focus: 92 13\n"), photo)
    return app


@pytest.fixture
def reader(trees: Flask) -> FlaskClient:
    return trees.test_client()


def images_of(page: str) -> list[dict[str, str]]:
    """The attributes of each image in the page's main part."""
    tags = re.findall(r"<img ([^>]*)>", page.partition("<main")[2])
    return [dict(re.findall(r'([a-z-]+)="([^"]*)"', tag)) for tag in tags]


@pytest.mark.parametrize("path", ["/updates/felled", "/demands/keep-them"])
@pytest.mark.parametrize("code", SHOWS)
def test_a_text_shows_its_picture_with_its_words_in_the_pages_language(
    path: str, code: str, reader: FlaskClient, photo: Photograph
) -> None:
    page = reader.get(f"/{code}/trees{path}").text
    (image,) = images_of(page)
    at = f"/{code}/trees/images/{photo.name}"
    assert image["alt"] == SHOWS[code].replace("&", "&amp;")
    assert (image["src"], image["srcset"]) == (at, f"{at}?small=yes 640w, {at} 1200w")
    assert (image["width"], image["height"]) == ("1200", "800") and "sizes" in image
    assert 'class="picture-credit">A. Nobody<' in page
    for address in (at, f"{at}?small=yes"):
        answer = reader.get(address)
        assert answer.mimetype == "image/jpeg" and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/updates/"])
def test_a_list_has_a_small_one_that_moves_nothing_and_that_waits(
    path: str, reader: FlaskClient, photo: Photograph
) -> None:
    (image,) = [one for one in images_of(reader.get(f"/en/trees{path}").text) if photo.name in one["src"]]
    assert image["src"].endswith("?small=yes") and image["loading"] == "lazy"
    assert (image["width"], image["height"]) == ("640", "427")
    assert image["alt"] == ""  # the title beside it leads to the page that says what it shows
    assert image["class"] == "moment-picture cropped focus-x90 focus-y10"


def test_no_page_has_a_style_of_its_own_for_the_point(reader: FlaskClient) -> None:
    sheet = (Path(__file__).parents[2] / "static/css/pictures.css").read_text(encoding="utf-8")
    for path in PAGES:
        page = reader.get(f"/en/trees{path}").text
        assert "style=" not in page
        for name in re.findall(r"focus-[xy]\d+", page):
            assert f".{name} {{ --{name[:7]}: {name[7:]}%; }}" in sheet


@pytest.mark.parametrize(
    ("point", "classes"),
    [
        (None, ""),
        (Point(50, 50), ""),
        (Point(0, 100), " focus-x0 focus-y100"),
        (Point(54, 45), ""),
        (Point(44, 55), " focus-x40 focus-y60"),
    ],
)
def test_a_point_is_rounded_to_ten_per_cent_on_pages(point: Point | None, classes: str) -> None:
    assert focus_classes(point) == classes


def test_decoration_has_an_empty_alternative_text(trees: Flask, photo: Photograph) -> None:
    publish(trees, pictured(photo, "photo-is-decoration: yes\n", demand=False), photo)
    (image,) = images_of(trees.test_client().get("/en/trees/updates/felled").text)
    assert image["alt"] == ""


def test_a_picture_that_is_not_stored_leaves_the_page_as_it_is_without(trees: Flask) -> None:
    other = sanitised(corners(300, 200))
    publish(trees, pictured(other))
    for path in PAGES:
        answer = trees.test_client().get(f"/en/trees{path}")
        assert answer.status_code == 200 and other.name not in answer.text.partition("<main")[2]


def test_an_old_edition_shows_no_picture_that_the_newest_has_not(trees: Flask, photo: Photograph) -> None:
    reader = trees.test_client()
    old = "/en/trees/editions/1/updates/felled"
    assert [image["alt"] for image in images_of(reader.get(old).text)] == ["Two lime trees &amp; a bench"]
    publish(trees, FILES)
    page = reader.get(old)
    assert page.status_code == 200 and photo.name not in page.text
    assert reader.get(f"/en/trees/images/{photo.name}").status_code == 404


def drawn(reader: FlaskClient, path: str) -> tuple[str, Image.Image]:
    """The picture beside a link, with its words."""
    page = reader.get(f"/en/trees{path}").text
    address, alt = (
        re.search(rf'property="og:image{end}" content="([^"]+)"', page)[1]  # type: ignore[index]
        for end in ("", ":alt")
    )
    answer = reader.get(address.removeprefix("https://trees.example.org").replace("&amp;", "&"))
    assert answer.mimetype == "image/jpeg" and "max-age=3600" in answer.headers["Cache-Control"]
    return alt, Image.open(io.BytesIO(answer.data)).convert("RGB")


@pytest.mark.slow
@pytest.mark.parametrize(("focus", "seen"), [("92 13", "blue"), ("0 0", "red"), ("", "both")])
def test_a_shared_link_shows_the_picture_around_its_point(
    focus: str, seen: str, trees: Flask, photo: Photograph
) -> None:
    tall = sanitised(corners(2400, 800))
    publish(trees, pictured(tall, f"photo-focus: {focus}\n" if focus else "", demand=False), photo, tall)
    alt, picture = drawn(trees.test_client(), "/updates/felled")
    assert SHOWS["en"].replace("&", "&amp;") in alt and picture.size == (1200, 630)
    left, right = picture.getpixel((760, 200)), picture.getpixel((1090, 200))
    red, blue = ((230, 0, 0), (0, 0, 230))
    expected = {"blue": (blue, blue), "red": (red, red), "both": (red, blue)}[seen]
    for pixel, colour in zip((left, right), expected, strict=True):
        assert isinstance(pixel, tuple) and all(abs(a - b) < 60 for a, b in zip(pixel, colour, strict=True))


@pytest.mark.parametrize(
    ("crop", "size", "part"),
    [
        (Crop(1.0), (1200, 800), (200, 0, 800, 800)),
        (Crop(1.0, 0, 0), (1200, 800), (0, 0, 800, 800)),
        (Crop(1.0, 100, 100), (1200, 800), (400, 0, 800, 800)),
        (Crop(1.0, 30, 25), (600, 1000), (0, 100, 600, 600)),
        (Crop(2.0, 50, 100), (600, 1000), (0, 700, 600, 300)),
        (Crop(1.0), (1, 1), (0, 0, 1, 1)),
    ],
)
def test_a_part_is_as_large_as_fits_and_has_the_point_where_the_picture_has_it(
    crop: Crop, size: tuple[int, int], part: tuple[int, int, int, int]
) -> None:
    assert crop.of(*size) == part


def test_the_estimates_of_pages_count_the_pictures(photo: Photograph) -> None:
    with_pictures, without = (
        {one.page: one.size for one in page_sizes(parse(files))}
        for files in (pictured(photo), pictured(photo, demand=False))
    )
    assert with_pictures["/demands/keep-them"] - without["/demands/keep-them"] > 600
