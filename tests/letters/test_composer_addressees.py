"""The composer for addressees of every kind, through a client without JavaScript."""

from __future__ import annotations

import email
import html
import re
from email import policy
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign.counts.store import letters_sent
from campaign.database import db
from tests.addressees import FILES
from tests.conftest import published
from tests.desk.conftest import fields_of
from tests.tools import BASE as SEED_BASE
from tests.tools import pdf_text, typed

WRITE = "/en/trees/write"


@pytest.fixture(autouse=True)
def _old_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaign.letters.forms.YOUNGEST", 0)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("packs") / "trees"
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return published(tmp_path_factory.mktemp("data"), folder)


@pytest.fixture
def visitor(sample: Flask) -> FlaskClient:
    return sample.test_client()


def first(visitor: FlaskClient, address: str = WRITE) -> dict[str, Any]:
    """The form as the first page fills it."""
    return fields_of(visitor.get(address).text, "/write")


def page(visitor: FlaskClient, path: str = "", **changes: Any) -> Any:
    fields = {**first(visitor), "country": "IE", "name": "Ann Example", "suggested": "", **changes}
    return visitor.post(f"{WRITE}{path}", data=fields)


def chosen(text: str, field: str = "to") -> str:
    found = re.search(rf'name="{field}" value="([^"]*)"(?: id="\w+")? checked', text)
    if f'<select id="{field}"' in text:
        select = text.split(f'<select id="{field}"')[1].split("</select>", maxsplit=1)[0]
        found = re.search(r'value="([^"]*)" selected', select)
    return html.unescape(found[1]) if found else ""


