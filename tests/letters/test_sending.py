"""Sending: to several offices at once, ticked off one by one, counted without a name."""

from __future__ import annotations

import html
import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign import clock
from campaign.counts.letter_counts import LetterCounts
from campaign.counts.store import letters_sent
from campaign.database import db
from campaign.pack.model import Pack
from campaign.services import service
from campaign.web import budgets
from campaign.web.limits import Budgets
from tests.conftest import published
from tests.desk.conftest import fields_of
from tests.tools import BASE, LANGUAGES, SEED, pdf_text, typed, words_of


@pytest.fixture(autouse=True)
def _old_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaign.letters.forms.YOUNGEST", 0)


@pytest.fixture
def fresh(tmp_path: Path) -> Flask:
    """An application of its own, in which nothing was counted yet."""
    return published(tmp_path, SEED)


def post(client: FlaskClient, path: str = "", **changes: Any) -> Any:
    return client.post(f"{BASE}/write{path}", data=typed(client, **changes))


THREE = {"to": "president", "also": ["prosecutor-general", "embassy-paris"]}


def test_each_office_gets_its_own_letter_in_one_file(client: FlaskClient) -> None:
    answer = post(client, "/letters.pdf", **THREE)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="letters-en.pdf"'
    pages = pdf_text(answer.data).split("\f")
    for page, office in zip(
        pages, ("President of the", "Prosecutor General of", "Ambassador of"), strict=False
    ):
        assert office in page
        assert "Claire Martin" in page
    assert "Your Excellency," in pages[0] and "Dear Prosecutor General," in pages[1]


def test_a_longer_letter_begins_on_a_front(client: FlaskClient) -> None:
    answer = post(client, "/letters.pdf", own_words="Why I care.\n" * 39, **THREE)
    with pikepdf.open(io.BytesIO(answer.data)) as opened:
        assert len(opened.pages) % 2 == 0
    for number in range(1, len(pdf_text(answer.data).split("\f")), 2):
        page = words_of(pdf_text(answer.data, "-f", str(number), "-l", str(number)))
        if "Your Excellency," in page or "Dear Prosecutor General," in page:
            assert number % 2 == 1


def test_a_zip_has_every_letter_to_print_to_edit_and_to_send(client: FlaskClient) -> None:
    answer = post(client, "/letters.zip", **THREE)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.namelist() == [
            "01-letter-president-en.pdf", "01-letter-president-en.docx", "01-letter-president-en.eml",
            "02-letter-prosecutor-general-en.pdf", "02-letter-prosecutor-general-en.docx",
            "03-letter-embassy-paris-en.pdf", "03-letter-embassy-paris-en.docx",
        ]  # fmt: skip
        assert archive.testzip() is None


def test_an_edited_text_is_the_first_office_s_alone_and_the_page_says_so(client: FlaskClient) -> None:
    edited = "Dear Madam,\n\nMy own letter.\n\nYours,"
    pages = pdf_text(post(client, "/letters.pdf", edited=edited, **THREE).data).split("\f")
    assert "My own letter." in pages[0] and "My own letter." not in pages[1]
    page = post(client, do="update", edited=edited, **THREE).text
    assert "Your edited text is the letter to the first office." in page


def test_an_office_that_was_ticked_and_then_chosen_is_written_to_once(client: FlaskClient) -> None:
    page = post(client, do="update", to="president", also=["president", "embassy-paris"]).text
    assert len(re.findall('class="send-to"', page)) == 2


def test_the_embassy_near_you_is_offered_and_not_to_somebody_at_risk(client: FlaskClient) -> None:
    def near(country: str) -> list[str]:
        page = post(client, do="update", country=country, to="president").text
        return re.findall(r'class="check-alone near"><input[^>]*value="([^"]+)"', page)

    assert near("FR") == ["embassy-paris"]
    assert near("GB") == ["embassy-london"]
    assert near("KZ") == [] and near("JP") == []


def test_more_than_eight_at_once_are_refused_in_words(client: FlaskClient, pack: Pack) -> None:
    keys = [a.key for a in pack.open_addressees()]
    answer = post(client, "/letters.pdf", to=keys[0], also=keys[1:8])
    assert answer.status_code == 200
    answer = post(client, "/letters.pdf", to=keys[0], also=keys[1:9])
    assert answer.status_code == 422
    assert "At most 7 others at a time." in html.unescape(answer.text)


@pytest.mark.parametrize("piece", ["open-letter", "postcard"])
def test_what_is_signed_by_hand_needs_no_name(piece: str, client: FlaskClient) -> None:
    assert post(client, f"/{piece}.pdf", name="").status_code == 200
    assert post(client, "/letter.pdf", name="").status_code == 422


