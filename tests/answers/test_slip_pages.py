"""A slip comes back: it is pasted or opened, an answer is counted once, and what can't be true is refused."""

from __future__ import annotations

import html
import re
import sqlite3
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from campaign.counts import answers
from campaign.counts.answers import LETTER
from campaign.database import db
from campaign.editions import store as editions
from campaign.editions.edition_cache import EditionCache
from campaign.letters import returning, slips
from campaign.letters.slips import Slip
from campaign.petition import proof_of_work
from campaign.services import service
from campaign.settings import Settings
from campaign.web import budgets
from campaign.web.limits import Budgets
from campaign.web.signing import spelled
from tests.answers.conftest import Site
from tests.minimal import FILES
from tests.tools import BASE, LANGUAGES


def told(site: Site) -> dict[str, int]:
    with site.app.app_context():
        rows = answers.all_answers(db.session).get("january-2022", answers.AnswerRows()).answers
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.answer] = sums.get(row.answer, 0) + row.count
    return sums


def words(answer: object) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())  # type: ignore[attr-defined]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_forty_days_later_silence_is_counted_and_the_next_letter_offered(site: Site, language: str) -> None:
    path = site.slip().replace("/en/", f"/{language}/")
    site.later(days=40)
    page = site.client.get(path)
    assert page.status_code == 200 and "no-store" in page.headers["Cache-Control"]
    assert page.headers["X-Robots-Tag"] == "noindex" and "case=follow-up" in page.text
    answer = site.report(path, "none")
    assert answer.status_code == 303
    thanks = site.client.get(answer.headers["Location"]).text
    assert 'class="counted"' in thanks and 'role="status"' in thanks
    assert told(site) == {"none": 1, LETTER: 1}


def test_each_kind_counts_once_for_a_slip_and_another_one_more(site: Site) -> None:
    path = site.slip()
    site.later(days=40)
    assert site.report(path, "none").status_code == 303
    again = site.report(path, "none")
    assert again.status_code == 422 and "counted before" in words(again)
    assert site.report(path, "evasive").status_code == 303
    assert "counted before" in words(site.report(path, "refusal")), "it is the same kind of answer"
    assert told(site) == {"none": 1, "evasive": 1, LETTER: 1}
    assert site.report(site.slip(), "action").status_code == 303
    assert told(site)[LETTER] == 2


def test_the_same_form_sent_twice_counts_once(site: Site) -> None:
    path = site.slip()
    page = site.client.get(path).text
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token is not None
    site.later(seconds=31)
    data = {"form_token": token[1], "work": "", "report": "receipt"}
    assert [site.client.post(path, data=data).status_code for _ in range(2)] == [303, 422]
    assert told(site) == {"receipt": 1, LETTER: 1}


def test_silence_is_not_reported_while_there_is_time(site: Site) -> None:
    path = site.slip()
    site.later(days=20)
    answer = site.report(path, "none")
    assert answer.status_code == 422 and "There is still time for an answer." in words(answer)
    assert "26 December 2026" in words(answer)
    assert site.report(path, "receipt").status_code == 303, "an answer can come at any time"
    assert told(site) == {"receipt": 1, LETTER: 1}


def test_a_clock_that_went_back_or_a_letter_of_tomorrow_counts_nothing(site: Site) -> None:
    path = site.slip(day="2026-12-24")
    page = site.client.get(path)
    assert "still to come" in words(page) and "report-form" not in page.text
    answer = site.report(path, "receipt", form_token=token_of(site, site.slip()))
    assert answer.status_code == 422 and told(site) == {}


def token_of(site: Site, path: str) -> str:
    token = re.search(r'name="form_token" value="([^"]+)"', site.client.get(path).text)
    assert token is not None
    return token[1]


def test_after_two_years_a_slip_is_no_longer_used(site: Site) -> None:
    path = site.slip()
    site.later(days=732)
    answer = site.client.get(path)
    assert answer.status_code == 422 and "more than two years old" in words(answer)
    assert site.client.post(path, data={"report": "none"}).status_code == 422 and told(site) == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda code: code[:-1], "not a return slip"),
        (lambda code: code[:20] + ("A" if code[20] != "A" else "B") + code[21:], "not a return slip"),
        (lambda code: code + "=", "not a return slip"),
        (lambda code: "A" * 600, "not a return slip"),
        (lambda code: "жүз", "not a return slip"),
    ],
)
def test_an_altered_slip_is_refused_in_words(site: Site, change: object, said: str) -> None:
    front, _slash, code = site.slip().rpartition("/")
    bad = change(code)  # type: ignore[operator]
    answer = site.client.get(f"{front}/{bad}")
    assert answer.status_code == 422 and said in words(answer)
    pasted = site.client.post(f"{BASE}/slip", data={"slip": bad})
    assert pasted.status_code == 422 and said in words(pasted)


def test_a_slip_of_another_campaign_says_of_which(site: Site) -> None:
    with site.app.app_context():
        editions.publish(db.session, "trees", FILES, editions.Authorship("files"))
        service(EditionCache).load()
    path = site.slip()
    answer = site.client.get(path.replace("january-2022", "trees"))
    assert answer.status_code == 422 and "belongs to another campaign: January 2022 Appeal." in words(answer)


