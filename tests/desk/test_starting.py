"""A campaign from the browser: five questions, then the steps, and no file and no key of one anywhere."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from campaign.database import db
from campaign.desk.draft_snapshot import draft_snapshot
from campaign.editions import drafts, store
from campaign.editions.edition_cache import EditionCache
from campaign.pack.files import parse
from campaign.people import audit, members
from campaign.people.audit import AuditVerb
from campaign.services import service
from campaign.signatures.public_keys import public_line
from campaign.signatures.sealing import new_key
from tests.conftest import published
from tests.desk.conftest import Desk, Seat, fields_of
from tests.tools import ROOT

#: What somebody answers.
ANSWERS: dict[str, Any] = {
    "name": "Clean river",
    "language": "en",
    "organisation": "River Watch",
    "statement": "Give the river back",
    "demand": "Stop the discharge",
    "letters": "y",
    "petition": "y",
}


def starts(seat: Seat, status: int = 303, **changes: Any) -> str:
    """Somebody answers the questions; the address of the new campaign, or the page that says what is wrong."""
    form = seat.form("/en/desk/start", "/start")
    answer = seat.post("/en/desk/start", {"csrf": form["csrf"], **ANSWERS, **changes})
    assert answer.status_code == status, answer.text
    return answer.headers.get("Location", "") if status == 303 else answer.text


def steps(page: str) -> dict[str, str]:
    """What each step says of itself, by its key."""
    found = re.findall(r'id="step-(\w+)".*?<span class="mark [^"]*">([^<]+)', page, re.S)
    return {key: html.unescape(words).strip() for key, words in found}


def test_five_questions_make_a_draft_with_a_page_and_nothing_in_public(desk: Desk) -> None:
    seat = desk.sits("Ana")
    assert "Start a campaign" in seat.get("/en/desk/?list=yes")
    address = starts(seat, others_list=["fr", "ar"])
    assert address == "/en/desk/clean-river/?said=started"
    page = seat.get(address)
    assert "Here is your draft." in page
    assert "0 of 12 steps are done" in page
    assert "Clean river" in seat.get("/en/desk/clean-river/draft/")
    for path in ("/en/clean-river/", "/ar/clean-river/"):
        assert desk.app.test_client().get(path).status_code == 404
    with desk.app.app_context():
        (member,) = members.members(db.session, "clean-river")
        assert (member[0].name, member[1].role) == ("Ana", "owner")
        rows = audit.rows(db.session, audit.campaign_of(db.session, "clean-river"))
        assert [row.what for row in rows] == [AuditVerb.START_CAMPAIGN.value]
        pack = draft_snapshot("clean-river").pack
        assert pack is not None
        assert pack.in_preparation == ("fr", "ar")  # they hold nothing up


#: What the pages of a draft say to somebody who does not know the desk.
HELPS = {
    "": "Until a text is translated, the draft shows it in English.",
    "signatures": "The page asks for the campaign’s short name:",
    "content/terms/terms": "Year, month and day, such as 2027-06-30.",
    "content/runner/runner": "The organisation that runs this site is still a placeholder",
    "content/front/front": "For a number of years that stays right, write {{ years_since(",
}


def test_the_forms_say_what_somebody_new_would_not_know(desk: Desk) -> None:
    seat = desk.sits("Ana")
    starts(seat, others_list=["fr"])
    for path, words in HELPS.items():
        page = html.unescape(seat.get(f"/en/desk/clean-river/{path}"))
        assert words in page and "%(" not in page, path
    assert "<h1>Terms of the petition</h1>" in seat.get("/en/desk/clean-river/content/terms/terms")
    assert "The words between them are in English" not in seat.get("/en/desk/clean-river/content/front/front")
    starts(seat, name="Rivière", language="fr")
    page = seat.get("/en/desk/riviere/content/front/front")
    assert "The words between them are in English; write yours in Français." in page


def test_the_address_is_made_from_the_name_and_is_nobody_elses(desk: Desk) -> None:
    seat = desk.sits("Ana")
    assert starts(seat).split("/")[3] == "clean-river"
    assert fields_of(starts(seat, 422, name="Trees"), "/start")["slug"] == "trees-2"
    assert starts(seat, name="Чистая река").split("/")[3] == "river-watch"
    assert starts(seat, name="Desk").split("/")[3] == "desk-2"
    assert starts(seat, name="Trees", slug="trees-2").split("/")[3] == "trees-2"
    for typed in ("trees", "desk", "en"):
        assert "This address is taken." in starts(seat, 422, slug=typed)
    assert "Use lower-case letters" in starts(seat, 422, slug="Our River")


def test_one_of_two_people_in_the_same_form_is_told_and_keeps_what_was_typed(desk: Desk) -> None:
    desk.join("Bo", "owner")
    ana, bo = desk.sits("Ana"), desk.sits("Bo")
    starts(ana, slug="our-river", demand="Stop it")
    page = starts(bo, 422, slug="our-river", demand="Clean it up")
    assert "This address is taken." in page
    assert 'value="Clean it up"' in page
    with desk.app.app_context():
        (member,) = members.members(db.session, "our-river")
        assert member[0].name == "Ana"


def test_a_form_that_is_left_half_way_leaves_nothing(desk: Desk) -> None:
    seat = desk.sits("Ana")
    with desk.app.app_context():
        before = store.every_slug(db.session)
    page = starts(seat, 422, statement="", demand=" ", letters=None, petition=None, language="xx")
    for message in (
        "Give the title of",
        "Say what the first",
        "Choose at least one",
        "Choose from the list.",
    ):
        assert message in page
    assert 'value="Clean river"' in page
    with desk.app.app_context():
        assert store.every_slug(db.session) == before


@pytest.mark.security(15)
@pytest.mark.parametrize("role", ["editor", "translator", "clerk", "reader"])
def test_only_an_owner_starts_another_campaign(desk: Desk, role: str) -> None:
    desk.join("Max", role, languages=("fr",))
    seat = desk.sits("Max")
    assert "Start a campaign" not in seat.get("/en/desk/?list=yes")
    assert "does not include this" in seat.get("/en/desk/start", 403)
    csrf = re.search(r'name="csrf" value="([^"]+)"', seat.get("/en/desk/account"))
    assert csrf
    answer = seat.post("/en/desk/start", {"csrf": csrf[1], **ANSWERS})
    assert answer.status_code == 403
    with desk.app.app_context():
        assert "clean-river" not in store.every_slug(db.session)


@pytest.mark.security(17)
def test_it_asks_for_a_fresh_factor_and_keeps_what_was_typed(desk: Desk) -> None:
    seat = desk.sits("Ana")
    form = seat.form("/en/desk/start", "/start")
    desk.clock.pass_(minutes=11)
    answer = seat.post("/en/desk/start", {"csrf": form["csrf"], **ANSWERS})
    assert answer.status_code == 200
    assert "Give the river back" in answer.text
    with desk.app.app_context():
        assert "clean-river" not in store.every_slug(db.session)


HOSTILE = [line for line in (ROOT / "tests" / "hostile.txt").read_text(encoding="utf-8").splitlines() if line]


@pytest.mark.slow
def test_no_answer_breaks_the_draft(desk_on: Callable[[Flask], Desk], tmp_path: Path) -> None:
    """Each is refused with a reason, or stays what it is."""
    desk = desk_on(published(tmp_path))
    seat = desk.sits("Ana")
    for number, text in enumerate(["‹x›", "a: b # c", "- [x]", "{{ 7 * 7 }}", "'\"", "yes", *HOSTILE[::8]]):
        form = seat.form("/en/desk/start", "/start")
        typed = dict.fromkeys(("name", "organisation", "statement", "demand"), text)
        answer = seat.post(
            "/en/desk/start", {"csrf": form["csrf"], **ANSWERS, **typed, "slug": f"odd-{number}"}
        )
        assert answer.status_code in {303, 422}, text
        if answer.status_code == 303:
            seat.get(answer.headers["Location"])
            seat.get(f"/en/desk/odd-{number}/draft/")
            with desk.app.app_context():
                pack = parse(drafts.draft(db.session, f"odd-{number}").files)
                assert pack.name["en"] == " ".join(text.split())


@pytest.mark.parametrize(
    ("answers", "without"),
    [({"letters": None}, {"letters", "addressees"}), ({"petition": None}, {"petition", "trustees"})],
)
def test_a_campaign_has_the_parts_that_were_asked_for(
    desk: Desk, answers: dict[str, Any], without: set[str]
) -> None:
    seat = desk.sits("Ana")
    page = seat.get(starts(seat, **answers))
    assert without & steps(page).keys() == set()
    assert {"words", "demands", "legal", "publish"} <= steps(page).keys()


# the whole of a second campaign, as somebody types it who knows no file

HOME = "/en/desk/clean-river"


class FormReader(HTMLParser):
    """The forms of a page by their addresses, and for each label of a field its name: what people go by."""

    def __init__(self) -> None:
        super().__init__()
        self.actions: list[str] = []
        self.names: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._for = self._words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method") == "post":
            self.actions.append(given.get("action", ""))
        if tag == "label":
            self._for, self._words = given.get("for", ""), ""
        if given.get("id") and given.get("name"):
            self._ids.setdefault(given["id"], given["name"])

    def handle_data(self, data: str) -> None:
        self._words += data if self._for else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "label" and self._for:
            self.names.setdefault(" ".join(self._words.split()), self._for)
            self._for = ""

    def name(self, label: str) -> str:
        if label.startswith(("f.", "w.")):
            return label  # several choices have no label of their own
        assert label in self.names, f"no field “{label}” among {list(self.names)}"
        return self._ids[self.names[label]]


@dataclass
class Organiser:
    """Somebody at the desk who follows links and writes into the fields of forms."""

    seat: Seat
    seen: list[str] = field(default_factory=list)

    def get(self, path: str) -> str:
        self.seen.append(path)
        return self.seat.get(path)

    def send(self, path: str, action: str, typed: dict[str, Any], **files: Any) -> str:
        """Fill in a form of a page by the labels of its fields, and send it; where it leads."""
        page = first_form(self.get(path), action)
        reader = FormReader()
        reader.feed(page)
        target = next(one for one in reader.actions if one.endswith(action))
        values = {**fields_of(page, action), **{reader.name(label): text for label, text in typed.items()}}
        answer = self.seat.client.post(target, data={**values, **files})
        assert answer.status_code == 303, f"{path}: {complaints(answer.text)}"
        return str(answer.headers["Location"])

    def writes_what_is_missing(self) -> int:
        """Go where the steps lead until no words are missing; how many forms that took."""
        total = 0
        for _round in range(9):
            lacks = [link for link in lacking(self.get(f"{HOME}/")) if "/translation" not in link]
            words = [link for link in lacks if self._replaces_placeholders(link)]
            total += len(words)
            if not words:
                return total
        raise AssertionError(f"still missing: {lacks}")

    def _replaces_placeholders(self, link: str) -> bool:
        """Whether a form of this page still had a placeholder, which has been replaced."""
        for form in re.findall('<form[^>]*method="post".*?</form>', self.get(link), re.S):
            reader = FormReader()
            reader.feed(form)
            (action,) = reader.actions
            values = fields_of(form, action)
            written = {name: unmarked(value) for name, value in values.items()}
            if written != values:
                answer = self.seat.client.post(action, data=written)
                assert answer.status_code == 303, f"{link}: {complaints(answer.text)}"
                return True
        return False

    def translates(self, language: str) -> None:
        """Every text of a language, from what its source says: a form for each."""
        page = self.get(f"{HOME}/translation?text={language}")
        for link in dict.fromkeys(re.findall(rf'href="([^"]+/content/[^"]+[?]text={language})"', page)):
            address = link.split("?")[0]
            source = fields_of(self.get(f"{address}?text=en"), address)
            values = {**fields_of(self.get(link), address)}
            copied = {
                name: text
                for name, text in source.items()
                if re.match(r"[wp][.]|f[.](title|summary|name|subject)$", name)
            }
            answer = self.seat.client.post(address, data={**values, **copied, "text": language})
            assert answer.status_code == 303, f"{link}: {complaints(answer.text)}"


def first_form(page: str, action: str) -> str:
    """The first form of a page whose address ends so."""
    forms = re.findall(r"<form.*?</form>", page, re.S)
    return next(form for form in forms if re.search(rf'action="[^"]*{re.escape(action)}"', form))


def unmarked(value: Any) -> Any:
    """What somebody writes in place of a placeholder: here its own words."""
    return re.sub("‹([^›]*)›", r"\1", value) if isinstance(value, str) else value


def list_of_steps(page: str) -> str:
    """The part of the desk's first page that has the steps."""
    begins = page.index('class="steps"')
    return page[begins : page.index("</ol>", begins)]


