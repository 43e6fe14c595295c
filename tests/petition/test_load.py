"""Many sign at once: who is let in, who computes or waits longer, and what one attacker gets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from campaign import clock
from campaign.database import db
from campaign.mail.outbox import Outbox
from campaign.petition import event_networks, proof_of_work
from campaign.petition.event_networks import Event, EventNetworks
from campaign.petition.nightly import nightly
from campaign.services import service
from campaign.web import budgets
from campaign.web.limits import EVENT_FACTOR, Budgets, prefix
from tests.petition.conftest import BASE, Petition, solved
from tests.tools import words_of

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def moved() -> Iterator[Clock]:
    standing = Clock()
    with clock.use(standing):
        yield standing


@pytest.fixture
def busy(petition: Petition, moved: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Petition]:
    """A petition with its budgets, where a proof of work takes only a few tries."""
    monkeypatch.setattr(proof_of_work, "TRIES", 2)
    service(Budgets, petition.app).enabled = True
    yield petition
    service(Budgets, petition.app).enabled = False


def send(petition: Petition, number: int, **typed: str | None) -> int:
    fields = petition.typed(email=f"pupil{number}@school.example", name="Ana Example", **typed)
    return petition.browser().post(BASE, data=fields).status_code


def step_of(petition: Petition, address: str = "127.0.0.1", asked: str = "") -> int:
    """The step of a task that somebody in a network gets."""
    query = f"?step={asked}" if asked else ""
    answer = petition.browser().get(f"{BASE}/challenge{query}", environ_base={"REMOTE_ADDR": address})
    return int(json.loads(answer.text)["tries"] // proof_of_work.TRIES).bit_length() - 1


def test_a_class_of_30_behind_one_address_signs_within_five_minutes(busy: Petition, moved: Clock) -> None:
    answers = []
    for number in range(30):
        task = busy.browser().get(f"{BASE}/challenge").text
        assert json.loads(task)["tries"] == proof_of_work.tries(0)
        token = busy.token(age=5)
        answers.append(send(busy, number, work=solved(task), form_token=token))
        moved.pass_(seconds=10)
    assert answers == [200] * 30
    assert busy.number("SELECT count(*) FROM mail") == 30


def test_a_class_of_30_without_javascript_signs_within_five_minutes_after_half_a_minute_on_the_page(
    busy: Petition, moved: Clock
) -> None:
    tokens = [busy.token(age=0) for _ in range(30)]
    moved.pass_(seconds=29)
    assert send(busy, 0, form_token=tokens[0]) == 422
    moved.pass_(seconds=1)
    answers = []
    for number, token in enumerate(tokens):
        answers.append(send(busy, number, form_token=token))
        moved.pass_(seconds=8)
    assert answers == [200] * 30


def test_a_class_of_30_writes_within_five_minutes(
    moved: Clock, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each types for five minutes, draws the sheet once a second, and takes six files."""
    counted = Budgets()
    refused = 0
    for second in range(300):
        moved.now = NOW + timedelta(seconds=second)
        refused += sum(not counted.spend(budgets.PREVIEW, "school").within for _ in range(30))
        if second % 50 == 49:
            refused += sum(not counted.spend(budgets.FILES, "school").within for _ in range(30))
            refused += sum(not counted.spend(budgets.FORM, "school").within for _ in range(60))
            refused += sum(counted.add(budgets.POSTED, "school").step for _ in range(30))
    assert refused == 0


def test_work_grows_with_the_rate_of_a_network_and_of_nobody_else(busy: Petition, moved: Clock) -> None:
    most = budgets.CHALLENGE.most
    steps = [step_of(busy) for _ in range(most + 5)]
    assert steps == [0] * most + [1] * 5
    service(Budgets, busy.app).add(budgets.CHALLENGE, prefix("127.0.0.1"), amount=10_000)
    assert step_of(busy) == budgets.STEPS
    assert step_of(busy, "198.51.100.7") == 0
    assert step_of(busy, "198.51.100.7", asked="3") == 3
    assert {step_of(busy, "198.51.100.7", asked=bad) for bad in ("9", "-1", "x", "3 ", "³", "33")} == {0}
    moved.pass_(minutes=20)
    assert step_of(busy) == 0


