"""The composer on the site, through a client without JavaScript."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign import clock
from campaign.editions.edition_cache import EditionCache
from campaign.letters.views import KEPT_BY_WRITER, PIECES
from campaign.services import service
from campaign.settings import Settings
from campaign.web import budgets, tokens
from campaign.web.limits import Budgets
from tests.conftest import published
from tests.desk.conftest import fields_of
from tests.tools import BASE, LANGUAGES, SEED, pdf_text, rules_on, typed, words_of


@pytest.fixture(autouse=True)
def _old_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms of these tests are filled in at once; the token's age has its own test."""
    monkeypatch.setattr("campaign.letters.forms.YOUNGEST", 0)


def post(client: FlaskClient, path: str = "", **changes: Any) -> Any:
    return client.post(f"{BASE}/write{path}", data=typed(client, **changes))


@pytest.mark.security(46)
@pytest.mark.parametrize(
    ("suffix", "mime"),
    [
        ("pdf", "application/pdf"),
        ("txt", "text/plain"),
        ("eml", "message/rfc822"),
        ("html", "text/html"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("odt", "application/vnd.oasis.opendocument.text"),
    ],
)
def test_a_letter_is_downloaded_under_a_name_of_ours(suffix: str, mime: str, client: FlaskClient) -> None:
    answer = post(client, f"/letter.{suffix}", name="Zoé Ünïque")
    assert answer.status_code == 200
    assert answer.content_type.startswith(mime)
    assert (
        answer.headers["Content-Disposition"]
        == f'attachment; filename="letter-prosecutor-general-en.{suffix}"'
    )
    assert answer.headers["Cache-Control"] == "no-store"
    if suffix == "pdf":
        assert "Zoé Ünïque" in pdf_text(answer.data)


def test_the_sheet_is_drawn_anew_by_the_button(client: FlaskClient) -> None:
    answer = post(client, do="update", own_words="I teach law in Lyon.", language="fr")
    assert answer.status_code == 200
    assert '<p class="sheet-own" dir="auto">I teach law in Lyon.</p>' in answer.text
    assert "Monsieur le Procureur général," in answer.text
    assert 'value="Claire Martin"' in answer.text


def test_the_preview_follows_an_unfinished_form_without_reproach(client: FlaskClient) -> None:
    answer = post(client, "/preview", name="", demands=[])
    assert answer.status_code == 200
    assert "Your name" in answer.text
    assert "A letter needs your name." not in answer.text


BAD = [
    ({"demands": []}, "demands", "Choose at least one demand."),
    ({"name": ""}, "name", "A letter needs your name."),
    ({"name": "   "}, "name", "A letter needs your name."),
    ({"name": "N" * 300}, "name", "120 characters at most. You have 300."),
    ({"name": "a\x00b"}, "name", "This text contains U+0000 control character, which can’t be printed"),
    ({"own_words": "a\x07b"}, "own_words", "can’t be printed"),
    ({"own_words": "a\u202eb"}, "own_words", "can’t be printed"),
    ({"own_words": "a\u2066b"}, "own_words", "can’t be printed"),
    ({"own_words": "e" + "\u0301" * 5}, "own_words", "can’t be printed"),
    ({"own_words": "a\ufdd0b"}, "own_words", "can’t be printed"),
    ({"own_words": "x" * 1_000_000}, "own_words", "2,000 characters at most. You have 1,000,000."),
    ({"own_words": "\U00013000"}, "own_words", "None of our fonts has \U00013000 U+13000"),
    ({"own_words": "x\n" * 50}, "own_words", "At most 40 lines."),
    ({"address": "1\n2\n3\n4\n5"}, "address", "At most 4 lines."),
    ({"email": "nobody@"}, "email", "This is not an e-mail address."),
    ({"address": "Rosebank", "place": ""}, "address", "This address is incomplete"),
    ({"postcode": "6900"}, "keep_postcode", "looks like 33380."),
    ({"country": "XX"}, "country", "Choose from the list."),
    ({"to": "own-foreign-minister", "to_address": "Madrid"}, "to_address", "This address is incomplete"),
    ({"also": ["president", "nobody"]}, "also", "Choose from the list."),
    ({"layout": "din-a4"}, "layout", "Choose from the list."),
    ({"beside": "mine:de"}, "beside", "Choose from the list."),
    ({"day": "1800-01-01"}, "day", "The date must be between 8 February 2024"),
    ({"day": "tomorrow"}, "day", "Enter the date as year-month-day"),
    ({"day": ""}, "day", "Enter the date as year-month-day"),
]


@pytest.mark.security(27)
@pytest.mark.parametrize(("change", "field", "said"), BAD, ids=range(len(BAD)))
def test_bad_input_gets_a_message_beside_its_field_and_nothing_is_lost(
    change: dict[str, Any], field: str, said: str, client: FlaskClient
) -> None:
    kept = {"place": "Lyon-Croix-Rousse", "own_words": "These words stay."}
    answer = post(client, "/letter.pdf", **{**kept, **change})
    assert answer.status_code in {413, 422}
    beside = re.search(rf'<p class="error" id="{field}-error"[^>]*>([^<]*)</p>', answer.text)
    assert beside and said in beside[1], beside
    assert "<title>Error: Write a letter" in answer.text
    summary = re.search(
        r'<main[^>]*>.{0,1500}?<section class="problems" id="problems" tabindex="-1">.*?</section>',
        answer.text,
        re.S,
    )
    assert summary
    targets = re.findall(r'<li><a href="#([^"]+)">[^<]', summary[0])
    assert field in targets
    for target in targets:
        assert re.search(rf'<(?:input|select|textarea)[^>]* id="{target}"', answer.text), target
    assert ('value="Lyon-Croix-Rousse"' in answer.text) is ("place" not in change)
    for name, value in {**kept, **change}.items():
        choice = name in {"day", "country", "to", "layout", "beside"}
        if isinstance(value, str) and value.strip() and "\x00" not in value and not choice:
            assert value.replace("\n", "\r\n") in answer.text or value in answer.text


@pytest.mark.slow
@pytest.mark.parametrize(("change", "field", "_said"), BAD, ids=range(len(BAD)))
def test_no_message_is_left_in_english(
    change: dict[str, Any], field: str, _said: str, client: FlaskClient
) -> None:
    page = client.post("/ru/january-2022/write/letter.pdf", data=typed(client, **change)).text
    beside = re.search(rf'<p class="error" id="{field}-error"[^>]*>([^<]*)</p>', page)
    assert beside
    assert re.search("[а-я]", beside[1])
    # Unicode's names of characters exist in English alone.
    words = re.sub(r"U\+[0-9A-F]{4,6} [a-z0-9 -]+", "", beside[1].replace("name@example.org", ""))
    assert not re.search("[A-Za-z]{3,}", words), beside[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_is_in_the_readers_language(language: str, client: FlaskClient) -> None:
    said = {
        "en": "A letter needs your name.",
        "ru": "Письму нужно ваше имя.",
        "kk": "Хатқа аты-жөніңіз керек.",
        "fr": "Une lettre a besoin de votre nom.",
    }
    data = typed(client, name="")
    assert said[language] in client.post(f"/{language}/january-2022/write/letter.pdf", data=data).text


@pytest.mark.parametrize(
    "words",
    [
        "😀✊🏽 for all",
        "محمد",
        "Қанды қаңтар",
        "e\u0301te\u0301",
        "שלום",
        "*bold* #set {{ 7*7 }} <script> \\end",
    ],
)
def test_emoji_and_every_script_are_legal(words: str, client: FlaskClient) -> None:
    assert post(client, "/letter.pdf", own_words=words).status_code == 200


def test_a_letter_to_an_office_there_says_what_it_needs(client: FlaskClient) -> None:
    assert (
        "your postal address, the date and your signature" in post(client, do="update", to="president").text
    )
    assert (
        "your postal address, the date and your signature"
        not in post(client, do="update", to="un-torture").text
    )


@pytest.mark.slow
def test_an_unchecked_address_says_so_and_a_checked_one_when(client: FlaskClient, tmp_path: Path) -> None:
    assert "Check the address before posting" in client.get(f"{BASE}/write").text

    from campaign.database import db
    from campaign.editions import store
    from campaign.pack.files import read_folder

    app = published(tmp_path / "data", SEED)
    files = read_folder(SEED)
    files["addressees.yaml"] = files["addressees.yaml"].replace(
        "  reads: [en, ru, kk]\n", f"  reads: [en, ru, kk]\n  checked-on: {clock.today()}\n", 1
    )
    with app.app_context():
        store.publish(db.session, "january-2022", files, store.Authorship("organiser"))
    page = app.test_client()
    service(EditionCache, app).load()
    assert "Address checked on" in page.get(f"{BASE}/write").text


def test_the_text_can_be_edited_and_thrown_away_again(client: FlaskClient) -> None:
    editing = post(client, do="edit").text
    area = re.search(r'name="edited"[^>]*>\r?\n(.*?)</textarea>', editing, re.S)
    assert area and "Dear Prosecutor General," in area[1]
    edited = area[1].replace("Dear Prosecutor General,", "Dear Madam,")
    for suffix in ("pdf", "txt", "eml", "html"):
        answer = post(client, f"/letter.{suffix}", edited=edited)
        assert answer.status_code == 200
    assert "Dear Madam," in pdf_text(post(client, "/letter.pdf", edited=edited).data)
    again = post(client, edited=edited, do="compose").text
    assert "Dear Madam," not in again


def test_the_typed_address_of_the_own_ministry_is_on_the_letter(client: FlaskClient) -> None:
    answer = post(
        client, "/letter.txt", to="own-foreign-minister", country="ES", to_address="Ministerio\nMadrid"
    )
    assert "Minister of Foreign Affairs\nMinisterio\nMadrid" in answer.text


def test_an_addressee_that_the_pack_lacks_is_refused_beside_the_field(client: FlaskClient) -> None:
    answer = post(client, "/letter.pdf", to="parliament")
    assert answer.status_code == 422
    assert re.search(r'id="to-error"[^>]*>[^<]+<', answer.text)


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ("", {}),
        ("to=", {}),
        ("to=un-torture", {"to": "un-torture"}),
        ("demand=reparations", {"demands": ["reparations"]}),
        ("demand=reparations&demand=accountability", {"demands": ["accountability", "reparations"]}),
        ("language=ru", {"language": "ru"}),
        ("country=FR", {"country": "FR"}),
        ("country=FR&to=embassy-paris&language=fr&demand=reparations",
         {"country": "FR", "to": "embassy-paris", "language": "fr", "demands": ["reparations"]}),
        ("to=president&country=KZ", {"country": "KZ", "to": "un-executions"}),
    ],
)  # fmt: skip
def test_a_link_may_choose_what_the_letter_is(
    query: str, chosen: dict[str, Any], client: FlaskClient
) -> None:
    page = client.get(f"{BASE}/write?{query}")
    assert page.status_code == 200 and "unknown here" not in page.text
    fields = fields_of(page.text, "/write")
    plain = fields_of(client.get(f"{BASE}/write").text, "/write")
    for name in ("to", "demands", "language", "country"):
        assert fields[name] == chosen.get(name, plain[name]), name