def words(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def ticked(text: str) -> list[str]:
    part = text.split('id="live-demands"')[1].split('id="live-openings"', maxsplit=1)[0]
    return re.findall(r'type="checkbox" name="demands" value="([^"]+)" checked', part)


# whose office


@pytest.mark.security(62)
def test_who_writes_from_a_country_at_risk_never_finds_an_office_of_it_chosen(client: FlaskClient) -> None:
    form = fields_of(client.get(f"{SEED_BASE}/write").text, "/write")
    assert form["to"] == form["suggested"] == "president"
    text = client.post(f"{SEED_BASE}/write", data={**form, "country": "KZ", "do": "update"}).text
    listed = text.split('class="offices"')[1].split("</details>")[0]
    groups = re.findall(r'class="checks-group" aria-hidden="true">([^<]+)<', listed)
    assert groups == [
        "United Nations and OSCE", "A risk for you: Offices in Kazakhstan",
        "A risk for you: Embassies and missions of Kazakhstan",
    ]  # fmt: skip
    assert chosen(text) == "un-executions"
    keys = re.findall(r'name="to" value="([^"]+)"', listed)
    assert keys[:3] == ["un-executions", "un-torture", "un-assembly"]
    assert not {"president", "embassy-paris"} & set(keys[: keys.index("president")])
    assert text.index("Read this first.") < text.index('class="offices"')
    assert "own-foreign-minister" not in text
    assert "“President of the Republic of Kazakhstan” belongs to the authorities of your country." in words(
        text
    )


@pytest.mark.security(62)
def test_a_letter_to_an_own_office_is_made_only_for_who_chose_it(client: FlaskClient) -> None:
    form = typed(client, country="KZ", to="president", place="Almaty", understood="y")
    refused = client.post(f"{SEED_BASE}/write/letter.pdf", data={**form, "suggested": "president"})
    assert refused.status_code == 422 and "Choose whom you write to." in words(refused.text)
    assert 'value="Claire Martin"' in refused.text
    chose = client.post(f"{SEED_BASE}/write", data={**form, "suggested": "un-executions", "do": "update"})
    assert "tells the authorities of your country who you are" in words(chose.text)
    made = client.post(f"{SEED_BASE}/write/letter.pdf", data={**form, "suggested": "un-executions"})
    assert made.status_code == 200 and "President of the Republic" in pdf_text(made.data)


def test_an_office_that_is_not_for_a_country_is_replaced_there(client: FlaskClient) -> None:
    form = typed(client, country="KZ", to="own-foreign-minister", understood="y")
    answer = client.post(f"{SEED_BASE}/write/letter.pdf", data=form)
    assert answer.status_code == 422
    assert "is not for supporters from your country. Choose whom you write to." in words(answer.text)
    assert chosen(answer.text) == "un-executions"


def test_the_next_offices_put_nobody_at_risk(client: FlaskClient) -> None:
    form = typed(client, country="KZ", to="un-torture", done="un-torture", understood="y")
    text = client.post(f"{SEED_BASE}/write", data={**form, "do": "update"}).text
    offered = re.findall(r'value="next:([^"]+)"', text)
    assert offered == ["un-executions", "un-assembly", "un-defenders"]


# how it is reached


def test_an_addressee_by_email_alone_offers_nothing_of_the_post(visitor: FlaskClient) -> None:
    text = page(visitor, to="timber", do="update").text
    assert "Reached by e-mail, not by post." in words(text)
    for gone in ("envelope.pdf", "postcard.pdf", "open-letter.pdf", "timber post", "Envelope", "posting",
                 'select id="layout"', "post it"):  # fmt: skip
        assert gone not in text, gone
    assert 'value="timber email"' in text and "letter.eml" in text
    both = page(visitor, to="timber", also=["court"], do="update").text
    assert 'value="court post"' in both and "envelope.pdf" in both and 'value="timber post"' not in both


def test_an_email_file_of_such_a_letter_has_no_postal_address(visitor: FlaskClient) -> None:
    message = email.message_from_bytes(page(visitor, "/letter.eml", to="timber").data, policy=policy.default)
    assert message["To"] == "office@example.org"
    attached = next(message.iter_attachments())
    assert "Timber Limited" in pdf_text(attached.get_content())


@pytest.mark.parametrize("piece", ["envelope", "postcard"])
def test_what_only_the_post_carries_is_made_for_those_whom_it_reaches(
    piece: str, visitor: FlaskClient
) -> None:
    alone = page(visitor, f"/{piece}.pdf", to="timber")
    assert alone.status_code == 422 and "can’t be sent by post" in alone.text
    both = page(visitor, f"/{piece}.pdf", to="timber", also=["court"])
    assert both.status_code == 200
    text = pdf_text(both.data)
    assert "District Court" in text and "Timber" not in text


def test_a_web_form_gets_the_letters_text_to_copy(visitor: FlaskClient) -> None:
    text = page(visitor, to="office", own_words="I live there.", do="update").text
    assert '<a href="https://example.org/form" rel="noopener nofollow">example.org/form</a>' in text
    copied = html.unescape(text.split('id="form-text-office"')[1].split(">", 1)[1].split("</pre>")[0])
    assert copied.startswith("Dear office,") and "I live there." in copied
    assert copied.rstrip().endswith("2020, example.org/plea")
    assert 'value="office form"' in text and "letter.eml" not in text


def test_a_letter_that_went_by_a_web_form_is_counted(sample: Flask, visitor: FlaskClient) -> None:
    answer = page(visitor, "/sent", to="office", sent="office form")
    assert "Your letter has been counted." in answer.text
    with sample.app_context():
        assert letters_sent(db.session)["trees"].by_addressee["office"] == 1


# who represents the supporter

LOOKED_UP = [
    ({"to_area": "Anytown North"}, "Anytown North · Ann North", "Parliament House · Dublin 2"),
    ({"to_area": "d04"}, "Anytown South · Sam South", "https://example.org/sam"),
    ({"postcode": "D01 F5P2"}, "Anytown North · Ann North", "ann@example.org"),
    ({"to_area": "isle"}, "Isle · Ida Isle", "Reached by e-mail, not by post."),
    ({"to_area": "anytown"}, "", "Choose who represents you"),
    ({"to_area": "anytown", "representative": "Anytown South · Sam South"}, "Anytown South · Sam South", "Sam South"),
    ({"to_area": "nowhere"}, "", "Nobody was found, or too many."),
    ({}, "", "Look up who represents you below."),
]  # fmt: skip


@pytest.mark.parametrize(("typed_in", "person", "said"), LOOKED_UP)
def test_supporters_find_who_represents_them(
    typed_in: dict[str, str], person: str, said: str, visitor: FlaskClient
) -> None:
    text = page(visitor, to="member", do="update", **typed_in).text
    assert said in html.unescape(text)
    if 'id="representative"' in text:
        assert chosen(text, "representative") == person
    else:
        assert not person


def test_the_letter_goes_to_who_was_found_or_typed(visitor: FlaskClient) -> None:
    found = page(visitor, "/letter.txt", to="member", to_area="Anytown North").text
    assert "Your member\nAnn North\nParliament House\nDublin 2\n" in found
    own = {"to_name": "Eve Other", "to_address": "9 Road", "to_postcode": "D01 F5P2", "to_place": "Dublin"}
    written = page(visitor, "/letter.txt", to="member", to_area="Anytown North", **own).text
    assert "Eve Other\n9 Road" in written and "Ann North" not in written


def test_an_address_that_was_typed_for_one_office_is_not_used_for_another(visitor: FlaskClient) -> None:
    text = page(visitor, to="member", to_area="Anytown North", also=["minister"], do="update").text
    assert text.count("Parliament House") >= 1
    second = text.split('<details class="beside">')[-1].split("</details>")[0]
    assert "Minister" in second and "Parliament House" not in second


def test_a_representative_who_was_made_up_is_refused(visitor: FlaskClient) -> None:
    answer = page(visitor, "/letter.pdf", to="member", representative="<b>Nobody</b>")
    assert answer.status_code == 200 and "Nobody" not in pdf_text(answer.data)


# a person in prison


def test_a_letter_to_a_person_in_prison_comes_with_the_rules_of_the_prison(visitor: FlaskClient) -> None:
    text = page(visitor, to="prisoner", do="update").text
    assert "What this prison allows in letters" in text and "One page. No politics." in text
    assert "A letter to this addressee asks nothing of them." in text
    assert page(visitor, "/letter.pdf", to="prisoner").status_code == 200


# demands


def test_only_what_an_addressee_can_act_on_is_ticked_and_the_page_says_what_is_not(
    visitor: FlaskClient,
) -> None:
    text = page(visitor, to="timber", do="update").text
    assert ticked(text) == ["pay-for-them"]
    assert "“Timber Limited” can’t act on this, so it is not asked: Keep them." in words(text)


def test_the_choice_of_demands_outlives_a_change_of_the_addressee(visitor: FlaskClient) -> None:
    form = {**first(visitor), "country": "IE", "name": "Ann"}
    for key, demands in (("court", ["keep-them"]), ("timber", []), ("court", ["keep-them"])):
        text = visitor.post(WRITE, data={**form, "to": key, "do": "update", "demands": ["keep-them"]}).text
        assert ticked(text) == demands
        form = {**fields_of(text, "/write"), "suggested": ""}


def test_a_demand_that_is_offered_for_the_first_time_is_ticked(visitor: FlaskClient) -> None:
    form = first(visitor, f"{WRITE}?to=minister")
    assert ticked(visitor.get(f"{WRITE}?to=minister").text) == ["keep-them"]
    text = visitor.post(WRITE, data={**form, "country": "IE", "to": "court", "do": "update"}).text
    assert ticked(text) == ["keep-them", "pay-for-them"]


def test_a_page_of_a_demand_leads_to_who_can_act_on_it(visitor: FlaskClient) -> None:
    text = visitor.get(f"{WRITE}?demand=pay-for-them").text
    assert chosen(text) == "court" and ticked(text) == ["pay-for-them"]


def test_no_letter_goes_out_that_asks_nothing_of_whom_it_could_ask(visitor: FlaskClient) -> None:
    answer = page(visitor, "/letter.pdf", to="timber", demands=["keep-them"])
    assert answer.status_code == 422 and "Choose at least one demand." in answer.text
    other = page(visitor, "/letters.pdf", to="court", also=["timber"], demands=["keep-them"])
    assert other.status_code == 422
    assert "“Timber Limited” can’t act on any of the demands that you chose." in words(other.text)


def test_a_printed_page_offers_letters_to_who_is_reached_by_post(visitor: FlaskClient) -> None:
    text = visitor.get("/en/trees/print").text
    for key in ("mayor", "court", "prisoner"):
        assert f'<option value="{key}"' in text
    for key in ("timber", "office", "member", "minister"):
        assert f'<option value="{key}"' not in text
        assert visitor.get(f"{WRITE}/blank/letter/{key}.en.pdf").status_code == 404
