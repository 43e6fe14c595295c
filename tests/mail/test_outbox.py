"""Mail: written with what it announces, at least once, to nobody else, and unreadable once its hour is over."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from campaign.mail import outbox as module
from campaign.mail.hourly_keys import HOUR, SEEN, HourlyKeys
from campaign.mail.outbox import Outbox, checkpoint
from campaign.mail.sender import CatchBox, RelayAwayError, TemporaryError
from campaign.mail.sender import Relay as RealRelay
from campaign.mail.worker import Postman
from campaign.services import service
from tests.conftest import published
from tests.mail.relay import Clock, Dice, Relay, running

CONTENT = {"kind": "confirm", "language": "en", "subject": "Please confirm", "title": "",
           "confirm": "https://example.org/c/x", "withdraw": "https://example.org/w/x"}  # fmt: skip


class Post:
    """An outbox with a clock to move, and what is put in."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app, self.clock, self.folder = app, Clock(), folder
        self.seconds = 0.0  # of the clock that nobody sets
        self.hours = HourlyKeys(folder, monotonic=lambda: self.seconds)
        self.engine = service(Engine, app)
        self.outbox = Outbox(self.engine, self.hours, self.clock)

    def put(self, to: str, **more: Any) -> str:
        with self.engine.execution_options(writes=True).begin() as connection:
            return self.outbox.put(connection, {**CONTENT, "to": to, **more})

    def postman(self, sender: Any) -> Postman:
        return Postman(self.app, self.outbox, sender, clock=self.clock)

    def rows(self) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM mail")).scalar_one())


@pytest.fixture
def post(storage: Flask, tmp_path: Path) -> Post:
    return Post(storage, tmp_path / "keys")


def test_a_mail_is_sent_then_taken_out_and_its_message_id_is_the_row_s(post: Post) -> None:
    name = post.put("ana@example.org")
    with running(Relay()) as relay:
        assert post.postman(RealRelay(relay.address)).sweep() == 1
    ((to, message),) = relay.taken
    assert to == "ana@example.org" and str(message["Message-ID"]).startswith(f"<{name}@")
    assert post.rows() == 0


@pytest.mark.parametrize("utf8", [True, False])
def test_a_domain_beyond_ascii_reaches_every_relay_and_what_it_can_t_send_is_known(
    utf8: bool, post: Post
) -> None:
    for address in ("ana@bücher.example.org", "ана@пример.рф"):
        post.put(address)
    offered: list[bool] = []
    with running(Relay(), utf8) as relay:
        post.postman(RealRelay(relay.address, offers=offered.append)).sweep()
    sent = {"ana@xn--bcher-kva.example.org", *(["ана@xn--e1afmkfd.xn--p1ai"] if utf8 else [])}
    assert {to for to, _ in relay.taken} == sent
    assert set(offered) == {utf8}


def test_a_mail_that_belongs_to_something_undone_is_never_sent(post: Post) -> None:
    with post.engine.execution_options(writes=True).connect() as connection:
        post.outbox.put(connection, {**CONTENT, "to": "ana@example.org"})
        connection.rollback()
    with running(Relay()) as relay:
        post.postman(RealRelay(relay.address)).sweep()
    assert relay.taken == []


def test_two_workers_do_not_send_the_same_mail(post: Post) -> None:
    name = post.put("ana@example.org")
    assert post.outbox.take(name) is not None
    assert post.outbox.take(name) is None
    post.clock.now += module.LEASE + 1  # the first one fell: the sweep finds what it left
    assert post.outbox.due() == [name]
    assert post.outbox.take(name) is not None


@pytest.mark.reliability(5)
@pytest.mark.slow
def test_faults_are_tried_again_refusals_are_told_and_nobody_gets_another_s_mail(post: Post) -> None:
    # R5: greylisting, a hanging relay, a line that drops inside DATA, an answer that is lost, 5xx.
    living = [f"a{n}@example.org" for n in range(45)]
    names = {
        post.put(to, confirm=f"https://example.org/c/{to}"): to
        for to in [*living, *(f"gone{n}@example.org" for n in range(5))]
    }
    with running(Relay(Dice(seed=5, share=0.45))) as relay:
        postman = post.postman(RealRelay(relay.address, patience=1.5))
        for _ in range(40):
            postman.sweep()
            post.clock.now += module.LEASE + 30
    assert sum(relay.faults[fault] for fault in ("greylisted", "dropped", "lost", "hang")) > 20
    arrived = {str(message["Message-ID"])[1:33]: (to, message) for to, message in relay.taken}
    assert {to for to, _ in arrived.values()} == set(living)
    for name, (to, message) in arrived.items():
        assert names[name] == to
        part = message.get_body(("plain",))
        assert part is not None and f"/c/{to}>" in part.get_content()
    doubled = sum(count - 1 for count in relay.ids.values())
    assert doubled <= relay.faults["lost"]  # only an answer that was lost makes a mail come twice
    waiting = post.outbox.waiting()
    assert (waiting.count, waiting.refused) == (0, {550: 5})
    with post.engine.connect() as connection:  # what was refused keeps its code and not its content
        assert {bytes(row[0]) for row in connection.execute(text("SELECT sealed FROM mail"))} == {b""}