@pytest.mark.parametrize(
    "query",
    [
        "to=nobody", "to=parliament", "demand=nonsense", "language=xx", "country=ZZ", "to=%00", "demand=a&demand=b",
        "to=un-torture&demand=nonsense", "country=de", "&".join(f"demand=d{n}" for n in range(19)),
        "to=" + "x" * 2_000, "language=fr%0d%0aSet-Cookie:a",
    ],
    ids=range(12),
)  # fmt: skip
def test_what_a_link_names_that_there_is_not_is_left_out_with_a_line(query: str, client: FlaskClient) -> None:
    page = client.get(f"{BASE}/write?{query}")
    assert page.status_code == 200
    assert "A part of the link is unknown here, so it was left out." in page.text
    assert page.headers.getlist("Set-Cookie") == []


@pytest.mark.security(26)
def test_a_link_with_a_thousand_parameters_was_not_made_by_a_person(client: FlaskClient) -> None:
    query = "&".join(f"demand=d{n}" for n in range(1_000))
    assert client.get(f"{BASE}/write?{query}").status_code == 400


def test_words_in_a_link_that_are_not_for_this_page_are_no_fault(client: FlaskClient) -> None:
    page = client.get(f"{BASE}/write?from=friends&utm_source=x")
    assert page.status_code == 200 and "unknown here" not in page.text