def lacking(page: str) -> list[str]:
    """The links of everything that the steps say is missing."""
    lists = re.findall(r'<ul class="rows">(.*?)</ul>', list_of_steps(page), re.S)
    return [
        html.unescape(link).split("#")[0] for part in lists for link in re.findall(r'href="([^"]+)"', part)
    ]


def complaints(page: str) -> list[str]:
    """What a page says is wrong."""
    found = re.findall(r"<li>(.*?)</li>", page[page.find("Not saved.") :][:3000], re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in found[:6]]


def picture() -> Any:
    data = io.BytesIO()
    Image.new("RGB", (640, 480), "#3366aa").save(data, "PNG")
    return io.BytesIO(data.getvalue()), "river.png"


@pytest.mark.slow
def test_a_second_campaign_is_made_by_forms_alone(desk_on: Callable[[Flask], Desk], tmp_path: Path) -> None:
    """Words, units, picture, logo, colours, reasons, addresses, languages, key, publishing: no file is opened."""
    desk = desk_on(published(tmp_path))
    seat = desk.sits("Ana")
    starts(seat, others_list=["fr"])
    ana = Organiser(seat)
    assert steps(ana.get(f"{HOME}/"))["publish"] == "waits for the other steps"
    assert ana.writes_what_is_missing() > 15

    ana.send(f"{HOME}/content/runner", "/runner/runner", {
        "Name of the organisation that runs this site": "River Watch",
        "E-mail": "office@example.org",
        "Postal address, line by line, with the country": "1 Example Street",
        "Where people can complain": "The data protection authority",
    })  # fmt: skip
    ana.send(f"{HOME}/content/terms", "/terms/terms", {
        "Closes on": "2027-06-30", "Signatures are erased on": "2027-12-31",
        "Legal basis for using signers’ data": "Explicit consent",
    })  # fmt: skip
    unit = {"With numbers such as 1": "barrel", "With numbers such as 0, 2, 3, 4": "barrels"}
    ana.send(f"{HOME}/content/unit/unit", "/unit/unit", unit)
    fact = {
        "Label": "Barrels a day",
        "Claim, one sentence": "The works let {phrase} run into the river.",
        "Topic": "first-topic",
        "Who says so": "organisation",
        "f.source_list": ["statement"],
        "As of": "2026-05-01",
        "Value, a number": "40",
        "Unit": "unit",
    }
    where = ana.send(f"{HOME}/content/fact/new", "/fact/new", fact)
    assert where.split("?")[0].endswith("/barrels-a-day")

    ana.send(f"{HOME}/content/front", "/front/front", {"Accent colour": "#1a5fb4"})
    shows = {"What the logo shows, for people who can’t see it": "A wave"}
    ana.send(f"{HOME}/content/front", "/front/front", shows, **{"i.branding.logo.file": picture()})
    office = f"{HOME}/content/addressee/first-office"
    lines = {"Address, line by line, without the country": "1 River Street\n12345 Town", "Country": "EG"}
    ana.send(office, "/first-office", lines)
    ana.send(
        office,
        "/address",
        {},
        kind="local",
        code="ar",
        lines="شارع ١\nالمدينة",
    )
    ana.send(
        office,
        "/address",
        {},
        kind="by-country",
        code="FR",
        lines="1 rue\n75001 Paris",
    )

    ana.translates("fr")
    ana.send(f"{HOME}/languages", "/languages/state", {}, code="fr", state="languages")
    assert "Progress so far" in ana.get(f"{HOME}/")  # the reason is missing in French
    ana.send(
        f"{HOME}/content/demand/first-demand",
        "/first-demand/state",
        {"Reason, in Français": "Rien n’a changé"},
    )
    key = public_line(new_key("clean-river", 1).public)
    ana.send(f"{HOME}/signatures", "/signatures/key", {"What is in the .pub file": key}, compared="yes")
    addresses = "Trustees’ e-mail addresses, one per line (owners get it anyway)"
    ana.send(f"{HOME}/signatures", "/signatures/trustees", {addresses: "one@example.org\ntwo@example.net"})
    left = steps(ana.get(f"{HOME}/"))
    assert {key: said for key, said in left.items() if said != "done"} == {"publish": "to do"}
    ana.send(f"{HOME}/publish", "/publish", {}, seen="yes")

    with desk.app.app_context():
        service(EditionCache).load()
    visitor = desk.app.test_client()
    for address in (
        "/en/clean-river/",
        "/fr/clean-river/",
        "/en/clean-river/write",
        "/en/clean-river/record",
    ):
        assert visitor.get(address).status_code == 200
    assert "barrels" in visitor.get("/en/clean-river/record").text
    assert 'name="email"' in visitor.get("/fr/clean-river/petition").text  # it can be signed
    assert not [path for path in ana.seen if "/raw" in path or "/files" in path]


