"""The folder: every page, every link, and nothing that needs a server or that a disk cannot hold."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from campaign import clock
from campaign.counts import store as letter_counts
from campaign.database import db
from campaign.editions import store
from campaign.mirror import making
from campaign.mirror.making import MadeCopy
from campaign.mirror.places import Places
from campaign.mirror.rendering import rendering
from campaign.mirror.source import Source, of_edition
from campaign.pack.files import parse
from campaign.pack.model import Pack
from campaign.paper import sheets
from campaign.paper.sheets import Layout, Print
from campaign.petition.pages import public_reasons
from campaign.services import service
from campaign.settings import Settings
from tests.conftest import published
from tests.small_packs import LETTERS_ONLY
from tests.tools import pdf_text


def pages(copy: MadeCopy) -> Iterator[tuple[str, str]]:
    """The pages of the folder by their places, without the one file."""
    for place, body in copy.files.items():
        if place.endswith(".html") and place != "campaign.html":
            yield place, body.decode()


def targets(place: str, html: str) -> Iterator[tuple[str, str]]:
    """Where the links and parts of a page lead in the folder: the place, and the fragment."""
    values = [*re.findall(r'(?<=\s)(?:href|src)="([^"]*)"', html)]
    for sources in re.findall(r'(?<=\s)srcset="([^"]*)"', html):
        values += [part.split()[0] for part in sources.split(",")]
    for value in values:
        parts = urlsplit(unescape(value))
        if parts.scheme or parts.netloc:
            continue
        at = posixpath.normpath(posixpath.join(posixpath.dirname(place), parts.path)) if parts.path else place
        yield at, parts.fragment


def test_every_page_is_there_in_every_language(river: MadeCopy) -> None:
    places = {place for place, _html in pages(river)}
    for code in ("es", "ar"):
        for name in ("index", "record", "demands/index", "print", "petition", "copies", "privacy", "imprint"):
            assert f"{code}/{name}.html" in places
    assert "index.html" in places and "es/updates.atom" in river.files


def test_no_page_says_why_people_sign_which_only_a_site_knows(river: MadeCopy) -> None:
    for place, html in pages(river):
        assert public_reasons.HERE not in html and "petition/reasons" not in html, place


@pytest.mark.security(37)
def test_every_link_leads_to_a_file_and_a_place_in_it(river: MadeCopy) -> None:
    ids = {place: set(re.findall(r'(?<=\s)id="([^"]*)"', body.decode())) for place, body in river.files.items()
           if place.endswith(".html")}  # fmt: skip
    broken = [
        (place, at, fragment)
        for place, html in pages(river)
        for at, fragment in targets(place, html)
        if at not in river.files or (fragment and fragment not in ids[at])
    ]
    assert broken == []


def test_styles_and_feeds_lead_to_files_too(river: MadeCopy) -> None:
    for place, body in river.files.items():
        found = re.findall(r'url\("?([^")]+)', body.decode()) if place.endswith(".css") else ()
        found = re.findall(r'href="([^"]*)"', body.decode()) if place.endswith(".atom") else found
        for address in found:
            if not address.startswith("https://"):
                assert posixpath.normpath(posixpath.join(posixpath.dirname(place), address)) in river.files


@pytest.mark.security(31, 32)
def test_no_page_has_a_form_or_lets_anything_be_asked_elsewhere(river: MadeCopy) -> None:
    for place, html in pages(river):
        assert not re.search(r"<(form|iframe|object|embed|base)\b", html), place
        assert not re.search(r'\son[a-z]+="|style="', html), place
        policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)"', html)
        assert (
            policy and "default-src &#39;none&#39;" in policy[1] and "form-action &#39;none&#39;" in policy[1]
        ), place
        outside = re.findall(r'<(?:script|img|link|source)[^>]*(?:src|href)="(https?:[^"]*)"', html)
        assert outside == [], place


def test_each_page_says_that_it_is_a_copy_and_leads_to_the_one_that_says_of_which_edition(
    river: MadeCopy,
) -> None:
    for place, html in pages(river):
        if place.startswith("es/"):
            assert 'role="note"' in html and 'href="' in html and "copies.html" in html, place
            assert ("edición 1" in html) == (place == "es/copies.html"), place
    for place in ("index.html", "campaign.html"):
        assert "edición 1" in river.files[place].decode(), place


def test_the_petition_is_signed_on_paper_or_elsewhere(river: MadeCopy) -> None:
    html = river.files["es/petition.html"].decode()
    assert 'href="print.html"' in html and 'href="copies.html"' in html
    assert "https://river.example.org/es/river/" in river.files["es/copies.html"].decode()


def test_everything_to_print_is_a_file(river: MadeCopy) -> None:
    kinds = {place.rpartition("/")[2] for place in river.files if place.startswith("ar/print/")}
    assert {"sheets.pdf", "flyer.pdf", "poster.pdf", "volunteers.pdf"} <= kinds
    assert {"letter-president.pdf", "open-letter-president.pdf", "postcard-president.pdf"} <= kinds


def test_every_disk_can_hold_every_name(river: MadeCopy) -> None:
    assert len({place.lower() for place in river.files}) == len(river.files)
    for place in river.files:
        assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,120}", place), place


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/en/x/", "en/index.html"),
        ("/en/x/demands/", "en/demands/index.html"),
        ("/en/x/record", "en/record.html"),
        ("/en/x/con", "en/con_.html"),
        ("/en/x/aux.ics", "en/aux_.ics"),
        ("/zh-Hans/x/about", "zh-hans/about.html"),
        ("/en/x/a b:c?", "en/a-b-c.html"),
        ("/en/x/…", "en/page.html"),
    ],
)
def test_a_name_is_one_that_windows_and_fat_take(address: str, place: str) -> None:
    assert Places("x").of(address) == place


def test_two_addresses_that_differ_in_case_are_two_files() -> None:
    places = Places("x")
    assert [places.of(f"/en/x/{name}") for name in ("Record", "record", "RECORD", "record")] == [
        "en/record.html", "en/record-2.html", "en/record-3.html", "en/record-2.html",
    ]  # fmt: skip
    assert places.of("/en/x/index") == "en/index.html" and places.of("/en/x/") == "en/index-2.html"


@pytest.mark.slow
@pytest.mark.security(58)
def test_the_same_edition_gives_the_same_bytes_whatever_the_site_has_counted(tmp_path: Path) -> None:
    first, second = (_small(tmp_path / name, counted) for name, counted in (("a", False), ("b", True)))
    assert first == second
    assert "The Mayor" in pdf_text(first["en/print/letter-mayor.pdf"])


@pytest.mark.slow
def test_a_new_edition_with_one_text_changed_changes_only_what_shows_it(tmp_path: Path) -> None:
    first = _small_source(tmp_path, counted=False)
    about = first.files["pages/about.en.md"].replace("Words.", "Other words.")
    changed = {**first.files, "pages/about.en.md": about}
    second = replace(
        first, number=first.number + 1, at=first.at + timedelta(days=1), files=changed, pack=parse(changed)
    )
    before, after = (dict(making.of_source(one).files) for one in (first, second))
    assert {place for place in after if before.get(place) != after[place]} == {
        "campaign.html", "en/about.html", "en/copies.html", "index.html", "mirror.json", "SHA256SUMS",
    }  # fmt: skip
    assert b"CreationDate(D:19800101" in after["en/print/letter-mayor.pdf"]


def _small(folder: Path, counted: bool) -> dict[str, bytes]:
    """The copy of a small campaign, made on one day or another."""
    source = _small_source(folder, counted)
    with clock.use(lambda: datetime(2027, 3, 1 + counted, tzinfo=UTC)):
        return dict(making.of_source(source).files)


def _small_source(folder: Path, counted: bool) -> Source:
    """A small campaign on a site of its own, which may have counted letters."""
    app = published(folder)
    with app.app_context(), clock.use(lambda: datetime(2026, 11, 24, 12, tzinfo=UTC)):
        store.publish(db.session, "letters-only", LETTERS_ONLY, store.Authorship("test"))
        for _letter in range(7 if counted else 0):
            letter_counts.count_letter(
                db.session, "letters-only", letter_counts.Posting("mayor", "FR", "post"), date(2026, 11, 24)
            )
        db.session.commit()
        return of_edition(db.session, "letters-only", 0, service(Settings))


@pytest.mark.parametrize("short", [(), ("es",), ("ar",), ("es", "ar")])
def test_a_copy_has_sheets_in_the_languages_whose_text_leaves_room_for_names(
    short: tuple[str, ...], river_source: Source
) -> None:
    long = "\n\nAn unusually long petition is asked about here, and it says more and more." * 60
    files = {
        path: text + long * (path.startswith("petition.") and path.split(".")[1] in {"es", "ar"} - {*short})
        for path, text in river_source.files.items()
    }
    files["petition.yaml"] += "\nwhole-text: yes\n"
    with rendering(replace(river_source, files=files, pack=parse(files))) as renderer:
        page = renderer.get("/es/river/print")[0].decode()
        assert re.findall(r'material/sheets-(\w+)\.pdf"', page) == list(short)
        assert bool(re.search('id="sheets"', page)) == bool(short)
        for code in ("es", "ar"):
            address = f"/es/river/material/sheets-{code}.pdf"
            if code in short:
                assert renderer.get(address)[1] == "application/pdf"
                continue
            with pytest.raises(LookupError, match="404"):
                renderer.get(address)


def test_a_copy_sets_a_sheet_once_to_see_whether_it_fits(
    river_source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_sheets: list[tuple[str, ...]] = []
    fitting = sheets.fitting

    def counted(pack: Pack, layout: Layout, what: Print) -> tuple[Layout, str]:
        set_sheets.append(layout.languages)
        return fitting(pack, layout, what)

    monkeypatch.setattr(sheets, "fitting", counted)
    with rendering(river_source) as renderer:
        for page in ("/es/river/print", "/ar/river/print", "/es/river/print"):
            renderer.get(page)
    assert sorted(set_sheets) == [("ar",), ("es",)]
