"""What the writer keeps, in every language of the interface: the return slip on paper, the reminder for a calendar."""

from __future__ import annotations

import html
import io
import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import icalendar
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageFilter

from campaign.languages.data import installed
from tests.conftest import published
from tests.tools import BASE, ROOT, pdf_text, picture_of, typed, words_of

#: A campaign in each language of the interface.
PACKS = {
    "january-2022": ("en", "ru", "kk", "fr"),
    "river": ("ar", "es"),
    "lindenhof": ("de", "uk", "tr", "zh-Hans"),
    "lagoa": ("pt",),
    "kariz": ("fa",),
}
CASES = [(slug, language) for slug, languages in PACKS.items() for language in languages]


@pytest.fixture(autouse=True)
def _old_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaign.letters.forms.YOUNGEST", 0)


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A site with all of these campaigns."""
    others = (ROOT / "tests/packs" / slug for slug in PACKS if slug != "january-2022")
    return published(tmp_path_factory.mktemp("five"), ROOT / "seeds/january-2022", *others)


def written(client: FlaskClient, slug: str, language: str) -> tuple[str, dict[str, Any]]:
    """The address of a composer, and its form with a letter in a language to its first office."""
    base = f"/{language}/{slug}"
    page = html.unescape(client.get(f"{base}/write").text)
    form = typed(
        client,
        language=language,
        to=re.search(r'name="to" value="([^"]+)"', page)[1],  # type: ignore[index]
        demands=re.findall(r'name="demands" value="([^"]+)"', page),
        form_token=re.search(r'name="form_token"[^>]*value="([^"]+)"', page)[1],  # type: ignore[index]
    )
    return base, form


def photographed(document: bytes) -> Image.Image:
    """A page as somebody's phone takes it: not quite upright, and not quite sharp."""
    page = Image.open(io.BytesIO(picture_of(document, 1))).convert("L")
    return page.rotate(4, expand=True, fillcolor=255).filter(ImageFilter.GaussianBlur(0.8))


def test_there_is_a_campaign_in_every_language() -> None:
    assert {language for _slug, language in CASES} == set(installed())


@pytest.mark.parametrize(("slug", "language"), CASES)
def test_a_camera_reads_the_printed_slip_and_a_calendar_takes_the_reminder(
    five: Flask, slug: str, language: str
) -> None:
    client = five.test_client()
    base, form = written(client, slug, language)
    document = client.post(f"{base}/write/slip.pdf", data=form)
    assert (
        document.mimetype == "application/pdf"
        and "return-slip.pdf" in document.headers["Content-Disposition"]
    )
    (code,) = zxingcpp.read_barcodes(photographed(document.data))
    assert urlsplit(code.text).path.startswith(f"{base}/slip/")
    assert client.get(urlsplit(code.text).path).status_code == 200
    assert "Claire" not in pdf_text(document.data)
    if language != "en":
        assert "letter" not in pdf_text(document.data).replace(code.text, "")

    calendar = icalendar.Calendar.from_ical(client.post(f"{base}/write/reminder.ics", data=form).data)
    (event,) = calendar.walk("VEVENT")
    (alarm,) = event.walk("VALARM")
    assert not calendar.errors and not event.errors and not alarm.errors
    assert event.start > date(2026, 12, 20) and event["URL"] == code.text and event["SUMMARY"]
    assert alarm["ACTION"] == "DISPLAY" and "Claire" not in event.to_ical().decode()


def test_each_office_has_a_slip_of_its_own_four_to_a_sheet(client: FlaskClient) -> None:
    others = ["embassy-paris", "ombudsman", "interior-minister", "foreign-minister"]
    answer = client.post(f"{BASE}/write/slip.pdf", data=typed(client, to="president", also=others))
    first, second = (
        zxingcpp.read_barcodes(Image.open(io.BytesIO(picture_of(answer.data, n)))) for n in (1, 2)
    )
    assert len({code.text for code in (*first, *second)}) == 5 and len(second) == 1
    words = words_of(pdf_text(answer.data))
    assert words.count("Your return slip") == words.count("Don’t send it with your letter.") == 5
    assert "Ambassador of Kazakhstan in Paris" in words and "Your letter of 24 November 2026" in words


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"country": "KZ", "to": "un-torture", "understood": "y"}, 404),
        ({"day": "2024-01-05"}, 422),
        ({"form_token": "x"}, 422),
    ],
)
def test_where_there_is_no_slip_none_is_printed(
    client: FlaskClient, changes: dict[str, str], status: int
) -> None:
    answer = client.post(f"{BASE}/write/slip.pdf", data=typed(client, **changes))
    assert answer.status_code == status and answer.mimetype == "text/html"
