"""Visits to the forms, from the browser to the row: each step once, robots not at all, and nothing of anyone."""

from __future__ import annotations

import re
import secrets
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from flask import g
from sqlalchemy import text

from campaign.counts.visits import FormKind, Step, VisitCounts, write_last
from campaign.database import db
from campaign.editions.edition_cache import EditionCache
from campaign.pack.archive import write_folder
from campaign.petition import administration
from campaign.services import provide, service
from campaign.web import visits
from campaign.web.copies import Copy
from tests.conftest import published
from tests.minimal import FILES
from tests.petition.conftest import BASE, Petition, opened
from tests.test_privacy import traces
from tests.test_server import serving
from tests.web.test_degraded import away

WRITE = "/en/trees/write"
COUNTING = {
    "campaign.yaml": FILES["campaign.yaml"].replace("  hosting: IE", "  hosting: IE\n  counts-visits: yes")
}
LIVE = {"Accept": "text/vnd.campaign.parts"}

OPENED, BEGUN, FINISHED = Step


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Petition:
    return opened(published(tmp_path_factory.mktemp("visits")), COUNTING)


@pytest.fixture
def petition(shared: Petition, monkeypatch: pytest.MonkeyPatch) -> Petition:
    """A petition and letters whose visits are counted; nothing was yet."""
    monkeypatch.setattr("campaign.letters.forms.YOUNGEST", 0)
    service(VisitCounts, shared.app)._sums.clear()
    return shared


def counted(petition: Petition, form: FormKind) -> dict[Step, int]:
    """What was counted of a form since the test began."""
    waiting = service(VisitCounts, petition.app).waiting()
    return {step: number for (_slug, kind, step), number in waiting.items() if kind is form}


def letter(petition: Petition, **changes: Any) -> dict[str, Any]:
    """What the composer's form sends when nothing was typed, with changes."""
    plain = {
        "form_token": petition.token("write/trees"), "to": "mayor", "language": "en", "demands": "keep-them",
        "opening": "0", "day": "2026-11-24", "paper": "a4",
    }  # fmt: skip
    return {**plain, **changes}


TYPED = {"country": "IE", "name": "Ana Example", "place": "Anytown"}


def noted(page: str) -> str:
    """The step that a page of the composer notes."""
    found = re.search(r'name="counted" value="(\w+)"', page)
    return found[1] if found else ""


# who counts

VISITORS: dict[str, tuple[dict[str, str], bool]] = {
    "a browser": (
        {"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0", "Sec-Fetch-Dest": "document"},
        True,
    ),
    "an old browser": ({"User-Agent": "Opera/9.80"}, True),
    "no word about itself": ({}, True),
    "a telephone called Cubot": ({"User-Agent": "Mozilla/5.0 (Linux; Android 9; CUBOT X19) Chrome/90"}, True),
    "a prefetch": ({"Sec-Purpose": "prefetch"}, False),
    "a page drawn in advance": ({"Sec-Purpose": "prefetch;prerender"}, False),
    "an older prefetch": ({"Purpose": "prefetch"}, False),
    "Firefox's prefetch": ({"X-Moz": "prefetch"}, False),
    "Safari's preview": ({"X-Purpose": "preview"}, False),
    "a script or a frame": ({"Sec-Fetch-Dest": "empty"}, False),
    "a search engine": ({"User-Agent": "Mozilla/5.0 (compatible; Examplebot/2.1)"}, False),
    "a crawler": ({"User-Agent": "example-Crawler"}, False),
    "the preview of a link": ({"User-Agent": "WhatsApp/2.23"}, False),
    "a robot that says whom to write to": ({"From": "robot@example.org"}, False),
}


@pytest.mark.parametrize("who", VISITORS)
@pytest.mark.parametrize(("path", "form"), [(WRITE, FormKind.LETTERS), (BASE, FormKind.PETITION)])
def test_a_page_that_somebody_opens_is_a_view(
    who: str, path: str, form: FormKind, petition: Petition
) -> None:
    headers, counts = VISITORS[who]
    assert petition.browser().get(path, headers=headers).status_code == 200
    assert counted(petition, form) == ({OPENED: 1} if counts else {})


@pytest.mark.parametrize("path", [WRITE, BASE])
def test_asking_for_the_head_of_a_page_is_no_view(path: str, petition: Petition) -> None:
    assert petition.browser().head(path).status_code == 200
    assert service(VisitCounts, petition.app).waiting() == {}


def test_no_other_page_is_counted(petition: Petition) -> None:
    browser = petition.browser()
    for path in (
        "/en/trees/",
        "/en/trees/privacy",
        f"{BASE}/signatures",
        "/health",
    ):
        assert browser.get(path).status_code == 200
    assert service(VisitCounts, petition.app).waiting() == {}