def test_no_step_names_a_file_or_its_keys(desk: Desk) -> None:
    seat = desk.sits("Ana")
    page = seat.get(starts(seat))
    shown = re.sub(r"<[^>]+>", " ", list_of_steps(page))
    assert "Line above the headline" in shown
    for word in (".yaml", ".md", "first-office", "picture-note", "kicker", "erase-on", "‹"):
        assert word not in shown


def test_what_is_said_of_a_demand_can_be_corrected_and_taken_out(desk: Desk) -> None:
    seat = desk.sits("Ana")
    page = seat.get("/content/demand/keep-them")
    mark = re.findall(r'name="replaces" value="(\w+)"', page)[0]
    state = {
        "csrf": seat.token(),
        "replaces": mark,
        "state": "met",
        "date": "2020-05-02",
        "reason.en": "All stay",
    }
    answer = seat.post("/content/demand/keep-them/state", {**state, "reason.fr": "Tous restent"})
    assert answer.status_code == 303
    assert "All stay" in desk.files()["campaign.yaml"]
    assert "partly-met" not in desk.files()["campaign.yaml"]
    # Somebody who still sees the old words replaces nothing.
    answer = seat.post("/content/demand/keep-them/state", {**state, "reason.en": "Mine"})
    assert answer.status_code == 422
    assert "Somebody else has saved" in answer.text
    assert "Mine" not in desk.files()["campaign.yaml"]
    mark = re.findall(r'name="replaces" value="(\w+)"', seat.get("/content/demand/keep-them"))[0]
    seat.post("/content/demand/keep-them/state", {"csrf": seat.token(), "replaces": mark, "drop": "yes"})
    assert "All stay" not in desk.files()["campaign.yaml"]