@pytest.mark.reliability(5)
@pytest.mark.slow
def test_the_pauses_grow_to_an_hour_and_after_three_days_it_is_given_up(post: Post) -> None:
    class Down:
        def send(self, *_args: object) -> None:
            raise TemporaryError("down")

    post.put("ana@example.org")
    pauses, start = [], post.clock.now
    while (names := post.outbox.due()) or post.outbox.waiting().count:
        if names:
            taken = post.outbox.take(names[0])
            assert taken is not None
            pauses.append(post.outbox.later(taken))
        post.clock.now += max(pauses[-1], 1)
    assert pauses[:9] == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert pauses[-1] == 0 and 3 * 86_400 - HOUR < post.clock.now - start < 3 * 86_400 + 2 * HOUR
    assert post.outbox.waiting().refused == {module.TOO_LATE: 1}


@pytest.mark.reliability(6)
def test_an_outage_drains_by_itself_the_oldest_first(post: Post) -> None:
    for hour in range(3):
        for n in range(5):
            post.put(f"h{hour}n{n}@example.org")
        post.clock.now += HOUR
    assert post.outbox.waiting().oldest >= 3 * HOUR
    with running(Relay()) as relay:
        post.postman(RealRelay(relay.address)).sweep()
    assert [to[:2] for to, _ in relay.taken] == ["h0"] * 5 + ["h1"] * 5 + ["h2"] * 5


@pytest.mark.reliability(6)
def test_however_many_wait_those_who_came_first_in_an_hour_are_the_first(post: Post) -> None:
    names = []
    for second in range(30):
        names.append(post.put(f"n{second}@example.org"))
        post.clock.now += 1
    assert names != sorted(names) and post.outbox.due() == names
    assert post.outbox.due(most=10) == names[:10]