@pytest.mark.parametrize(
    "typing",
    [
        lambda path: path.rpartition("/")[2],
        lambda path: f"https://letters.example.org{path}",
        lambda path: f"  https://letters.example.org{path}?counted=none  ",
        lambda path: f"https://letters.example.org{path[:60]}\r\n{path[60:]}/",
        lambda path: f"https://letters.example.org{path}#report",
    ],
)
def test_a_code_or_a_link_is_pasted_as_an_e_mail_has_it(site: Site, typing: object) -> None:
    path = site.slip()
    answer = site.client.post(f"{BASE}/slip", data={"slip": typing(path)})  # type: ignore[operator]
    assert answer.status_code == 303 and urlsplit(answer.headers["Location"]).path == path


def test_an_empty_form_says_what_to_do(site: Site) -> None:
    assert site.client.post(f"{BASE}/slip", data={"slip": ""}).status_code == 422
    answer = site.report(site.slip(), "")
    assert answer.status_code == 422 and "Choose what became of your letter." in words(answer)
    assert site.report(site.slip(), "thanks").status_code == 422


def sealed(site: Site, slip: Slip) -> str:
    with site.app.app_context():
        secret = service(Settings).secrets["slip"]
    return f"{BASE}/slip/{spelled(slips.seal(secret, 'january-2022', slip))}"


def test_an_office_that_was_removed_since_still_counts_and_gets_no_letter(site: Site) -> None:
    slip = Slip("senate", "en", site.today - timedelta(days=50), ("reparations", "gone"), 1, b"123456789")
    path = sealed(site, slip)
    page = site.client.get(path)
    assert "No longer in this campaign" in words(page) and "case=" not in page.text
    assert "nobody knows by when it had to answer" in words(site.report(path, "none"))
    assert site.report(path, "promise").status_code == 303 and told(site) == {"promise": 1, LETTER: 1}


# floods


def test_without_a_script_the_page_must_have_been_open_for_half_a_minute(site: Site) -> None:
    path = site.slip()
    answer = site.report(path, "receipt", wait=10)
    assert answer.status_code == 422 and "Wait half a minute" in words(answer) and told(site) == {}
    token = re.search(r'name="form_token" value="([^"]+)"', answer.text)
    assert token is not None, "the page keeps its token, so that the wait does not begin again"
    site.later(seconds=21)
    again = site.client.post(path, data={"form_token": token[1], "report": "receipt"})
    assert again.status_code == 303


def test_a_proof_of_work_stands_for_the_wait_and_works_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_of_work, "TRIES", 1)
    task = site.client.get(f"{BASE}/answers/challenge")
    assert task.json["task"] and task.headers["Cache-Control"] == "no-store"  # type: ignore[index]
    work = f"{task.json['task']}.0"  # type: ignore[index]
    assert site.report(site.slip(), "receipt", wait=3, work=work).status_code == 303
    assert site.report(site.slip(), "receipt", wait=3, work=work).status_code == 422
    assert told(site) == {"receipt": 1, LETTER: 1}


def test_beyond_the_budget_nothing_is_counted(site: Site) -> None:
    counted = service(Budgets, site.app)
    counted.enabled = True
    paths = [site.slip() for _ in range(2)]
    counted.add(budgets.ANSWER_MOST, "127.0.0.0/24", amount=budgets.ANSWER_MOST.most)
    answer = site.report(paths[0], "receipt")
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert "Many answers have been counted from your network" in words(answer) and told(site) == {}


# what the server holds


@pytest.mark.slow
def test_answers_leave_keyed_hashes_that_differ_and_no_slip(site: Site) -> None:
    paths = [site.slip() for _ in range(4)]
    site.later(days=40)
    for path in paths:
        assert site.report(path, "none").status_code == 303
    site.later(days=20)
    for path in paths[::2]:
        assert site.report(path, "promise").status_code == 303
    with site.app.app_context():
        spent = db.session.execute(text("SELECT key, until FROM spent")).all()
        nonces = [returning.read(path.rpartition("/")[2]).nonce for path in _in_campaign(site, paths)]
        dump = b"".join(_bytes_of(db.engine.url.database or ""))
    assert len({row.key for row in spent}) == len(spent) == 2 * 4 + 2 * 2
    assert len({str(row.until) for row in spent}) == 2, "only the day of use is known"
    for path, nonce in zip(paths, nonces, strict=True):
        assert nonce not in dump and path.rpartition("/")[2].encode() not in dump
    keys = [bytes(row.key) for row in spent]
    assert not any(key.startswith(other[:6]) for key in keys for other in keys if key is not other)


def _in_campaign(site: Site, paths: list[str]) -> list[str]:
    """The paths, with the campaign open as in a request."""
    from flask import g

    g.edition = service(EditionCache)["january-2022"]
    return paths


def _bytes_of(path: str) -> list[bytes]:
    """All bytes of the database and of what is beside it."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with open(path, "rb") as file:
        return [file.read()]