def test_a_card_with_too_many_words_says_by_how_much_and_keeps_them(client: FlaskClient) -> None:
    answer = post(client, "/postcard.pdf", own_words="y" * 310)
    assert answer.status_code == 422
    assert "A postcard has room for 300 characters of your own; you have 10 too many." in answer.text
    assert "y" * 310 in answer.text


@pytest.mark.parametrize(
    "path", ["/postcard.docx", "/envelope.txt", "/letters.docx", "/love-letter.pdf", "/letter.doc"]
)
def test_a_file_that_is_not_made_is_not_found(path: str, client: FlaskClient) -> None:
    assert post(client, path).status_code == 404


@pytest.mark.parametrize("size", ["dl", "c5", "c6", "us-10"])
def test_an_envelope_is_printed_for_each_office(size: str, client: FlaskClient) -> None:
    answer = post(
        client, "/envelope.pdf", envelope=size, address="12 rue Mercière", postcode="69002", **THREE
    )
    with pikepdf.open(io.BytesIO(answer.data)) as opened:
        assert len(opened.pages) == 3
    assert "Claire Martin" in pdf_text(answer.data)


# wording and translation on the page


def test_the_page_keeps_its_wording_and_gives_another_at_a_button(client: FlaskClient) -> None:
    def sheet(page: str) -> str:
        return page.split('<article class="sheet', 2)[1].split("</article>", maxsplit=1)[0]

    first = post(client, do="update", seed="41", opening="1")
    again = post(client, do="update", seed="41", opening="1")
    other = post(client, do="reword", seed="41", opening="1")
    assert sheet(first.text) == sheet(again.text) != sheet(other.text)
    assert 'name="seed" value="41"' in again.text and 'name="seed" value="42"' in other.text


@pytest.mark.parametrize("seed", ["", "-1", "x", "9" * 30, "٣"])
def test_a_seed_that_is_none_counts_as_nought(seed: str, client: FlaskClient) -> None:
    answer = post(client, do="update", seed=seed)
    assert answer.status_code == 200
    assert 'name="seed" value="0"' in answer.text


def test_two_visitors_get_different_wordings(client: FlaskClient) -> None:
    seeds = {re.search(r'name="seed" value="(\d+)"', client.get(f"{BASE}/write").text)[1] for _ in range(8)}  # type: ignore[index]
    assert len(seeds) > 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_reads_another_language_reads_the_letter_under_the_sheet(
    language: str, client: FlaskClient
) -> None:
    page = client.post(f"/{language}/january-2022/write", data=typed(client, language="ru", do="update")).text
    assert ('class="reading"' in page) is (language != "ru")
    said = {
        "en": "Dear Prosecutor General,",
        "kk": "Құрметті Бас Прокурор мырза!",
        "fr": "Monsieur le Procureur général,",
    }
    if language in said:
        assert said[language] in page


def test_no_own_words_is_said_once_and_kindly(client: FlaskClient) -> None:
    said = "You haven’t added anything in your own words yet."
    assert post(client, do="update", own_words="").text.count(said) == 1
    assert said not in post(client, do="update", own_words="Mine.").text


# I sent it


def sent_of(app: Flask) -> dict[str, int]:
    with app.app_context():
        found = letters_sent(db.session)
    return dict(found["january-2022"].by_addressee) if found else {}


def rows(app: Flask) -> list[tuple[str, str, str, int]]:
    from sqlalchemy import text

    with app.app_context():
        query = text("SELECT addressee, country, way, count FROM letter_tally ORDER BY addressee")
        return [tuple(row) for row in db.session.execute(query)]


def test_one_click_counts_a_letter_thanks_and_offers_the_next(fresh: Flask) -> None:
    client = fresh.test_client()
    answer = post(client, "/sent", sent="prosecutor-general post", own_words="These words stay.")
    assert answer.status_code == 200
    assert rows(fresh) == [("prosecutor-general", "FR", "post", 1)]
    assert "Thank you. Your letter has been counted." in answer.text and "These words stay." in answer.text
    assert re.findall(r'value="next:([^"]+)"', answer.text) == [
        "president",
        "interior-minister",
        "foreign-minister",
    ]
    assert 'name="done" value="prosecutor-general"' in answer.text


def test_a_reload_of_the_counted_page_counts_nothing_more(fresh: Flask) -> None:
    client = fresh.test_client()
    post(client, "/sent", sent="president email", done=["president"], to="president")
    assert rows(fresh) == []


