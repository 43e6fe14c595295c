"""The public table: small numbers hidden, periods set aside, the same numbers as JSON."""

from __future__ import annotations

import io
from datetime import date
from html.parser import HTMLParser

import pytest
from flask import g
from PIL import Image

from campaign.answers import table
from campaign.answers.public import shown_offices
from campaign.counts.answers import KINDS, LETTER, Answer, AnswerRows, DayAnswers, DayWaits, count_answer
from campaign.counts.store import Posting, count_letter
from campaign.database import db
from campaign.editions import store as editions
from campaign.editions.edition_cache import EditionCache
from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.services import service
from campaign.site.share_card import AnswersShown, ShareCard, card
from campaign.web.open_edition import open_edition
from tests.answers.conftest import Site
from tests.minimal import FILES
from tests.tools import BASE, LANGUAGES

DAY = date(2026, 12, 30)


def rows(
    *, waited: dict[int, int] | None = None, to: str = "mayor", day: date = DAY, **told: int
) -> AnswerRows:
    return AnswerRows(
        [DayAnswers(day, to, "en", answer, count) for answer, count in told.items()],
        [DayWaits(day, to, weeks, count) for weeks, count in (waited or {}).items()],
    )


def only(counted: AnswerRows, sent: int = 0) -> table.OfficeAnswers:
    (office,) = table.offices(parse(FILES), counted, {"mayor": sent})
    return office


def test_numbers_below_five_are_hidden_and_an_office_without_any_other_is_not_shown() -> None:
    office = only(rows(none=5, receipt=4, evasive=0, letter=9), sent=4)
    assert office.answers == {"none": 5, "receipt": None, "evasive": None, "promise": None, "action": None}
    assert office.sent is None
    assert table.offices(parse(FILES), rows(none=4, letter=4), {"mayor": 4}) == []
    assert only(rows(), sent=5).sent == 5


@pytest.mark.parametrize(
    ("none", "letters", "share"), [(3, 4, None), (5, 5, 100), (1, 20, 0), (10, 30, 30), (0, 5, 0), (2, 7, 30)]
)
def test_the_share_of_silence_is_of_the_letters_of_which_anything_is_known(
    none: int, letters: int, share: int | None
) -> None:
    assert only(rows(none=none, letter=letters), sent=9).silent == share


@pytest.mark.parametrize(
    ("weeks", "days"),
    [({1: 4}, None), ({1: 5}, 14), ({0: 2, 3: 1, 9: 2}, 28), ({0: 3, 9: 3}, 7), ({52: 1, 2: 5, 4: 3}, 21)],
)
def test_half_of_the_first_answers_came_within_the_median(weeks: dict[int, int], days: int | None) -> None:
    assert only(rows(waited=weeks, promise=9, letter=9)).median == days


def test_offices_that_were_removed_are_one_row() -> None:
    gone = AnswerRows(rows(to="duke", promise=3).answers + rows(to="king", promise=2).answers)
    (office,) = table.offices(parse(FILES), gone, {})
    assert office.key == "" and office.answers["promise"] == 5


SET_ASIDE = """
set-aside:
- {key: flood, from: 2026-12-01, to: 2026-12-03, reason: {en: A flood of false answers., fr: De fausses réponses.}}
"""


def with_period(period: str = SET_ASIDE) -> dict[str, str]:
    return {**FILES, "campaign.yaml": FILES["campaign.yaml"] + period}


@pytest.mark.parametrize(
    ("day", "counts"), [("2026-11-30", 9), ("2026-12-01", 0), ("2026-12-03", 0), ("2026-12-04", 9)]
)
def test_days_that_were_set_aside_are_in_no_number(day: str, counts: int) -> None:
    counted = table.counted(
        parse(with_period()), rows(waited={3: 9}, promise=9, letter=9, day=date.fromisoformat(day))
    )
    assert sum(row.count for row in counted.answers) == 2 * counts
    assert sum(row.count for row in counted.waits) == counts


@pytest.mark.parametrize(
    "period",
    [SET_ASIDE.replace("to: 2026-12-03, ", ""), SET_ASIDE.replace("2026-12-03", "2026-11-03"),
     SET_ASIDE.replace(", reason: {en: A flood of false answers., fr: De fausses réponses.}", "")],
)  # fmt: skip
def test_a_period_needs_both_days_in_order_and_a_reason(period: str) -> None:
    assert check(with_period(), DAY) == check(FILES, DAY)
    errors = [finding for finding in check(with_period(period), DAY) if finding.level == "error"]
    assert len(errors) == 1 and ("flood" in str(errors[0].text) or "reason" in str(errors[0].text))


