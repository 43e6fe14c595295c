"""What the server holds after a thousand letters, slips and answers: listed, and it links no two of one person."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import text

from campaign import clock
from campaign.answers import taking
from campaign.counts.answers import LETTER
from campaign.database import Base, db, transaction
from campaign.editions.edition_cache import EditionCache
from campaign.letters import counting, returning, slips
from campaign.letters.slips import Slip
from campaign.services import service
from campaign.web import tokens
from campaign.web.signing import spelled
from tests.conftest import published
from tests.tools import BASE, SEED

SLUG = "january-2022"
LETTERS = 1_000
OFFICES = ("ombudsman", "president", "prosecutor-general")
FIRST_DAY = date(2026, 3, 2)

#: Which columns each table has that the thousand letters are in: all that the server knows of them.
HELD = {
    "letter_tally": {"campaign_id", "day", "addressee", "country", "way", "count"},
    "answer_tally": {"campaign_id", "day", "addressee", "language", "answer", "count"},
    "answer_wait": {"campaign_id", "day", "addressee", "weeks", "count"},
    "spent": {"key", "until"},
}


@dataclass(frozen=True)
class Report:
    """Somebody says on a day what became of a letter."""

    day: date
    slip: Slip
    what: str


def letters() -> list[Slip]:
    """A thousand letters to three offices in two languages, written in the course of a month."""
    draw = random.Random(21)
    return [
        Slip(
            addressee=draw.choice(OFFICES),
            language=draw.choice(("en", "fr")),
            day=FIRST_DAY + timedelta(days=draw.randrange(30)),
            demands=("reparations",),
            edition=1,
            nonce=draw.randbytes(slips.NONCE),
        )
        for _ in range(LETTERS)
    ]


def reports(written: Sequence[Slip], order: Sequence[int]) -> list[Report]:
    """Half of the writers say that no answer came; `order`: whose day each takes. Some later say that one did."""
    draw = random.Random(22)
    silent = written[: len(order)]
    silent_on = [FIRST_DAY + timedelta(days=90 + draw.randrange(20)) for _slip in silent]
    silence = [Report(silent_on[other], slip, "none") for slip, other in zip(silent, order, strict=True)]
    promised = [
        Report(FIRST_DAY + timedelta(days=150 + draw.randrange(20)), slip, "promise")
        for slip in silent[: len(silent) // 2]
    ]
    return sorted((*silence, *promised), key=lambda report: report.day)


def exchanged(silent: Sequence[Slip]) -> list[int]:
    """An order in which nobody keeps the day, among the letters to one office in one language."""
    order = list(range(len(silent)))
    kinds = {(slip.addressee, slip.language) for slip in silent}
    for kind in kinds:
        same = [n for n, slip in enumerate(silent) if (slip.addressee, slip.language) == kind]
        for n, other in zip(same, [*same[1:], *same[:1]], strict=True):
            order[n] = other
    return order


@contextmanager
def on(app: Flask, day: date) -> Iterator[None]:
    """A request on a day."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    with clock.use(lambda: noon), app.test_request_context(BASE):
        g.edition = service(EditionCache)[SLUG]
        yield


def by_day(things: Sequence[Any]) -> Iterator[tuple[date, list[Any]]]:
    for day in sorted({thing.day for thing in things}):
        yield day, [thing for thing in things if thing.day == day]


def live(app: Flask, written: Sequence[Slip], told: Sequence[Report]) -> None:
    """These letters are counted, and these answers."""
    for day, posted in by_day(written):
        with on(app, day), transaction(db.session):
            for slip in posted:
                page: Any = {"form_token": SimpleNamespace(age=3600, nonce=slip.nonce)}
                counting.count(page, slip.addressee, "post", "FR")
    for day, said in by_day(told):
        with on(app, day), transaction(db.session):
            for report in said:
                assert not taking.impossible(report.slip, report.what)
                assert taking.take(report.slip, report.what, None, tokens.secret())


def rows(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables that have any, in no order."""
    with app.app_context():
        found = {
            name: db.session.execute(text(f"SELECT * FROM {name}")).all() for name in Base.metadata.tables
        }
        db.session.close()
    return {name: sorted(map(tuple, some), key=repr) for name, some in found.items() if some}


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """The first campaign, in which nothing was counted yet."""
    return published(tmp_path, SEED)


@pytest.mark.slow
@pytest.mark.security(57)
def test_after_a_thousand_letters_only_sums_and_hashes_are_held(app: Flask, tmp_path: Path) -> None:
    before, written = rows(app), letters()
    told = reports(written, range(668))
    live(app, written, told)
    after = rows(app)
    new = {name: some for name, some in after.items() if some != before.get(name)}
    assert new.keys() == HELD.keys()
    for name, some in new.items():
        columns = [column.name for column in Base.metadata.tables[name].columns]
        assert set(columns) == HELD[name]
        print(f"{name}: {len(some)} rows of {', '.join(columns)}; one of them: {some[0]}")

    assert sum(row[-1] for row in new["letter_tally"]) == LETTERS
    kinds = Counter[str]()
    for _campaign, _day, _office, _language, kind, count in new["answer_tally"]:
        kinds[kind] += count
    assert kinds == {"none": 668, "promise": 334, LETTER: 668}
    assert sum(row[-1] for row in new["answer_wait"]) == 334
    # A letter, each kind of answer, the first word on a letter, and the time of its first answer.
    assert len({key for key, _until in new["spent"]}) == len(new["spent"]) == LETTERS + 668 + 334 + 668 + 334

    with on(app, FIRST_DAY):
        secret = returning.secret()
    marks = [mark for slip in written[::20] for mark in (slip.nonce, slips.seal(secret, SLUG, slip))]
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for mark in marks:
        assert not any(form in stored for form in (mark, mark.hex().encode(), spelled(mark).encode()))


def test_who_gave_two_answers_can_not_be_told_from_what_is_held(app: Flask) -> None:
    """Other people say that no answer came, on the same days: what the server holds is the same."""
    written = letters()[:120]
    silent = written[:60]
    order = exchanged(silent)
    silent_on: dict[bytes, set[date]] = {slip.nonce: set() for slip in silent}
    held = []
    for turn in (range(len(silent)), order):
        told = reports(written, turn)
        for report in told:
            if report.what == "none":
                silent_on[report.slip.nonce].add(report.day)
        live(app, written, told)
        held.append(rows(app))
        with app.app_context(), transaction(db.session) as connection:
            for name in HELD:
                connection.execute(text(f"DELETE FROM {name}"))
    assert sum(len(days) == 2 for days in silent_on.values()) > 40, "most did so on another day"
    first, second = held
    for name in HELD.keys() - {"spent"}:
        assert first[name] == second[name]
    assert sorted(until for _key, until in first["spent"]) == sorted(until for _key, until in second["spent"])
