"""Days that people see follow the campaign's time zone, whatever the machine's is."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from campaign import clock
from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.pack.check import check
from campaign.paper import batches, numbers
from campaign.paper.batches import Order
from campaign.paper.numbers import Number
from campaign.paper.sheets import Layout
from campaign.petition.nightly import nightly
from campaign.petition.public_counts import PublicCounts, count
from campaign.services import service
from campaign.signatures import person
from tests.conftest import published
from tests.desk.conftest import Desk, fields_of, with_file
from tests.minimal import FILES
from tests.petition.conftest import BASE, Petition, opened

#: Half past ten in the evening in UTC: in Almaty the next day has begun.
LONG_AGO = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
LATE = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)

#: The campaign's time zone ('' for none), and the day there.
ZONES = [("", TODAY), ("UTC", TODAY), ("Asia/Almaty", TOMORROW), ("America/Los_Angeles", TODAY)]


def in_zone(name: str) -> dict[str, str]:
    """A change of the small pack: its time zone."""
    line = f"time-zone: {name}\n" if name else ""
    return {"campaign.yaml": FILES["campaign.yaml"] + line}


@pytest.fixture(params=["Asia/Almaty", "America/Los_Angeles"])
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """This process in a time zone of its own."""
    with monkeypatch.context() as inside:
        inside.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.fixture
def at(tmp_path: Any, desk_on: Callable[[Flask], Desk]) -> Callable[..., tuple[Desk, Petition]]:
    """Makes a desk and an open petition of a campaign in a time zone, late in the evening in UTC."""

    def make(zone: str, **files: str) -> tuple[Desk, Petition]:
        desk = desk_on(published(tmp_path))
        with clock.use(lambda: LONG_AGO):  # dates that change may not be near
            petition = opened(desk.app, {**in_zone(zone), **files})
        desk.clock.now = LATE
        return desk, petition

    return make


def send_letter(desk: Desk) -> None:
    """A supporter writes a letter and says that it went."""
    client = desk.app.test_client()
    fields = fields_of(client.get("/en/trees/write").text, "/write")
    desk.clock.pass_(seconds=10)
    typed = {**fields, "name": "Ana Example", "country": "FR", "sent": "mayor post"}
    assert client.post("/en/trees/write/sent", data=typed).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize(("zone", "day"), ZONES)
def test_a_letter_is_counted_on_the_day_that_it_bears_and_the_desk_draws_it(
    zone: str, day: date, machine: str, at: Callable[..., tuple[Desk, Petition]]
) -> None:
    desk, _petition = at(zone)
    page = desk.app.test_client().get("/en/trees/write").text
    assert re.search(r'name="day"[^>]*value="([^"]+)"', page)[1] == day.isoformat()  # type: ignore[index]
    send_letter(desk)
    with desk.app.app_context():
        assert db.session.execute(text("SELECT day FROM letter_tally")).scalars().all() == [day.isoformat()]
    bars = re.findall(r"<title>(\S+): (\d+)</title>", desk.sits("Ana").get("/"))
    assert bars[-1] == (day.isoformat(), "1") and sum(int(number) for _day, number in bars) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("zone", "day"), ZONES)
def test_a_signature_bears_the_day_on_which_it_is_counted_and_drawn(
    zone: str, day: date, machine: str, at: Callable[..., tuple[Desk, Petition]]
) -> None:
    desk, petition = at(zone)
    confirm, withdraw = petition.signs()
    assert petition.confirm(confirm) == "Your signature counts"
    with desk.app.app_context():
        sealed, counted = db.session.execute(
            text("SELECT s.sealed, t.day FROM signature s, signature_tally t")
        ).one()
    assert counted == day.isoformat()
    assert person.from_bytes(petition.key.open(bytes(sealed))).day == day.isoformat()
    assert f"{day.day} November 2026" in petition.browser().get(withdraw).text
    bars = re.findall(r"<title>(\S+): (\d+)</title>", desk.sits("Ana").get("/signatures"))
    assert bars[-1] == (day.isoformat(), "1")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("zone", "terms", "status"),
    [
        ("", "closes: 2026-11-24", 200),
        ("Asia/Almaty", "closes: 2026-11-24", 410),
        ("Asia/Almaty", "closes: 2026-11-25", 200),
        ("", "opens: 2026-11-25\ncloses: 2026-12-01", 503),
        ("Asia/Almaty", "opens: 2026-11-25\ncloses: 2026-12-01", 200),
    ],
)
def test_a_petition_opens_and_closes_by_the_campaign_s_day(
    zone: str, terms: str, status: int, at: Callable[..., tuple[Desk, Petition]]
) -> None:
    _desk, petition = at(zone, **{"petition.yaml": f"{terms}\nerase-on: 2027-12-31\n"})
    assert petition.browser().post(BASE, data=petition.typed()).status_code == status


@pytest.mark.slow
@pytest.mark.parametrize(("zone", "day"), ZONES)
def test_sheets_are_printed_due_and_typed_by_the_campaign_s_day(
    zone: str, day: date, machine: str, at: Callable[..., tuple[Desk, Petition]]
) -> None:
    desk, petition = at(zone)
    desk.join("Clerk", "clerk")
    clerk = desk.sits("Clerk")
    petition.browser().post(
        "/en/trees/petition/sheets", data={"first": "en", "form_token": petition.token("sheets/trees")}
    )
    with desk.app.app_context():
        assert db.session.execute(text("SELECT day FROM sheet_batch")).scalars().all() == [day.isoformat()]
        order = Order(Layout(("en",), 12), 1, 1, day, holder="Lyon group")
        number = numbers.written(
            "trees", Number(batches.order(db.session, "trees", order, "the tests").id, 1)
        )
    page = clerk.get(f"/paper/sheets/{number}")
    (field,) = re.findall(r'<input[^>]*name="day"[^>]*>', page)
    assert f'max="{day.isoformat()}"' in field and f'value="{day.isoformat()}"' in field
    for signed, kept in ((day + timedelta(days=1), False), (day, True)):
        typed = {"csrf": clerk.token("/paper"), "country": "France", "day": signed.isoformat()}
        clerk.post(f"/paper/sheets/{number}/begin", typed)
        with desk.app.app_context():
            returned = db.session.execute(text("SELECT returned FROM sheet")).scalars().all()
        assert returned == ([day.isoformat()] if kept else [])


@pytest.mark.slow
@pytest.mark.parametrize(("zone", "day"), ZONES)
def test_the_desk_s_own_days_and_an_edition_s_are_the_campaign_s(
    zone: str, day: date, machine: str, at: Callable[..., tuple[Desk, Petition]]
) -> None:
    desk, petition = at(zone)
    seat = desk.sits("Ana")
    seat.post("/content/addressee/mayor/checked", {"csrf": seat.token()})
    assert f"checked-on: {day.isoformat()}" in desk.files()["addressees.yaml"]
    seat.post("/publish", {**seat.form("/publish", "/publish"), "note": "checked", "read": "yes"})
    with desk.app.app_context():
        changed = {**desk.files(), "timeline.yaml": FILES["timeline.yaml"] + "\n"}
        store.publish(db.session, "trees", changed, store.Authorship("files"))
        service(EditionCache, desk.app).load()
    assert f'datetime="{day.isoformat()}"' in petition.browser().get("/en/trees/editions/").text


@pytest.mark.slow
@pytest.mark.parametrize(("zone", "day"), ZONES)
def test_the_night_s_manifest_closing_and_erasure_follow_the_campaign_s_day(
    zone: str, day: date, machine: str, at: Callable[..., tuple[Desk, Petition]]
) -> None:
    desk, _petition = at(zone)
    nightly(desk.app)
    with desk.app.app_context():
        days = db.session.execute(text("SELECT day FROM manifest")).scalars().all()
        assert days == [(day - timedelta(days=1)).isoformat()]
        terms = {"petition.yaml": "closes: 2026-11-23\nerase-on: 2026-11-25\n"}
        with clock.use(lambda: LONG_AGO):
            store.publish(db.session, "trees", {**FILES, **in_zone(zone), **terms}, store.Authorship("files"))
        service(EditionCache, desk.app).load()
    assert [night.erased for night in nightly(desk.app) if night.slug == "trees"] == [day == TOMORROW]


def test_today_s_countries_are_told_tomorrow_by_the_campaign_s_day(
    at: Callable[..., tuple[Desk, Petition]],
) -> None:
    """In Los Angeles it is still the 24th when the 25th has begun in UTC: nothing of it is told yet."""
    desk, petition = at("America/Los_Angeles")
    for n in range(6):
        petition.confirm(petition.signs(email=f"ana{n}@example.org")[0])
    desk.clock.now = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
    zones = service(EditionCache, desk.app).time_zones()
    with desk.app.app_context():
        assert dict(count(db.session, desk.clock.now)["trees"].countries) == {"FR": 6}  # as if it were UTC's
        found = count(db.session, desk.clock.now, zones)["trees"]
        assert (found.total, found.countries, found.days, found.today) == (6, {}, {}, TODAY)
        later = count(db.session, desk.clock.now + timedelta(hours=6), zones)["trees"]
        assert (dict(later.countries), later.today) == ({"FR": 6}, TOMORROW)
    body = petition.browser().get(f"{BASE}/count.json").json
    assert body is not None and (body["countries_until"], body["countries"]) == ("2026-11-24", {})
    assert service(PublicCounts, desk.app).of("another").today == TOMORROW


def test_what_is_taken_out_is_subtracted_on_the_campaign_s_day(
    at: Callable[..., tuple[Desk, Petition]],
) -> None:
    desk, petition = at("Asia/Almaty")
    petition.confirm(petition.signs()[0])
    with desk.app.app_context():
        record = db.session.execute(text("SELECT id FROM signature")).scalar_one()
        body = f"campaign-void-1 trees {'0' * 64}\nvoid {record:016x} FR double\n"
    desk.join("Eve", "owner")
    later = TOMORROW.isoformat()
    ana, eve = desk.sits("Ana"), desk.sits("Eve")
    upload = with_file({"csrf": ana.token()}, "list", body.encode())
    assert ana.client.post("/en/desk/trees/signatures/void", **upload).status_code == 303
    number = re.search(r'action="[^"]*(/signatures/void/\d+)"', eve.get("/signatures"))
    assert number
    eve.post(number[1], {"csrf": eve.token(), "do": "carry out"})
    with desk.app.app_context():
        tally = db.session.execute(text("SELECT day, sum(count) FROM signature_tally GROUP BY day")).all()
        assert [tuple(row) for row in tally] == [(later, 0)]
        assert db.session.execute(text("SELECT day, done FROM void_list")).one() == (later, later)


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Asia/Almati", "Unknown time zone “Asia/Almati”. Did you mean “Asia/Almaty”?"),
        ("localtime", "Unknown time zone “localtime”."),
        ("../../etc/passwd", "Unknown time zone “../../etc/passwd”."),
        ("posix/Asia/Almaty", "Unknown time zone “posix/Asia/Almaty”. Did you mean “Asia/Almaty”?"),
        ("UTC+5", "Unknown time zone “UTC+5”."),
        ("[Asia/Almaty]", "Text is expected here."),
    ],
)
def test_an_unknown_time_zone_is_a_finding_with_file_and_line(zone: str, said: str) -> None:
    files = {**FILES, **in_zone(zone)}
    line = files["campaign.yaml"].count("\n")
    found = [one for one in check(files, TODAY) if one.level == "error"]
    assert [(one.path, one.line) for one in found] == [("campaign.yaml", line)]
    assert str(found[0].text).startswith(said)


def test_what_compares_with_today_does_so_by_the_campaign_s_day() -> None:
    """An address that was checked 180 days ago is fresh, one that was checked the day before is not."""
    checked = (TODAY - timedelta(days=180)).isoformat()
    table = FILES["addressees.yaml"].replace("  country: IE", f"  country: IE\n  checked-on: {checked}")
    for zone, warned in (("", False), ("Asia/Almaty", True)):
        files = {**FILES, **in_zone(zone), "addressees.yaml": table}
        found = check(files, lambda where: LATE.astimezone(where).date())
        assert any("was last checked" in str(one.text) for one in found) is warned


def test_the_desk_s_form_of_the_front_page_sets_the_time_zone(desk: Desk) -> None:
    seat = desk.sits("Ana")
    page = seat.get("/content/front/front")
    action = re.search(r'id="edit" method="post" action="([^"]+)"', page)
    assert action and "For example, Africa/Lagos." in page
    wrong = seat.client.post(action[1], data=fields_of(page, action[1]) | {"f.time-zone": "Almaty"})
    assert (
        wrong.status_code == 422
        and "Did you mean “Asia/Almaty”?" in wrong.text
        and 'value="Almaty"' in wrong.text
    )
    assert (
        seat.client.post(
            action[1], data=fields_of(page, action[1]) | {"f.time-zone": "Asia/Almaty"}
        ).status_code
        == 303
    )
    text_before, text_after = FILES["campaign.yaml"], desk.files()["campaign.yaml"]
    assert text_after.replace("time-zone: Asia/Almaty\n", "", 1) == text_before != text_after
