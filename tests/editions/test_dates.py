"""Dates that close or erase: never near when they change, and never in the way when they stay."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from campaign import clock
from campaign.database import db
from campaign.editions import drafts, store
from campaign.editions.edition_cache import sound_pack
from campaign.editions.store import Authorship
from campaign.pack.check import check
from campaign.pack.findings import CONTROLLER, PackError
from tests.minimal import FILES

NOW = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)  # in Almaty the 25th has begun
BY = Authorship("files")


def pack(closes: str = "2027-06-30", erase_on: str = "2027-12-31", **more: str) -> dict[str, str]:
    return {**FILES, "petition.yaml": f"closes: {closes}\nerase-on: {erase_on}\nevents: []\n", **more}


ALMATY = {"campaign.yaml": FILES["campaign.yaml"] + "time-zone: Asia/Almaty\n"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "refused"),
    [
        (pack("2026-11-20", "2026-11-24"), {"closes", "erase-on"}),  # finding F18: yesterday
        (pack("2026-11-20", "2028-01-01"), {"closes"}),
        (pack("2026-11-26", "2028-01-01"), {"closes"}),
        (pack("2026-11-27", "2026-11-30"), {"erase-on"}),
        (pack("2026-11-27", "2026-12-01"), set()),
        (pack("2026-11-27", "2026-12-01", **ALMATY), {"closes", "erase-on"}),
        (pack("2026-11-28", "2026-12-02", **ALMATY), set()),
        (pack("2029-11-28", "2030-12-02"), set()),
        ({**FILES, "petition.yaml": "events: []\n"}, set()),
    ],
)
@pytest.mark.parametrize("path", ["a folder", "the draft"])
def test_a_date_that_changes_is_not_near(
    path: str, files: dict[str, str], refused: set[str], storage: Flask
) -> None:
    with storage.app_context(), clock.use(lambda: NOW):
        store.publish(db.session, "trees", pack(), BY)

        def publish() -> int | None:
            if path == "a folder":
                return store.publish(db.session, "trees", files, BY)
            drafts.become(db.session, "trees", files, BY)
            return drafts.publish(db.session, "trees", drafts.draft(db.session, "trees").mark, BY)

        if not refused:
            assert publish() == 2
            return
        with pytest.raises(PackError) as error:
            publish()
        assert {finding.text.text.split("”")[0].strip("“") for finding in error.value.findings} == refused
        assert store.newest(db.session)["trees"] == 1


@pytest.mark.parametrize("later", [timedelta(days=215), timedelta(days=500)], ids=["nearly over", "over"])
def test_dates_that_stay_are_in_nobody_s_way(later: timedelta, storage: Flask) -> None:
    with storage.app_context():
        with clock.use(lambda: NOW):
            store.publish(db.session, "trees", pack(), BY)
        with clock.use(lambda: NOW + later):
            events = "- {key: over, what: other, date: 2027-01-01, words: {en: It is over, fr: Fini}}"
            outcome = pack()["petition.yaml"].replace("events: []", f"events:\n{events}")
            assert store.publish(db.session, "trees", pack(**{"petition.yaml": outcome}), BY) == 2


def test_the_first_edition_may_have_any_dates_and_the_checker_warns_of_past_ones(storage: Flask) -> None:
    files = pack("2026-11-20", "2026-11-24")
    with storage.app_context(), clock.use(lambda: NOW + timedelta(days=1)):
        sound_pack(files)
        assert store.publish(db.session, "trees", files, BY) == 1
    said = [
        str(finding.text)
        for finding in check(files, date(2026, 11, 25))
        if finding.path == "petition.yaml" and finding.kind != CONTROLLER
    ]
    assert said == ["“closes” is in the past: 2026-11-20.", "“erase-on” is in the past: 2026-11-24."]
    before = [finding for finding in check(files, date(2026, 11, 20)) if finding.path == "petition.yaml"]
    assert {finding.kind for finding in before} <= {CONTROLLER}