def test_many_requests_to_the_whole_site_make_work_for_all_and_refuse_nobody(busy: Petition) -> None:
    counted = service(Budgets, busy.app)
    counted.add(budgets.CHALLENGE_OF_ALL, "", amount=budgets.CHALLENGE_OF_ALL.most * 3)
    assert step_of(busy) == 2
    assert send(busy, 1, work=busy.proof(step=2), form_token=busy.token(age=5)) == 200


@pytest.mark.slow
def test_a_mail_domain_from_which_many_sign_needs_a_harder_proof_and_the_page_asks_for_it(
    busy: Petition,
) -> None:
    service(Budgets, busy.app).add(budgets.DOMAIN, "school.example", amount=budgets.DOMAIN.most + 1)
    typed = busy.typed(email="ana@school.example", work=busy.proof(), form_token=busy.token(age=5))
    answer = busy.browser().post(BASE, data=typed)
    assert answer.status_code == 422 and "your device then computes for longer" in words_of(answer.text)
    assert (
        f'data-challenge="{BASE}/challenge?step=1&amp;' in answer.text
        and 'value="Ana Example"' in answer.text
    )
    assert send(busy, 1, work=busy.proof(step=1), form_token=busy.token(age=5)) == 200
    assert busy.browser().post(BASE, data=typed | {"email": "ana@gmail.com"}).status_code == 200
    # Without JavaScript the page has to be open for longer.
    assert send(busy, 2, form_token=busy.token(age=100)) == 422
    assert send(busy, 2, form_token=busy.token(age=121)) == 200


@pytest.mark.parametrize(
    ("before", "seconds", "words"),
    [
        (0, 30, "Wait half a minute"),
        (budgets.PLAIN.most, 120, "open for 2 minutes"),
        (2 * budgets.PLAIN.most, 480, "open for 8 minutes"),
    ],
)
def test_the_wait_without_javascript_grows_with_the_rate(
    before: int, seconds: int, words: str, busy: Petition
) -> None:
    service(Budgets, busy.app).add(budgets.PLAIN, prefix("127.0.0.1"), amount=before)
    answer = busy.browser().post(BASE, data=busy.typed(form_token=busy.token(age=seconds - 1)))
    assert answer.status_code == 422 and words in words_of(answer.text)
    assert send(busy, 1, form_token=busy.token(age=seconds)) == 200


def test_an_attacker_without_proofs_is_held_to_the_table_and_neighbours_with_javascript_sign(
    busy: Petition,
) -> None:
    service(Budgets, busy.app).add(budgets.PLAIN_MOST, prefix("127.0.0.1"), amount=budgets.PLAIN_MOST.most)
    answer = busy.browser().post(BASE, data=busy.typed(form_token=busy.token(age=11 * 3600)))
    assert answer.status_code == 429 and 'value="Ana Example"' in answer.text
    assert 1 <= int(answer.headers["Retry-After"]) <= 7_200
    assert send(busy, 1, work=busy.proof(), form_token=busy.token(age=5)) == 200