@pytest.mark.slow
def test_an_hour_s_key_is_destroyed_when_its_mails_are_out_and_no_row_can_be_read_any_more(
    post: Post,
) -> None:
    name = post.put("ana@example.org")
    with post.engine.connect() as connection:
        sealed = bytes(connection.execute(text("SELECT sealed FROM mail")).scalar_one())
    assert len(sealed) % 1024 == 0 and b"ana@" not in sealed
    key = post.folder / str(int(post.clock.now // HOUR))
    assert key.stat().st_mode & 0o077 == 0
    post.clock.now += 2 * HOUR
    post.outbox.tidy()
    assert key.exists()  # the mail still waits
    post.outbox.sent(name)
    post.outbox.tidy()
    assert key.exists()  # a request might be writing under it
    post.seconds += SEEN
    post.outbox.tidy()
    assert not key.exists()
    assert post.outbox._read(name, int(key.name), sealed) is None


def test_a_mail_whose_key_this_machine_lacks_is_left_for_another_and_is_an_alarm(
    post: Post, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A machine that lacks the key of an e-mail once erased it, and said nothing."""
    name = post.put("ana@example.org")
    other = Outbox(post.engine, HourlyKeys(tmp_path / "another machine"), post.clock)
    elsewhere = Postman(post.app, other, CatchBox(tmp_path / "caught"))
    for _ in range(4 * 24):  # four days: no age gives it up
        assert not elsewhere.deliver(name) and elsewhere.sweep() == 0
        post.clock.now += HOUR
    assert (other.waiting().count, other.waiting().refused, other.unreadable()) == (1, {}, 1)
    assert any("this machine does not have" in record.getMessage() for record in caplog.records)
    with running(Relay()) as relay:
        assert post.postman(RealRelay(relay.address)).sweep() == 1
    assert [to for to, _ in relay.taken] == ["ana@example.org"] and post.rows() == 0


#: What the machine's clock does, in hours, while the one that counts seconds goes on.
JUMPS = {"ahead and back": [2, -2], "back and ahead": [-2, 2], "ahead by a week and back": [168, -168]}


@pytest.mark.reliability(9)
@pytest.mark.parametrize("jumps", JUMPS.values(), ids=JUMPS)
def test_a_clock_that_is_wrong_for_a_while_loses_no_mail(jumps: list[int], post: Post) -> None:
    """A process that remembers an hour's key must not write under it once another one destroyed it."""
    web = Outbox(post.engine, HourlyKeys(post.folder), post.clock)

    def written(to: str) -> None:
        with post.engine.execution_options(writes=True).begin() as connection:
            web.put(connection, {**CONTENT, "to": to})

    addresses = [f"n{number}@example.org" for number in range(3)]
    with running(Relay()) as relay:
        postman = post.postman(RealRelay(relay.address))
        written(addresses[0])
        postman.sweep()
        post.clock.now += jumps[0] * HOUR
        for _ in range(3):  # the worker looks every minute
            post.seconds += SEEN
            postman.sweep()
        written(addresses[1])
        post.clock.now += jumps[1] * HOUR
        written(addresses[2])
        for _ in range(3):
            post.seconds += SEEN
            postman.sweep()
        post.clock.now += max(map(abs, jumps)) * HOUR
        postman.sweep()
    assert sorted(to for to, _ in relay.taken) == addresses
    assert post.outbox.waiting().refused == {} and post.rows() == 0


@pytest.mark.reliability(6)
def test_a_relay_that_can_t_be_reached_is_tried_once_and_the_others_wait_untouched(post: Post) -> None:
    for number in range(20):
        post.put(f"n{number}@example.org")
    dead = Away()
    postman = post.postman(dead)
    for _ in range(3):
        assert postman.sweep() == 0
        assert not post.outbox.is_late()
        post.clock.now += Postman.PAUSE + 1
    assert dead.tried == 3, "one try for each time it is looked at"
    post.clock.now += 3 * 86_400
    assert postman.sweep() == 0 and post.outbox.is_late()
    post.clock.now += Postman.PAUSE + 1
    with running(Relay()) as relay:
        assert post.postman(RealRelay(relay.address)).sweep() == 20, "none was given up while nobody tried it"


class Away:
    """A relay that can't be reached."""

    def __init__(self) -> None:
        self.tried = 0

    def send(self, _message: Any, _sender: str, _to: str) -> None:
        self.tried += 1
        raise RelayAwayError("refused")

    def close(self) -> None:
        pass


def test_mail_that_waits_for_its_next_try_is_sent_at_once_if_somebody_asks(post: Post) -> None:
    for number in range(3):
        taken = post.outbox.take(post.put(f"n{number}@example.org"))
        assert taken is not None
        for _ in range(6):
            post.outbox.later(replace(taken, tries=8))
    under_way = post.put("under-way@example.org")
    assert post.outbox.take(under_way) is not None
    with running(Relay()) as relay:
        postman = post.postman(RealRelay(relay.address))
        assert postman.sweep() == 0
        assert post.outbox.hasten() == 3
        assert postman.sweep() == 3
    assert "under-way@example.org" not in {to for to, _ in relay.taken}, "a worker may have it in hand"


def test_several_at_a_time_are_each_sent_once(post: Post) -> None:
    for number in range(30):
        post.put(f"n{number}@example.org")
    with running(Relay()) as relay:
        postman = Postman(post.app, post.outbox, RealRelay(relay.address), at_once=4, clock=post.clock)
        assert postman.sweep() == 30
    assert len({to for to, _ in relay.taken}) == len(relay.taken) == 30


def test_every_mail_has_the_same_size_in_the_database(post: Post) -> None:
    for to in ("a@example.org", "a.very.long.name.of.somebody@department.university.example.org"):
        post.put(to)
    with post.engine.connect() as connection:
        assert len({len(bytes(row[0])) for row in connection.execute(text("SELECT sealed FROM mail"))}) == 1


@pytest.mark.security(44)
@pytest.mark.parametrize("to", ["ana@example.org", "ана@xn--e1afmkfd.xn--p1ai"])
def test_a_header_can_t_be_forged_through_what_is_typed(to: str, post: Post) -> None:
    from campaign.mail.messages import message

    made: EmailMessage = message("a" * 32, to, "us@example.org", "Name", ("Subject", "Text", ""))
    assert made["To"] == to
    for bad in ("Subject\r\nBcc: eve@example.org", "Subject\nX: y", "a\u2028b\r\n"):
        with pytest.raises(ValueError):
            message("a" * 32, to, "us@example.org", "Name", (bad, "Text", ""))


def test_the_box_on_this_machine_keeps_the_newest_fifty(post: Post, tmp_path: Path) -> None:
    box = CatchBox(tmp_path / "caught", most=3)
    for n in range(5):
        post.put(f"a{n}@example.org")
        post.postman(box).sweep()
    assert len(box.caught()) == 3


def test_nobody_waits_to_write_while_sqlites_log_is_to_be_emptied_and_somebody_reads(tmp_path: Path) -> None:
    engine = service(Engine, published(tmp_path))
    write = text("INSERT INTO spent (key, until) VALUES (:key, '2026-01-01')")
    log = Path(str(engine.url.database) + "-wal")
    with engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM spent")).scalar()
        with engine.execution_options(writes=True).begin() as writer:
            writer.execute(write, {"key": b"one"})
        emptying = threading.Thread(target=checkpoint, args=(engine,))
        emptying.start()
        with sqlite3.connect(str(engine.url.database), timeout=2) as other:
            for number in range(200):  # while the log is emptied, before it and after it
                other.execute("INSERT INTO spent (key, until) VALUES (?, '2026-01-01')", (b"%d" % number,))
                other.commit()
        emptying.join()
    checkpoint(engine)
    assert log.stat().st_size == 0
    engine.dispose()