# who writes from a country at risk

OUTPUTS = [
    (piece, suffix)
    for piece, suffixes in PIECES.items()
    if piece not in KEPT_BY_WRITER
    for suffix in suffixes
]


@pytest.mark.security(62)
@pytest.mark.parametrize(("piece", "suffix"), OUTPUTS)
def test_nothing_goes_out_of_a_country_at_risk_before_the_notice_was_read(
    piece: str, suffix: str, client: FlaskClient
) -> None:
    form = {"country": "KZ", "to": "un-torture", "place": "Almaty"}
    refused = post(client, f"/{piece}.{suffix}", **form)
    assert refused.status_code == 422
    assert "Read the notice, then tick the box under it." in refused.text
    assert 'value="Claire Martin"' in refused.text
    assert post(client, f"/{piece}.{suffix}", **form, understood="y").status_code == 200
    elsewhere = {**form, "country": "FR", "place": "Lyon"}
    assert post(client, f"/{piece}.{suffix}", **elsewhere).status_code == 200


@pytest.mark.security(62)
def test_the_page_has_no_link_and_no_text_to_copy_before_the_notice_was_read(client: FlaskClient) -> None:
    form = {"country": "KZ", "to": "un-torture", "do": "update"}
    before, after = post(client, **form).text, post(client, **form, understood="y").text
    for what in ("mailto:", 'id="plain-text"', "un-torture post", "next:"):
        assert what not in before and what in after, what
    finish = before.partition('id="live-send"')[2].partition("</div>")[0]
    assert "Read the notice, then tick the box under it." in finish  # and no heading over nothing


