"""A batch from a stall is kept sealed, counts when a second person accepts it, and never counts twice."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from campaign.database import db, transaction
from campaign.editions.models import Campaign
from campaign.petition import erasure
from campaign.petition.comparison import compare
from campaign.petition.ledger import Ledger
from campaign.petition.public_counts import count
from campaign.services import service
from campaign.signatures import person, stall_file
from campaign.signatures.sealing import new_key
from campaign.signatures.stall_file import MAGIC, StallFileError
from campaign.stalls import batches
from campaign.stalls.codes import Giver
from campaign.stalls.views import stall as stall_at
from tests.stalls.conftest import Stall, batch, sealed, signer


def ways(stall: Stall) -> dict[str, int]:
    """The tally by channel."""
    with stall.desk.app.app_context():
        rows = db.session.execute(text("SELECT way, sum(count) FROM signature_tally GROUP BY way"))
        return {way: int(number) for way, number in rows}


def ids(page: str) -> list[str]:
    return re.findall(r"stalls/batches/([0-9a-f]{32})/accept", page)


@pytest.mark.slow
def test_a_batch_counts_on_each_engine(stall: Stall) -> None:
    accepted(stall)


def test_a_batch_counts_when_a_second_person_has_accepted_it(still_stall: Stall) -> None:
    accepted(still_stall)


def accepted(stall: Stall) -> None:
    """A batch is handed over, and accepted by somebody else."""
    body = batch(stall.key, sealed(stall.key, 3))
    check = stall_file.read(body).check
    assert "ABCDE-23456" in stall.brings("Ada", body).text
    assert ways(stall) == {} and stall.petition.records == 0
    own, other = stall.page("Ada"), stall.page("Grace")
    assert check in own and "waiting for somebody else" in own and ids(own) == []
    (number,) = ids(other)
    assert check in other and "ada@example.org" in other
    assert "Somebody else has to accept" in stall.post("Ada", f"batches/{number}/accept").text
    assert ways(stall) == {}
    assert "3 of 3 counted" in stall.post("Grace", f"batches/{number}/accept").text
    assert ways(stall) == {"stall": 3} and stall.petition.records == 3
    assert "does not wait any more" in stall.post("Grace", f"batches/{number}/accept").text
    with stall.desk.app.app_context():
        (kept,) = db.session.execute(text("SELECT body, state FROM stall_batch")).all()
        assert (bytes(kept.body), kept.state) == (b"", "accepted")
        assert compare(db.session.connection(), 1).difference == 0
        rows = db.session.execute(text("SELECT sealed FROM signature")).scalars().all()
        names = {person.from_bytes(stall.petition.key.open(row)).name for row in rows}
        assert names == {signer(place).name for place in range(3)}
        seen = db.session.execute(text("SELECT count(*) FROM seen")).scalar()
        waiting = db.session.execute(text("SELECT count(*) FROM log_pending")).scalar()
        assert (seen, waiting) == (0, 3)


@pytest.mark.slow
def test_a_code_hands_over_one_batch_in_the_name_of_the_person_who_made_it(stall: Stall) -> None:
    made = re.search(r"<bdi>([2-9A-Z]{5}-[2-9A-Z]{5})</bdi>", stall.post("Ada", "code").text)
    assert made
    code = made[1].lower().replace("-", " ")
    first, second = (batch(stall.key, sealed(stall.key, 1)) for _ in range(2))
    assert "wrong, was used, or is too old" in stall.sends("ABCDE-FGHJK", first).text
    answer = stall.sends(code, first)
    assert answer.status_code == 303 and "no-store" in answer.headers["Cache-Control"]
    taken = stall.desk.app.test_client().get(answer.headers["Location"]).text
    assert "ABCDE-23456" in taken and "1 sealed signature" in taken
    refused = stall.sends(code, second)
    assert refused.status_code == 422 and "wrong, was used, or is too old" in refused.text
    # The answer was lost on its way: the same batch again changes nothing, and needs no code.
    again = stall.sends("", first)
    assert "handed over before" in stall.desk.app.test_client().get(again.headers["Location"]).text
    (number,) = ids(stall.page("Grace"))
    assert ids(stall.page("Ada")) == []
    stall.post("Grace", f"batches/{number}/accept")
    assert ways(stall) == {"stall": 1}


@pytest.mark.slow
def test_of_a_code_only_the_hash_is_kept_and_it_ends_after_half_an_hour(still_stall: Stall) -> None:
    stall = still_stall
    made = re.search(r"<bdi>([2-9A-Z]{5}-[2-9A-Z]{5})</bdi>", stall.post("Ada", "code").text)
    assert made
    with stall.desk.app.app_context():
        (row,) = db.session.execute(text("SELECT * FROM stall_code")).all()
    assert not any(part in str(row) for part in made[1].split("-"))
    stall.desk.clock.pass_(minutes=31)
    assert "too old" in stall.sends(made[1], batch(stall.key, sealed(stall.key, 1))).text


#: What was done to a batch of two signatures, and what is said of it.
WRONG: tuple[tuple[str, str], ...] = (
    ("nothing in it", "Choose the file of a batch."),
    ("another kind of file", "This is not a batch of signatures from a stall."),
    ("a byte changed in a record", "its checksum is a different one"),
    ("a record added", "its checksum is a different one"),
    ("cut off in the second record", "it has 1 of 2 signatures"),
    ("cut off in the head", "its checksum is a different one"),
    ("the same signature twice", "its checksum is a different one"),
    ("another petition", "another petition, or names a key or an edition"),
    ("another key", "another petition, or names a key or an edition"),
    ("a later key", "another petition, or names a key or an edition"),
    ("an edition that never was", "another petition, or names a key or an edition"),
    ("another form", "This is not a batch of signatures from a stall."),
    ("records of another epoch", "This is not a batch of signatures from a stall."),
    ("too large", "This file is larger than 2 MB. Choose a smaller one."),
)


def damaged(stall: Stall, what: str) -> bytes:
    key, records = stall.key, sealed(stall.key, 2)
    good = batch(key, records)
    other = replace(new_key("trees", 1).public)
    return {
        "nothing in it": b"",
        "another kind of file": b"campaign-signatures-1\n{}\n",
        "a byte changed in a record": good[:-5] + bytes([good[-5] ^ 1]) + good[-4:],
        "a record added": good + len(records[0]).to_bytes(2) + sealed(key, 1)[0],
        "cut off in the second record": good[:-20],
        "cut off in the head": good[:100],
        "the same signature twice": batch(key, [records[0], records[0]]),
        "another petition": batch(replace(key, slug="others"), records),
        "another key": batch(other, sealed(other, 2)),
        "a later key": batch(replace(key, epoch=2), sealed(replace(key, epoch=2), 2)),
        "an edition that never was": batch(key, records, edition=9),
        "another form": batch(key, records, form=2),
        "records of another epoch": batch(key, sealed(replace(key, epoch=2), 2)),
        "too large": MAGIC + b" " * (2 * 1024 * 1024),
    }[what]


@pytest.mark.security(26)
def test_altered_half_and_foreign_batches_are_refused_in_words(still_stall: Stall) -> None:
    for what, said in WRONG:
        answer = still_stall.brings("Ada", damaged(still_stall, what))
        assert said in answer.text, what
    assert ids(still_stall.page("Grace")) == [] and ways(still_stall) == {}


@pytest.mark.slow
def test_a_batch_that_comes_twice_counts_once(still_stall: Stall) -> None:
    stall = still_stall
    records = sealed(stall.key, 4)
    body = batch(stall.key, records)
    stall.brings("Ada", body)
    assert "handed over before" in stall.brings("Grace", body).text  # two organisers, one batch
    (number,) = ids(stall.page("Grace"))
    assert (
        "different batch with the same number"
        in stall.brings("Grace", batch(stall.key, records[:2], batch=number)).text
    )
    stall.post("Grace", f"batches/{number}/accept")
    assert "handed over before" in stall.brings("Grace", body).text
    assert (
        "All signatures of this batch are here already"
        in stall.brings("Grace", batch(stall.key, records)).text
    )
    some = batch(stall.key, [*records[:1], *sealed(stall.key, 2, 10)])
    stall.brings("Grace", some)
    page = stall.page("Ada")
    assert "1 of them are here already" in page
    assert "2 of 3 counted" in stall.post("Ada", f"batches/{ids(page)[0]}/accept").text
    assert ways(stall) == {"stall": 6}


@pytest.mark.slow
def test_two_waiting_batches_with_the_same_records_count_them_once(still_stall: Stall) -> None:
    stall, records = still_stall, sealed(still_stall.key, 3)
    for _ in range(2):
        stall.brings("Ada", batch(stall.key, records))
    for number in ids(stall.page("Grace")):
        stall.post("Grace", f"batches/{number}/accept")
    assert ways(stall) == {"stall": 3}


@pytest.mark.slow
def test_a_refused_batch_is_deleted_and_can_be_handed_over_again(still_stall: Stall) -> None:
    stall, body = still_stall, batch(still_stall.key, sealed(still_stall.key, 2))
    stall.brings("Ada", body)
    (number,) = ids(stall.page("Grace"))
    assert "Somebody else" in stall.post("Ada", f"batches/{number}/refuse").text
    assert "Refused" in stall.post("Grace", f"batches/{number}/refuse").text
    with stall.desk.app.app_context():
        assert bytes(db.session.execute(text("SELECT body FROM stall_batch")).scalar_one()) == b""
    stall.brings("Grace", body)
    stall.post("Ada", f"batches/{number}/accept")
    assert ways(stall) == {"stall": 2}


@pytest.mark.slow
def test_a_batch_of_an_old_edition_or_key_or_a_wrong_clock_is_named(still_stall: Stall) -> None:
    stall = still_stall
    stall.brings("Ada", batch(stall.key, sealed(stall.key, 1), day="2031-01-01"))
    with stall.desk.app.app_context():
        db.session.execute(text("UPDATE stall_batch SET edition = 0, epoch = 0"))
        db.session.commit()
    page = stall.page("Grace")
    assert "signed with edition 0; the newest is 2" in page and "the device’s clock says" in page
    assert "earlier key (epoch 0)" in page


@pytest.mark.slow
def test_a_record_that_was_withdrawn_does_not_come_back(still_stall: Stall) -> None:
    stall, records = still_stall, sealed(still_stall.key, 2)
    stall.brings("Ada", batch(stall.key, records))
    stall.post("Grace", f"batches/{ids(stall.page('Grace'))[0]}/accept")
    with stall.desk.app.app_context():
        number = db.session.execute(text("SELECT min(id) FROM signature")).scalar_one()
        assert erasure.forget(db.session, "trees", [number], "the tests", stall.desk.clock.now.date()) == 1
    stall.brings("Ada", batch(stall.key, [*records, *sealed(stall.key, 1, 20)]))
    stall.post("Grace", f"batches/{ids(stall.page('Grace'))[0]}/accept")
    assert stall.petition.records == 2


@pytest.mark.slow
def test_a_power_cut_in_between_leaves_all_or_nothing(
    still_stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    stall, body = still_stall, batch(still_stall.key, sealed(still_stall.key, 5))
    stall.brings("Ada", body)
    (number,) = ids(stall.page("Grace"))
    with stall.desk.app.test_request_context(), monkeypatch.context() as broken:

        def cut(*_given: Any, **_named: Any) -> None:
            raise OSError("the power failed")

        broken.setattr(batches, "_decide", cut)
        with pytest.raises(OSError, match="power"):
            batches.accept(db.session, stall_at("trees"), service(Ledger), number, Giver(99, "Grace"))
    assert ways(stall) == {} and stall.petition.records == 0
    stall.post("Grace", f"batches/{number}/accept")
    assert ways(stall) == {"stall": 5}


@pytest.mark.slow
@pytest.mark.security(64)
def test_batches_and_codes_go_with_the_signatures(still_stall: Stall) -> None:
    stall = still_stall
    stall.brings("Ada", batch(stall.key, sealed(stall.key, 1)))
    stall.post("Ada", "code")
    with stall.desk.app.app_context():
        with transaction(db.session):
            campaign = db.session.query(Campaign).filter_by(slug="trees").one()
            erasure.erase_all(db.session, campaign, stall.desk.clock.now.date())
        for table in ("stall_batch", "stall_code"):
            assert db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0
    assert stall.sends("", batch(stall.key, sealed(stall.key, 1))).status_code in {404, 422}


@pytest.mark.slow
def test_the_public_numbers_name_stalls_apart_and_add_them_up(still_stall: Stall) -> None:
    stall = still_stall
    stall.brings("Ada", batch(stall.key, sealed(stall.key, 7)))
    stall.post("Grace", f"batches/{ids(stall.page('Grace'))[0]}/accept")
    stall.desk.clock.pass_(days=1)
    with stall.desk.app.app_context():
        counted = count(db.session, stall.desk.clock.now)["trees"]
    assert (counted.total, counted.stalls, counted.elsewhere, counted.many) == (7, 7, 0, 0)


@pytest.mark.slow
def test_a_batch_needs_the_permission_to_type(still_stall: Stall) -> None:
    still_stall.desk.join("Reader", "reader")
    still_stall.seat("Reader").get("/paper/stalls", 403)


def test_the_file_of_a_batch_is_read_to_the_last_byte() -> None:
    key = new_key("trees", 1).public
    body = batch(key, sealed(key, 3))
    assert len(stall_file.read(body).records) == 3
    for end in range(0, len(body), 7):
        with pytest.raises(StallFileError):
            stall_file.read(body[:end])