def test_a_draft_an_older_edition_and_a_copy_count_nothing(petition: Petition) -> None:
    app = petition.app
    with app.test_request_context(WRITE):
        g.edition = service(EditionCache)["trees"]
        assert visits.counted_here()
        g.draft = True
        assert not visits.counted_here()
        g.draft, g.newest = False, 2  # an older edition
        assert not visits.counted_here()
        g.newest = 1
        provide(app, Copy(""))
        assert not visits.counted_here()
        del app.extensions["campaign"][Copy]


def test_a_campaign_that_does_not_count_visits_counts_none_and_notes_nothing(tmp_path: Path) -> None:
    petition = opened(published(tmp_path))
    browser = petition.browser()
    browser.get(WRITE), browser.get(BASE), browser.get(f"{BASE}/challenge")
    page = browser.post(WRITE, data=letter(petition, **TYPED)).text
    petition.confirm(petition.signs()[0])
    assert noted(page) == "" and service(VisitCounts, petition.app).waiting() == {}
    assert "What this site counts" not in browser.get("/en/trees/privacy").text


# letters


def test_a_letter_without_a_script_is_begun_and_finished_once(petition: Petition) -> None:
    browser = petition.browser()
    assert noted(browser.post(WRITE, data=letter(petition)).text) == ""
    assert counted(petition, FormKind.LETTERS) == {}
    page = browser.post(WRITE, data=letter(petition, **TYPED)).text
    assert noted(page) == "begun" and counted(petition, FormKind.LETTERS) == {BEGUN: 1}
    typed = letter(petition, **TYPED, counted="begun")
    for do in ("update", "reword", "edit", "slip"):
        assert noted(browser.post(WRITE, data={**typed, "do": do}).text) == "begun"
    for piece in ("slip.pdf", "reminder.ics", "envelope.pdf"):
        assert browser.post(f"{WRITE}/{piece}", data=typed).status_code == 200
    assert counted(petition, FormKind.LETTERS) == {BEGUN: 1}
    assert browser.post(f"{WRITE}/letter.pdf", data=typed).status_code == 200
    assert counted(petition, FormKind.LETTERS) == {BEGUN: 1, FINISHED: 1}


def test_a_letter_that_is_taken_at_once_was_begun_too(petition: Petition) -> None:
    petition.browser().post(f"{WRITE}/letter.txt", data=letter(petition, **TYPED))
    assert counted(petition, FormKind.LETTERS) == {BEGUN: 1, FINISHED: 1}


def test_with_a_script_one_page_counts_each_step_once(petition: Petition) -> None:
    browser = petition.browser()

    def preview(**changes: Any) -> str:
        answer = browser.post(f"{WRITE}/preview", data=letter(petition, **changes), headers=LIVE)
        assert answer.status_code == 200
        return noted(answer.text)

    assert preview() == ""
    assert preview(country="IE") == "begun"
    assert preview(country="IE", do="check:letter", counted="begun") == "begun"  # the name is missing
    assert preview(**TYPED, do="check:envelope", counted="begun") == "begun"
    assert preview(**TYPED, do="check:letter", counted="begun") == "finished"
    assert preview(**TYPED, do="check:", counted="finished") == "finished"
    browser.post(f"{WRITE}/letter.pdf", data=letter(petition, **TYPED, counted="finished"))
    assert counted(petition, FormKind.LETTERS) == {BEGUN: 1, FINISHED: 1}


@pytest.mark.parametrize(("channel", "number"), [("email", 1), ("form", 1), ("post", 0)])
def test_without_a_file_a_letter_is_finished_when_it_is_reported(
    channel: str, number: int, petition: Petition
) -> None:
    data = letter(petition, **TYPED, counted="begun", sent=f"mayor {channel}")
    petition.browser().post(f"{WRITE}/sent", data=data)
    assert counted(petition, FormKind.LETTERS).get(FINISHED, 0) == number


@pytest.mark.parametrize("token", ["", "nonsense", None])
def test_a_form_that_is_not_ours_counts_nothing(token: str | None, petition: Petition) -> None:
    data = {
        **letter(petition, **TYPED),
        "form_token": token if token is not None else petition.token("sign/trees"),
    }
    petition.browser().post(WRITE, data=data)
    petition.browser().post(
        BASE, data=petition.typed(form_token=data["form_token"] if token is not None else "x")
    )
    assert service(VisitCounts, petition.app).waiting() == {}


def test_the_page_repeats_only_a_step_that_there_is(petition: Petition) -> None:
    page = petition.browser().post(WRITE, data=letter(petition, counted='"><b>x'))
    assert noted(page.text) == "" and "<b>x" not in page.text


# the petition


