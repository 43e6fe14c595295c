"""Return slips hold a letter and no person; the next letter is made from them."""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

import pikepdf
import pytest
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image, ImageDraw

from campaign import clock
from campaign.letters import slips
from campaign.letters.compose import UnknownChoiceError, compose
from campaign.letters.files import FORMATS
from campaign.letters.formats import email, text
from campaign.letters.letter import Choices, FirstLetter, Letter, NumberedList, Sender, plain
from campaign.letters.proof import faults
from campaign.letters.slips import Slip, SlipError
from campaign.pack.model import Pack
from campaign.pack.model.texts import CASES
from tests.tools import BASE, LANGUAGES, pdf_text, typed, words_of

SECRET = b"s" * 32
SLIP = Slip("ombudsman", "kk", date(2026, 11, 24), ("reparations",), 3, b"123456789")


@pytest.fixture(autouse=True)
def _old_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaign.letters.forms.YOUNGEST", 0)


def post(client: FlaskClient, **changes: Any) -> str:
    return html.unescape(client.post(f"{BASE}/write", data=typed(client, **changes)).text)


def addresses(page: str) -> list[str]:
    return re.findall(r'data-slip="([^"]+)"', page)


# slips


def test_a_slip_comes_back_as_it_was_and_is_short_enough_to_scan(pack: Pack) -> None:
    whole = replace(SLIP, demands=tuple(pack.demands))
    for slip in (SLIP, whole, replace(SLIP, demands=())):
        code = slips.seal(SECRET, "january-2022", slip)
        assert slips.unseal(SECRET, "january-2022", code, pack.demands) == slip
        assert len(code) <= 80 and b"ombudsman" not in code


def test_nothing_but_the_same_code_opens(pack: Pack) -> None:
    code = slips.seal(SECRET, "january-2022", SLIP)
    bad = [
        b"", b"\x01", code[:-1], code + b"\x00", code[1:], bytes(80),
        *(code[:n] + bytes((code[n] ^ 1,)) + code[n + 1 :] for n in range(len(code))),
    ]  # fmt: skip
    for altered in bad:
        with pytest.raises(SlipError):
            slips.unseal(SECRET, "january-2022", altered, pack.demands)
    for secret, slug in ((b"t" * 32, "january-2022"), (SECRET, "trees")):
        with pytest.raises(SlipError):
            slips.unseal(secret, slug, code, pack.demands)


def test_a_demand_that_was_removed_since_is_left_out() -> None:
    code = slips.seal(SECRET, "trees", replace(SLIP, demands=("old", "keep")))
    assert slips.unseal(SECRET, "trees", code, ["keep", "new"]).demands == ("keep",)


@pytest.mark.parametrize(("days", "expired"), [(0, False), (731, False), (732, True), (-5, False)])
def test_a_slip_lasts_two_years(days: int, expired: bool) -> None:
    assert SLIP.expired(SLIP.day + timedelta(days=days)) is expired


def test_the_page_shows_slips_when_asked_and_keeps_showing_them(client: FlaskClient) -> None:
    form = {"to": "president", "also": ["embassy-paris"]}
    assert addresses(post(client, do="update", **form)) == []
    both = addresses(post(client, do="slip", **form))
    assert len(set(both)) == 2
    assert len(addresses(post(client, do="update", slips="y", **form))) == 2
    data = typed(client, do="slip", **form)
    again = [addresses(client.post(f"{BASE}/write", data=data).text) for _ in range(2)]
    assert again[0] == again[1], "a slip does not change while the page is open"


def test_nobody_in_a_country_at_risk_is_shown_a_slip_or_a_list(client: FlaskClient) -> None:
    page = post(client, do="slip", country="KZ", to="un-torture", understood="y")
    assert not addresses(page) and "data-remember" not in page
    answer = client.post(
        f"{BASE}/write/reminder.ics", data=typed(client, country="KZ", to="un-torture", understood="y")
    )
    assert answer.status_code == 404