def test_a_reminder_for_the_calendar_names_the_office_and_nobody_else(client: FlaskClient) -> None:
    answer = post(client, "/reminder.ics", own_words="These words stay.", day="2026-11-24")
    lines = answer.data.split(b"\r\n")
    assert answer.mimetype == "text/calendar" and max(map(len, lines)) <= 75 and lines[-1] == b""
    text = answer.text.replace("\r\n ", "")
    assert "DTSTART;VALUE=DATE:20261226\r\n" in text and "Prosecutor General" in text
    assert "Claire" not in text and "These words" not in text and "Lyon" not in text
    assert post(client, "/reminder.ics", country="KZ", to="un-torture", understood="y").status_code == 404


@pytest.mark.parametrize("path", ["/letter.pdf", "/letters.zip", "/preview", "/sent", "/anything.at-all"])
def test_a_reload_of_any_address_of_the_form_leads_to_the_form(path: str, client: FlaskClient) -> None:
    answer = client.get(f"{BASE}/write{path}")
    assert answer.status_code == 303 and answer.headers["Location"].endswith("/en/january-2022/write")


def test_the_script_gets_the_parts_of_the_page_and_the_messages_in_them(client: FlaskClient) -> None:
    asked = {"Accept": "text/vnd.campaign.parts", "Accept-Encoding": "gzip"}
    answer = client.post(
        f"{BASE}/write/preview", data=typed(client, name="", do="check:letter"), headers=asked
    )
    parts = gzip.decompress(answer.data).decode()
    assert answer.status_code == 200 and "<html" not in parts
    assert '<a href="#name">A letter needs your name.</a>' in parts
    nameless = client.post(
        f"{BASE}/write/preview", data=typed(client, name="", do="check:postcard"), headers=asked
    )
    assert b"A letter needs your name." not in gzip.decompress(nameless.data)


def test_nothing_typed_is_part_of_any_address(client: FlaskClient, app: Flask) -> None:
    page = client.get(f"{BASE}/write").text
    assert re.search(r'<form class="compose" id="compose" method="post"', page)
    for rule in app.url_map.iter_rules():
        assert not {"name", "own_words", "email"} & set(rule.arguments)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_blank_letter_has_lines_to_fill_in_by_hand(language: str, client: FlaskClient) -> None:
    answer = client.get(f"{BASE}/write/blank/letter/president.{language}.pdf")
    assert answer.status_code == 200
    # Name, two of the address, date, at least three for own words, and the signature.
    assert len(rules_on(answer.data)) >= 8