def test_who_presses_again_and_again_while_nothing_can_be_written_gets_the_e_mail_at_last(
    busy: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each try once used up one of the three e-mails of a day: then the page said that one was sent."""

    def away(*_values: object) -> None:
        raise OperationalError("INSERT", {}, Exception("the database does not answer"))

    with monkeypatch.context() as outage:
        outage.setattr(Outbox, "put", away)
        for _ in range(4):
            answer = busy.browser().post(BASE, data=busy.typed())
            assert answer.status_code == 503 and answer.headers["Retry-After"]
    twice = busy.typed()
    assert [busy.browser().post(BASE, data=twice).status_code for _ in range(4)] == [200, 422, 422, 422]
    assert busy.browser().post(BASE, data=busy.typed()).status_code == 200
    assert busy.deliver() == 2


def test_three_mails_a_day_go_to_one_inbox_whatever_its_spelling(busy: Petition, moved: Clock) -> None:
    spellings = ["ana.example@gmail.com", "anaexample+1@gmail.com", "A.N.A.EXAMPLE@googlemail.com",
                 "ana.example+x.y@gmail.com", "anaexample@GMAIL.com"]  # fmt: skip
    others = ["ana+1@school.example", "ana+2@school.example", "Ana@School.example", "ana@school.example"]
    for spelling in [*spellings, *others]:
        for _ in range(2):
            answer = busy.browser().post(BASE, data=busy.typed(email=spelling))
            assert answer.status_code == 200
    assert busy.number("SELECT count(*) FROM mail") == 6
    moved.pass_(days=1)
    assert busy.browser().post(BASE, data=busy.typed(email=spellings[1])).status_code == 200
    assert busy.number("SELECT count(*) FROM mail") == 7


# events


def event(network: str, moved: Clock, hours: float = 2, begins: float = 0) -> Event:
    start = moved.now + timedelta(hours=begins)
    return Event(event_networks.read_network(network), "Stall", start, start + timedelta(hours=hours))


def test_an_event_gives_its_network_more_room_for_its_hours_and_then_ends_by_itself(
    busy: Petition, moved: Clock
) -> None:
    with busy.app.app_context():
        event_networks.add(db.session, "trees", "ana@example.org", event("203.0.113.9", moved, begins=1))
    service(EventNetworks, busy.app).reload()
    counted = service(Budgets, busy.app)

    def step() -> int:
        counted.counter.clear()
        counted.add(
            budgets.CHALLENGE, prefix("203.0.113.77"), amount=budgets.CHALLENGE.most * EVENT_FACTOR - 1
        )
        return step_of(busy, "203.0.113.77")

    assert step() == budgets.STEPS
    moved.pass_(hours=1)
    assert step() == 0
    assert step_of(busy, "203.0.114.77") == 0
    moved.pass_(hours=2)
    assert step() == budgets.STEPS
    nightly(busy.app, moved.now.date())
    assert busy.number("SELECT count(*) FROM event_network") == 0


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        (" 203.0.113.0/25 ", "203.0.113.0/24"),
        ("203.0.0.0/16", "203.0.0.0/16"),
        ("2001:db8:1:2::9", "2001:db8:1::/48"),
        ("0.0.0.0/0", "wide"),
        ("203.0.0.0/15", "wide"),
        ("::/0", "wide"),
        ("", "network"),
        ("school", "network"),
        ("203.0.113.²", "network"),
    ],
)
def test_a_network_is_no_single_address_and_no_half_of_the_world(typed: str, stored: str) -> None:
    if "/" in stored:
        assert str(event_networks.read_network(typed)) == stored
    else:
        with pytest.raises(event_networks.EventError, match=stored):
            event_networks.read_network(typed)


def test_what_was_used_once_shows_the_day_only_and_not_what_it_was(busy: Petition, moved: Clock) -> None:
    for hour in range(10, 24):
        moved.now = NOW.replace(hour=hour, minute=hour)
        assert send(busy, hour, work=busy.proof(), form_token=busy.token(age=5)) == 200
        assert send(busy, hour + 30, form_token=busy.token()) == 200
    with busy.app.app_context():
        rows = db.session.execute(text("SELECT key, until FROM spent")).all()
    assert len(rows) == 28 and {len(bytes(row.key)) for row in rows} == {16}
    assert {str(row.until) for row in rows} == {"2026-11-26"}
    moved.now = NOW + timedelta(days=3)
    nightly(busy.app, moved.now.date())
    assert busy.number("SELECT count(*) FROM spent") == 0