def test_a_letter_so_old_that_nobody_could_use_its_slip_has_none(client: FlaskClient) -> None:
    with clock.use(lambda: datetime(2026, 11, 26, tzinfo=UTC)):
        assert addresses(post(client, do="slip", day="2024-11-27"))
        assert not addresses(post(client, do="slip", day="2024-11-24"))


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_slip_is_on_no_letter(client: FlaskClient, suffix: str) -> None:
    data = typed(client, slips="y", beside="mine:ru")
    (address,) = addresses(client.post(f"{BASE}/write", data=data).text)
    code = address.rpartition("/")[2].encode()
    body = client.post(f"{BASE}/write/letter.{suffix}", data=data).data
    assert code not in body and b"/slip/" not in body
    if suffix == "pdf":
        assert "slip/" not in pdf_text(body)


def drawn(svg: str) -> Image.Image:
    """A QR code as press/codes.py draws it, as a picture."""
    size = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])  # type: ignore[index]
    picture = Image.new("L", (size * 4, size * 4), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg):
        left, top = int(x) * 4, int(y) * 4
        pen.rectangle((left, top, left + int(width) * 4 - 1, top + 3), fill=0)
    return picture


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_camera_reads_the_slip_and_it_leads_to_the_letter(client: FlaskClient, language: str) -> None:
    data = typed(client, do="slip", day="2026-11-24")
    page = html.unescape(client.post(f"/{language}/january-2022/write", data=data).text)
    (address,) = addresses(page)
    svg = re.search(r'class="slip-picture".*?(<svg.*?</svg>)', page, re.S)
    assert svg is not None
    (code,) = zxingcpp.read_barcodes(drawn(svg[1]))
    assert code.text == address
    with clock.use(lambda: datetime(2026, 12, 30, tzinfo=UTC)):
        answer = client.get(urlsplit(address).path)
    assert answer.status_code == 200 and "no-store" in answer.headers["Cache-Control"]


# the next letter

FIRST = FirstLetter("follow-up", date(2026, 11, 24), "Investigation of January 2022")


def letter(pack: Pack, case: str = "follow-up", to: str = "prosecutor-general", **changes: Any) -> Letter:
    choices = Choices(to, "en", tuple(pack.demands), Sender("Claire Martin", country="FR"), date(2027, 1, 5),
                      first=replace(FIRST, case=case))  # fmt: skip
    return compose(pack, replace(choices, **changes))


def paragraphs(made: Letter) -> list[str]:
    return [
        "\n".join(map(plain, block.items)) if isinstance(block, NumberedList) else plain(block.runs)
        for block in made.body
    ]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_next_letter_names_day_and_subject_and_reads_well(pack: Pack, case: str, language: str) -> None:
    for addressee in pack.open_addressees():
        assert pack.cases_of(addressee) == CASES
        made = letter(pack, case, addressee.key, language=language, own_words="I still wait.",
                      sender=Sender("Claire Martin", country=next(iter(addressee.for_countries), "FR")))  # fmt: skip
        assert faults(made) == []
        whole = " ".join(paragraphs(made))
        assert "2026" in whole and "Investigation of January 2022" in whole and "I still wait." in whole
        assert "2022" not in made.subject and made.subject


def test_the_rule_is_named_and_the_last_day_only_once_somebody_checked_it(pack: Pack) -> None:
    assert "State bodies have to deal with such letters" in paragraphs(letter(pack))[0]
    assert "ended on" not in paragraphs(letter(pack))[0]
    office = pack.addressees["prosecutor-general"]
    assert office.answer is not None
    checked = replace(office, answer=replace(office.answer, checked_on=pack.statement_date))
    sure = replace(pack, addressees={**pack.addressees, office.key: checked})
    assert "The time for an answer ended on 25 December 2026." in paragraphs(letter(sure))[0]


