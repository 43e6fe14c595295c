"""The pictures of texts in copies: files of the folder, and data of the one file, each once if there are many."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from campaign.letters.formats import pdf
from campaign.mirror import making, one_file
from campaign.mirror.rendering import rendering
from campaign.mirror.source import Source
from campaign.pack.files import parse, read_folder
from campaign.photographs.sanitise import Photograph, sanitised
from campaign.press import typeset
from tests.mirror.conftest import RIVER, source_of
from tests.mirror.test_contents import targets
from tests.photographs.pictures import telephone


@pytest.fixture(scope="module")
def photo() -> Photograph:
    return sanitised(telephone(1200, 900))


def head(code: str, photo: Photograph) -> str:
    return (
        f"---\ntitle: Noticia ({code})\nsummary: Breve.\nphoto-of: Un río ({code})\nphoto: {photo.name}\n"
        "photo-by: A. Nobody\nphoto-focus: 30 70\ndate: 2026-05-01\n---\n\nTexto.\n"
    )


@pytest.fixture(scope="module")
def pictured(tmp_path_factory: pytest.TempPathFactory, photo: Photograph) -> Source:
    """The river's campaign with an update that has a picture, in Spanish and in Arabic."""
    plain = source_of(tmp_path_factory.mktemp("pictured"), RIVER, "river")
    files = {
        **read_folder(RIVER),
        **{f"updates/noticia.{code}.md": head(code, photo) for code in ("es", "ar")},
    }
    return replace(plain, files=files, pack=parse(files), photographs={photo.name: photo.large})


def shown(html: str, part: str) -> list[str]:
    """The images whose tags have a text in them."""
    return [tag for tag in re.findall(r"<img [^>]*>", html) if part in tag]


def test_the_folder_has_the_picture_in_both_sizes_and_every_page_leads_to_it(
    pictured: Source, photo: Photograph
) -> None:
    empty = lambda *_given, **_options: b"%PDF-"  # noqa: E731
    with patch.object(typeset, "pdf", empty), patch.object(pdf, "render", empty):
        files = making.of_source(pictured).files
    assert photo.large in files.values() and sum(place.endswith(".jpg") for place in files) == 2
    for code in ("es", "ar"):
        for place in (f"{code}/updates/noticia.html", f"{code}/updates/index.html", f"{code}/index.html"):
            html = files[place].decode()
            assert shown(html, "cropped focus-x30 focus-y70"), place
            assert all(at in files for at, _fragment in targets(place, html)), place


def one_file_of(source: Source) -> str:
    with rendering(source) as renderer:
        return one_file.page(renderer).decode()


def test_the_one_file_has_the_picture_where_it_says_what_it_shows(pictured: Source) -> None:
    html = one_file_of(pictured)
    for code in ("es", "ar"):
        (tag,) = shown(html, f'alt="Un río ({code})"')
        assert 'src="data:image/jpeg;base64,' in tag and "srcset" not in tag
    assert not shown(html, "moment-picture") and "pictured" not in html.partition("</style>")[2]
    assert html.count("A. Nobody") == 2


def test_of_many_pictures_each_is_there_once(pictured: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_file, "MOST", len(one_file_of(pictured)) - 2_000)
    html = one_file_of(pictured)
    tags = [tag for code in ("es", "ar") for tag in shown(html, f'alt="Un río ({code})"')]
    assert len(tags) == 2 and all(
        'data-picture="0"' in tag and "src=" not in tag.replace("data-src", "") for tag in tags
    )
    assert html.count("data:image/jpeg;base64,") == 1
    monkeypatch.setattr(one_file, "MOST", 1)
    assert not shown(one_file_of(pictured), "<img")


def test_a_picture_of_a_folder_is_found_beside_its_pack(tmp_path: Path, photo: Photograph) -> None:
    from campaign.pack.archive import unpacked, write_folder, write_zip
    from campaign.pack.photographs import in_folder, named

    files = {**read_folder(RIVER), "updates/noticia.es.md": head("es", photo)}
    write_folder(files, tmp_path, {photo.name: photo.large})
    assert read_folder(tmp_path) == files and in_folder(tmp_path) == {photo.name: photo.large}
    assert unpacked(write_zip(files, {photo.name: photo.large})) == (files, {photo.name: photo.large})
    assert named(files) == {photo.name}