@pytest.mark.parametrize("piece", ["open-letter", "postcard"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_blank_open_letters_and_postcards_name_nobody(piece: str, language: str, client: FlaskClient) -> None:
    answer = client.get(f"{BASE}/write/blank/{piece}/president.{language}.pdf")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith(f'"blank-{piece}-president-{language}.pdf"')


@pytest.mark.parametrize(
    "path",
    [
        "/blank/letter/nobody.en.pdf",
        "/blank/letter/president.xx.pdf",
        "/blank/letter/parliament.en.pdf",
        "/blank/envelope/president.en.pdf",
        "/blank/postcard/own-foreign-minister.en.pdf",
    ],
)
def test_there_is_no_blank_letter_to_nobody(path: str, client: FlaskClient) -> None:
    assert client.get(f"{BASE}/write{path}").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_switch_takes_along_what_was_typed(language: str, client: FlaskClient) -> None:
    data = typed(client, own_words="These words stay.", name="Claire Martin")
    page = client.post(f"/{language}/january-2022/write", data=data)
    assert page.status_code == 200
    assert f'<html lang="{language}" dir="ltr">' in page.text
    assert "These words stay." in page.text


@pytest.mark.security(28)
def test_doubled_fields_are_refused(client: FlaskClient) -> None:
    assert post(client, "/letter.pdf", name=["A", "B"]).status_code == 400


# the token, whose age is real here


@pytest.mark.security(22)
@pytest.mark.parametrize(
    ("age", "path", "status", "said"),
    [
        (1, "/letter.pdf", 422, "That was very quick."),
        (3, "/letter.pdf", 200, ""),
        (0, "/preview", 200, ""),
        (11 * 3600, "/letter.pdf", 200, ""),
        (13 * 3600, "/letter.pdf", 422, "has been open for a long time"),
    ],
)
def test_a_form_is_good_from_2_seconds_to_12_hours(
    age: float,
    path: str,
    status: int,
    said: str,
    app: Flask,
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("campaign.letters.forms.YOUNGEST", 2)
    secret = service(Settings, app).secrets["form"]
    earlier = clock.now() - timedelta(seconds=int(age))
    with clock.use(lambda: earlier):
        token = tokens.make(secret, "write/january-2022")
    answer = post(client, path, form_token=token, own_words="These words stay.")
    assert answer.status_code == status
    assert said in answer.text if said else True
    if status == 422:
        assert "These words stay." in answer.text


@pytest.mark.security(23)
@pytest.mark.parametrize("token", ["", "nonsense", "write/january-2022", "write/january-2022.abc.def"])
def test_a_form_that_is_not_ours_gets_its_words_back(token: str, client: FlaskClient) -> None:
    answer = post(client, "/letter.pdf", form_token=token, own_words="These words stay.")
    assert answer.status_code == 422
    assert "These words stay." in answer.text
    assert "press the button again" in answer.text


# budgets


@pytest.mark.security(52, 53)
def test_a_spent_budget_keeps_the_typed_text_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = published(tmp_path, SEED)
    service(Budgets, app).enabled = True
    client = app.test_client()
    monkeypatch.setattr(budgets, "FILES", replace(budgets.FILES, most=3))
    answers = [post(client, "/letter.txt", own_words="These words stay.") for _ in range(4)]
    last = answers[-1]
    assert [a.status_code for a in answers] == [200] * 3 + [429]
    assert 1 <= int(last.headers["Retry-After"]) <= 120
    assert "These words stay." in last.text
    assert f"Wait {last.headers['Retry-After']} second" in words_of(last.text)


def test_a_doubtful_postcode_is_asked_about_once_and_never_refused(client: FlaskClient) -> None:
    place = {"address": "12 rue Mercière", "postcode": "6900", "place": "Lyon"}
    drawn = post(client, do="update", **place)
    assert drawn.status_code == 200
    assert "Is this postcode right? In this country one looks like 33380." in drawn.text
    assert "6900 LYON" in drawn.text  # the sheet has it while the question is open
    asked = post(client, "/letter.txt", **place)
    assert asked.status_code == 422
    assert 'name="keep_postcode" value="6900"' in asked.text
    assert "6900 LYON" in post(client, "/letter.txt", **place, keep_postcode="6900").text
    other = post(client, "/letter.txt", **{**place, "postcode": "690"}, keep_postcode="6900")
    assert other.status_code == 422  # another one is asked about again


@pytest.mark.parametrize(
    ("country", "typed", "printed"),
    [
        ("FR", "F-69002", "69002 LYON"),
        ("SE", "SE-10339", "SE-103 39 LYON"),
        ("KZ", "a05a0b7", "A05A0B7 Lyon"),
    ],
)
def test_a_postcode_is_printed_as_its_country_spells_it(
    country: str, typed: str, printed: str, client: FlaskClient
) -> None:
    answer = post(
        client, "/letter.txt", country=country, address="Street 1", postcode=typed, place="Lyon", to="odihr",
        understood="y",
    )  # fmt: skip
    assert answer.status_code == 200
    assert printed in answer.text


def test_the_region_of_a_typed_ministry_is_asked_for_where_addresses_have_one(client: FlaskClient) -> None:
    typed = {"to": "own-foreign-minister", "country": "CA", "to_address": "125 Sussex Drive"}
    assert 'name="to_region"' in post(client, do="update", **typed).text
    assert 'name="to_region"' not in post(client, do="update", **{**typed, "country": "FR"}).text
    answer = post(client, "/letter.txt", **typed, to_postcode="k1a0g2", to_place="Ottawa", to_region="ON")
    assert "OTTAWA ON K1A 0G2" in answer.text


@pytest.mark.security(57, 62)
@pytest.mark.parametrize(
    ("country", "kept"), [("FR", "private, no-cache"), ("", "private, no-cache"), ("KZ", "no-store")]
)
def test_a_device_in_a_country_at_risk_keeps_no_page_with_what_was_typed(
    country: str, kept: str, client: FlaskClient
) -> None:
    """Elsewhere the browser may show the page again, so that “back” is no error without JavaScript."""
    assert post(client, do="update", country=country).headers["Cache-Control"] == kept
    assert post(client, "/letter.pdf", country=country, name="").headers["Cache-Control"] == kept