def test_a_copy_goes_to_whom_the_pack_names_for_the_case(pack: Pack) -> None:
    ombudsman, committee = "Commissioner for Human Rights", "Human Rights Committee"
    for case, offices in {"follow-up": 1, "refusal": 2, "promise": 0}.items():
        last = paragraphs(letter(pack, case))[-1]
        assert (ombudsman in last, committee in last) == (offices > 0, offices > 1)
    assert ombudsman not in paragraphs(letter(pack, to="ombudsman"))[-1], (
        "nobody gets a copy of their own letter"
    )
    made = letter(pack, "refusal", "president")
    assert made.copy_to and f"Cc: {made.copy_to[0]}" in email.eml(made).decode()
    assert f"cc={made.copy_to[0]}" in unquote(email.best_mailto(made)[0])


def test_a_short_e_mail_begins_with_what_became_of_the_first_letter(pack: Pack) -> None:
    made = letter(pack, language="kk", to="president", own_words="Ж" * 900)
    shortest = [*email.shortened(made)][-1]
    assert "2026" in text.body(shortest) and "ЖЖ" not in text.body(shortest)


def test_a_case_that_the_pack_lacks_is_refused(pack: Pack) -> None:
    with pytest.raises(UnknownChoiceError):
        letter(pack, "thanks")
    with pytest.raises(UnknownChoiceError):
        letter(pack, letter="next")


def test_demands_that_were_asked_are_listed_and_none_is_without_any(pack: Pack) -> None:
    (items,) = [
        block for block in letter(pack, demands=("reparations",)).body if isinstance(block, NumberedList)
    ]
    assert [plain(item) for item in items.items] == ["Reparations."]
    none = letter(pack, demands=())
    assert not any(isinstance(block, NumberedList) for block in none.body) and faults(none) == []


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_makes_the_next_letter_in_every_format(client: FlaskClient, language: str) -> None:
    data = typed(client, do="slip", day="2026-11-24")
    (address,) = addresses(client.post(f"{BASE}/write", data=data).text)
    code = address.rpartition("/")[2]
    begin = client.get(f"/{language}/january-2022/write?slip={code}&case=evasive").text
    chosen = re.findall(r'name="(?:to|demands)" value="([^"]+)"[^>]* checked', begin)
    assert chosen == ["prosecutor-general", "independent-investigation", "reparations"]
    assert '<option selected value="en">' in begin
    assert f'name="slip" value="{code}"' in begin and 'name="case" value="evasive"' in begin
    more = {"slip": code, "case": "evasive", "day": "2027-01-05", "language": language}
    expected = client.post(f"{BASE}/write/letter.txt", data=typed(client, **more))
    for suffix in ("pdf", "docx", "odt", "eml", "html"):
        answer = client.post(f"{BASE}/write/letter.{suffix}", data=typed(client, **more))
        assert answer.status_code == 200
        if suffix == "pdf":
            with pikepdf.open(io.BytesIO(answer.data)) as opened:
                assert len(opened.pages) == 1
            body = expected.text.split("\n\n", 4)[4]
            missing = [word for word in words_of(body).split() if word not in words_of(pdf_text(answer.data))]
            assert missing == []


def test_a_slip_of_another_office_does_not_change_a_letter(client: FlaskClient) -> None:
    (address,) = addresses(client.post(f"{BASE}/write", data=typed(client, do="slip")).text)
    more = {"slip": address.rpartition("/")[2], "case": "refusal"}
    same = client.post(f"{BASE}/write/letter.txt", data=typed(client, **more)).text
    other = client.post(f"{BASE}/write/letter.txt", data=typed(client, to="president", **more)).text
    assert "You refused what I asked" in same and "You refused" not in other


@pytest.mark.parametrize(
    ("slip", "words"), [("A" * 90, "This is not a return slip"), ("ж", "not a return slip")]
)
def test_a_link_with_a_slip_that_is_none_says_so_and_offers_a_first_letter(
    client: FlaskClient, slip: str, words: str
) -> None:
    page = client.get(f"{BASE}/write", query_string={"slip": slip, "case": "refusal"}).text
    assert words in page
    written = typed(client, slip=slip, case="refusal")
    assert "You refused" not in client.post(f"{BASE}/write/letter.txt", data=written).text