def test_a_signature_is_begun_with_the_first_task_and_finished_when_it_is_confirmed(
    petition: Petition,
) -> None:
    browser = petition.browser()
    browser.get(BASE)
    browser.get(f"{BASE}/challenge")
    again = browser.post(BASE, data=petition.typed(name="", work=petition.proof())).text
    assert "challenge?begun=yes" in again and 'name="begun" value="yes"' in again
    browser.get(f"{BASE}/challenge?begun=yes")
    confirm, _withdraw = petition.signs(work=petition.proof(), begun="yes")
    browser.get(confirm)
    assert counted(petition, FormKind.PETITION) == {OPENED: 1, BEGUN: 1}
    for _ in range(2):
        petition.confirm(confirm)
    assert counted(petition, FormKind.PETITION) == {OPENED: 1, BEGUN: 1, FINISHED: 1}


def test_without_a_script_it_is_begun_when_the_form_is_sent_first(petition: Petition) -> None:
    browser = petition.browser()
    again = browser.post(BASE, data=petition.typed(name="")).text
    assert 'name="begun" value="yes"' in again
    browser.post(BASE, data=petition.typed(begun="yes"))
    assert counted(petition, FormKind.PETITION) == {BEGUN: 1}


def test_a_petition_that_nobody_can_sign_is_not_counted(tmp_path: Path) -> None:
    petition = opened(published(tmp_path), COUNTING)
    with petition.app.app_context():
        administration.pause(db.session, "trees", "the tests", True)
    petition.campaign  # noqa: B018  it reads again
    assert "Signing is paused" in petition.browser().get(BASE).text
    assert service(VisitCounts, petition.app).waiting() == {}


# what is left


@pytest.mark.reliability(17)
def test_pages_answer_and_go_on_counting_while_the_database_is_away(tmp_path: Path) -> None:
    petition = opened(published(tmp_path), COUNTING)
    browser = petition.browser()
    for path in (WRITE, BASE):
        browser.get(path)
    with away(petition.app):
        for path in (WRITE, BASE):
            assert browser.get(path).status_code == 200
        assert browser.post(f"{WRITE}/letter.txt", data=letter(petition, **TYPED)).status_code in {200, 422}
        counts = service(VisitCounts, petition.app)
        write_last(counts)
        assert counts.waiting()["trees", FormKind.LETTERS, OPENED] == 2
    counts.write()
    assert petition.number("SELECT count FROM visit_tally WHERE form = 'petition' AND step = 'opened'") == 2


@pytest.mark.security(57, 58, 59)
def test_nothing_that_a_visitor_brings_is_in_memory_or_in_the_database(tmp_path: Path) -> None:
    petition = opened(published(tmp_path), COUNTING)
    marks = {name: f"Mark{secrets.token_hex(6)}" for name in ("agent", "referer", "words", "name", "path")}
    headers = {
        "User-Agent": f"Mozilla/5.0 {marks['agent']}", "Referer": f"https://{marks['referer']}.example/",
        "X-Forwarded-For": "198.51.100.77", "Accept-Language": "fr-CH",
    }  # fmt: skip
    browser = petition.browser()
    browser.get(f"{WRITE}?country=IE&x={marks['path']}", headers=headers)
    browser.get(f"{BASE}?x={marks['path']}", headers=headers)
    data = letter(petition, country="IE", name=marks["name"], own_words=marks["words"])
    browser.post(f"{WRITE}/preview", data=data, headers={**headers, **LIVE})
    browser.post(BASE, data=petition.typed(name=marks["name"]), headers=headers)
    counts = service(VisitCounts, petition.app)
    assert Counter(kind for _slug, kind, _step in counts.waiting()) == {
        FormKind.LETTERS: 2,
        FormKind.PETITION: 2,
    }
    assert all(number == 1 for number in counts.waiting().values())
    held = repr({name: value for name, value in vars(counts).items() if name != "_engine"})
    assert not any(mark in held for mark in (*marks.values(), "198.51.100"))
    counts.write()
    with petition.app.app_context():
        stored = repr([tuple(row) for row in db.session.execute(text("SELECT * FROM visit_tally"))])
        db.session.close()
    assert re.sub(r"'(letters|petition|opened|begun|\d{4}-\d\d-\d\d)'|\d+|[\[\](), ]", "", stored) == ""
    assert traces([*marks.values(), "198.51.100.77"], tmp_path) == []


def test_the_page_on_data_says_what_is_counted(petition: Petition) -> None:
    for code, heading in {"en": "What this site counts", "fr": "Ce que ce site compte"}.items():
        assert heading in petition.browser().get(f"/{code}/trees/privacy").text


@pytest.mark.slow
def test_a_server_that_is_stopped_has_written_what_it_counted(tmp_path: Path) -> None:
    data, pack = tmp_path / "data", tmp_path / "pack"
    write_folder({**FILES, **COUNTING}, pack)
    with serving(data, pack) as address:
        for _ in range(3):
            urllib.request.urlopen(f"{address}{WRITE}", timeout=20).close()
    app = published(data)
    with app.app_context():
        rows = db.session.execute(text("SELECT form, step, count FROM visit_tally")).all()
        db.session.close()
    assert [tuple(row) for row in rows] == [("letters", "opened", 3)]