def test_the_chart_has_the_last_twelve_months_or_nothing() -> None:
    months = table.months(rows(none=6, promise=3, action=2, letter=8), DAY)
    assert months[0].first == date(2026, 1, 1) and len(months) == 12
    assert (months[-1].answered, months[-1].silent) == (5, 6)
    assert table.months(rows(none=4, promise=4, letter=8), DAY) == []


# the page and its JSON


class Cells(HTMLParser):
    """The text of each cell, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self._inside = True
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.rows[-1][-1] += data.strip()


def fill(site: Site) -> None:
    """Twelve letters to an office, of which eight were told of; and one to another office."""
    with site.app.app_context():
        for office, count in (("ombudsman", 12), ("president", 1)):
            for _ in range(count):
                count_letter(db.session, "january-2022", Posting(office, "FR", "post"), site.today)
        for number in range(8):
            answer = Answer(
                "ombudsman", "en", "none" if number < 6 else "action", True, None if number < 6 else 2
            )
            count_answer(db.session, "january-2022", answer, site.today)
        db.session.close()
    site.later(minutes=16)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_has_a_row_for_each_office_that_may_be_shown(site: Site, language: str) -> None:
    fill(site)
    page = Cells()
    html = site.client.get(f"/{language}/january-2022/answers").text
    page.feed(html)
    head, row = page.rows
    assert len(head) == len(row) == 4 + len(KINDS)
    assert row[1:7] == ["12", "6", "–", "–", "–", "–"] and "80" in row[-1] and "1" not in row[3:7]
    with site.app.app_context():
        assert row[0] == service(EditionCache)["january-2022"].pack.addressees["ombudsman"].title[language]
    assert "answers.json" in html and "<svg" in html


def test_json_says_the_same_and_may_be_cached(site: Site) -> None:
    fill(site)
    answer = site.client.get(f"{BASE}/answers.json")
    body = answer.json
    assert body is not None and body["hidden_below"] == 5 and body["languages"] == {"en": 8}
    (office,) = body["offices"]
    assert office == {
        "key": "ombudsman", "title": "Commissioner for Human Rights in the Republic of Kazakhstan (Ombudsman)",
        "sent": 12, "answers": {"none": 6, "receipt": None, "evasive": None, "promise": None, "action": None},
        "median_days": None, "silent_per_cent": 80,
    }  # fmt: skip
    assert body["months"]["2026-11"] == {"answered": 0, "silent": 6}
    etag = answer.headers["ETag"]
    assert site.client.get(f"{BASE}/answers.json", headers={"If-None-Match": etag}).status_code == 304


def test_the_picture_beside_a_link_has_the_table(site: Site) -> None:
    def shown(language: str = "en") -> ShareCard:
        with site.app.test_request_context(f"/{language}/january-2022/answers"):
            open_edition(language, "january-2022")
            counted_at, offices = shown_offices(g.edition.pack)
            made = card(g.edition.pack, language, "answers", None, AnswersShown(offices, counted_at.date()))
            assert made is not None
            return made

    empty = shown()
    assert empty.table == () and empty.summary and "Did they answer?" in empty.alt
    fill(site)
    heads, row = shown().table
    assert heads == ("", "Letters sent", "No answer in time"), "a column without a number is left out"
    assert row[0].startswith("Commissioner for Human Rights") and row[1:] == ("12", "6")
    assert "Letters sent 12" in shown().alt and shown().said_by == "as of 26 November 2026"
    answer = site.client.get("/kk/january-2022/share/answers.png")
    assert answer.mimetype == "image/png" and Image.open(io.BytesIO(answer.data)).size == (1200, 630)
    assert answer.data != site.client.get("/kk/january-2022/share/home.png").data


def test_an_empty_table_says_when_a_number_appears(site: Site) -> None:
    page = site.client.get(f"{BASE}/answers")
    assert page.status_code == 200 and "once it is five or more" in page.text and "<table" not in page.text


def test_a_period_that_was_set_aside_is_shown_with_its_reason(site: Site) -> None:
    with site.app.app_context():
        editions.publish(db.session, "trees", with_period(), editions.Authorship("files"))
        service(EditionCache).load()
    page = site.client.get("/en/trees/answers").text
    assert "Not counted: 1 December 2026 to 3 December 2026." in page and "A flood of false answers." in page
    assert site.client.get("/en/trees/answers.json").json["set_aside"][0]["from"] == "2026-12-01"  # type: ignore[index]


def test_a_campaign_without_offices_has_no_table(site: Site) -> None:
    files = {
        path: words for path, words in FILES.items() if "addressees" not in path and "letters/" not in path
    }
    with site.app.app_context():
        editions.publish(db.session, "trees", files, editions.Authorship("files"))
        service(EditionCache).load()
    assert site.client.get("/en/trees/answers").status_code == 404
    assert LETTER not in KINDS
