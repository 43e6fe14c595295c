"""The page of what can be printed: one form that leads to each blank letter, without a script."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.site.test_pages import Page
from tests.tools import BASE, LANGUAGES


def test_the_page_has_a_choice_of_three_and_no_list_of_links(client: FlaskClient) -> None:
    page = Page(client.get(f"{BASE}/print").text)
    selects = [attributes["name"] for tag, attributes in page.tags if tag == "select"]
    assert selects[-3:] == ["to", "language", "form"]
    forms = [attributes for tag, attributes in page.tags if tag == "form"]
    assert forms[-1] == {
        "class": "sheet-form letter-form",
        "method": "get",
        "action": f"{BASE}/print/letter#problems",
    }
    assert not any("/blank/" in attributes.get("href", "") for _tag, attributes in page.tags)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_that_the_form_offers_leads_to_a_pdf(language: str, client: FlaskClient) -> None:
    page = client.get(f"{BASE}/print").text
    offices = page.partition('<select id="to"')[2].partition("</select>")[0]
    keys = [part.partition('"')[0] for part in offices.split('<option value="')[1:]]
    assert len(keys) > 10
    for key in keys:
        for piece in ("letter", "open-letter", "postcard"):
            query = {"to": key, "language": language, "form": piece}
            answer = client.get(f"{BASE}/print/letter", query_string=query)
            if answer.status_code == 422:
                assert piece != "letter"
                continue
            assert answer.location == f"{BASE}/write/blank/{piece}/{key}.{language}.pdf"
    assert client.get(answer.location).mimetype == "application/pdf"


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("to=nobody&language=en&form=letter", "to", "Choose from the list."),
        ("to=parliament&language=en&form=letter", "to", "Choose from the list."),
        ("to=president&language=xx&form=letter", "language", "Choose from the list."),
        ("to=president&form=letter", "language", "Choose from the list."),
        ("to=president&language=ru&form=envelope", "form", "There is no such text for this letter."),
    ],
)
def test_what_there_is_not_is_said_beside_its_field(
    query: str, field: str, said: str, client: FlaskClient
) -> None:
    answer = client.get(f"{BASE}/print/letter?{query}")
    assert answer.status_code == 422 and "<title>Error: Print" in answer.text
    assert f'id="{field}-error">{said}' in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
    assert "no-store" in answer.headers["Cache-Control"]


def test_without_a_choice_there_is_the_page_itself(client: FlaskClient) -> None:
    assert client.get(f"{BASE}/print/letter").location == f"{BASE}/print"