def test_from_a_country_at_risk_no_country_is_written_down(fresh: Flask) -> None:
    client = fresh.test_client()
    answer = post(client, "/sent", sent="un-torture email", country="KZ", to="un-torture", understood="y")
    assert rows(fresh) == [("un-torture", "", "email", 1)]
    offered = re.findall(r'value="next:([^"]+)"', answer.text)
    assert offered and "president" not in offered


@pytest.mark.slow
@pytest.mark.parametrize("sent", ["", "nobody post", "president", "president pigeon", "parliament post"])
def test_what_can_not_have_been_sent_is_not_counted(sent: str, fresh: Flask) -> None:
    assert post(fresh.test_client(), "/sent", sent=sent).status_code == 400
    assert rows(fresh) == []


@pytest.mark.slow
def test_a_form_that_is_not_ours_counts_nothing(fresh: Flask) -> None:
    assert post(fresh.test_client(), "/sent", sent="president post", form_token="x").status_code == 422
    assert rows(fresh) == []


@pytest.mark.slow
@pytest.mark.security(52)
def test_a_network_that_counts_many_waits_on_the_page_and_can_count_only_so_many(
    fresh: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    service(Budgets, fresh).enabled = True
    monkeypatch.setattr(budgets, "POSTED", replace(budgets.POSTED, most=3))
    monkeypatch.setattr(budgets, "POSTED_MOST", replace(budgets.POSTED_MOST, most=5))
    client = fresh.test_client()
    answers = [post(client, "/sent", sent="president post", to="president") for _ in range(4)]
    assert [one.status_code for one in answers] == [200] * 3 + [422]
    assert "press again a few minutes later" in answers[-1].text and "Claire Martin" in answers[-1].text
    now = clock.now()
    tokens = [fields_of(client.get(f"{BASE}/write").text)["form_token"] for _ in range(3)]
    with clock.use(lambda: now + timedelta(minutes=9)):
        answers = [
            post(client, "/sent", sent="president post", to="president", form_token=token) for token in tokens
        ]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 7200
    assert "Yours was still sent" in answers[-1].text and "Claire Martin" in answers[-1].text
    assert sent_of(fresh) == {"president": 5}


def test_a_page_counts_a_letter_to_an_office_once(fresh: Flask) -> None:
    client = fresh.test_client()
    token = fields_of(client.get(f"{BASE}/write").text)["form_token"]
    for _ in range(3):  # the form says each time that nothing was sent yet
        answer = post(client, "/sent", sent="president post", to="president", form_token=token)
        assert answer.status_code == 200
    assert sent_of(fresh) == {"president": 1}


@pytest.mark.security(26)
def test_all_boxes_may_be_ticked_and_a_form_with_a_thousand_parts_is_refused(
    client: FlaskClient, pack: Pack
) -> None:
    keys = [a.key for a in pack.open_addressees()]
    full = {"also": keys, "done": keys, "demands": list(pack.demands)}
    parts = {**typed(client), **full, **{f"field{n}": "x" for n in range(10)}}
    assert client.post(f"{BASE}/write", data=parts, content_type="multipart/form-data").status_code == 422
    parts |= {f"more{n}": "x" for n in range(1_000)}
    assert client.post(f"{BASE}/write", data=parts, content_type="multipart/form-data").status_code == 413


def test_the_next_letter_keeps_what_was_typed_and_drops_what_was_the_last_one_s(client: FlaskClient) -> None:
    answer = post(
        client,
        do="next:president",
        own_words="These words stay.",
        edited="Dear Madam,",
        done=["prosecutor-general"],
    )
    assert answer.status_code == 200
    assert 'name="to" value="president" id="to" checked' in answer.text
    assert "These words stay." in answer.text and "Dear Madam," not in answer.text
    assert "Your Excellency," in answer.text
    assert post(client, do="next:nobody").status_code == 400


@pytest.mark.slow
def test_the_front_page_shows_how_many_letters_were_sent_and_to_whom(
    fresh: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = fresh.test_client()
    assert "letters sent" not in client.get(f"{BASE}/").text
    for key in ("president", "president", "un-torture"):
        post(client, "/sent", sent=f"{key} post", to=key)
    assert "letters sent" not in client.get(f"{BASE}/").text, "the count must lag"
    monkeypatch.setattr(service(LetterCounts, fresh), "_clock", lambda: 4_000_000_000.0)
    page = client.get(f"{BASE}/").text
    assert "3 letters sent" in page and "as of" in page
    titles = re.findall(r'class="bars-title">([^<]+)<', page)
    assert titles[0] == "President of the Republic of Kazakhstan" and len(titles) == 2
    assert "3 письма" in client.get("/ru/january-2022/").text
