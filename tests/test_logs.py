"""The log: one line for each event, one line for each cause and minute, nothing of anybody."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.exc import ProgrammingError

from campaign import logs
from campaign.desk.content import difference
from campaign.services import service
from campaign.setting_values import SettingsError
from campaign.settings import read
from campaign.web.public_pages import PageCache

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ (INFO|WARNING|ERROR) campaign\.\w+ .+")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is written to the log."""
    stream = io.StringIO()
    logs.configure("info", stream)
    yield stream
    logs.configure("info")


def test_a_line_has_time_level_logger_and_message(written: io.StringIO) -> None:
    logging.getLogger("campaign.mail").warning("the queue took no row: %s", "OSError")
    assert LINE.fullmatch(written.getvalue().strip())
    assert written.getvalue().endswith("WARNING campaign.mail the queue took no row: OSError\n")


def test_an_outage_writes_one_line_for_each_cause_and_minute(written: io.StringIO) -> None:
    log = logging.getLogger("campaign.errors")
    for number in range(5_000):
        cause = "ProgrammingError" if number % 2 else "KeyError at desk/pages.py:1 page"
        log.error("error %08x at a place", number, extra={"cause": cause, "route": "site.home"})
    assert len(written.getvalue().splitlines()) == 2


def test_the_next_minute_says_how_many_were_left_out() -> None:
    record = logging.LogRecord("campaign.errors", logging.ERROR, "", 0, "gone", (), None)
    once = logs.OncePerMinute()
    assert once.filter(record)
    for _ in range(7):
        assert not once.filter(record)
    record.created += 61
    assert once.filter(record)
    assert logs.LineFormatter().format(record).endswith("gone 7 more like it were left out before")


def test_what_happens_in_the_ordinary_way_is_never_left_out(written: io.StringIO) -> None:
    for _ in range(3):
        logging.getLogger("campaign.mail").info("one mail was sent")
    assert len(written.getvalue().splitlines()) == 3


def test_json_has_the_same_fields() -> None:
    stream = io.StringIO()
    logs.configure("json", stream)
    logging.getLogger("campaign.errors").error("error %s", "da1f40b2", extra={"route": "desk.save"})
    logs.configure("info")
    fields = json.loads(stream.getvalue())
    assert fields["route"] == "desk.save"
    assert fields["message"] == "error da1f40b2"
    assert set(fields) == {"time", "level", "logger", "route", "message"}


def test_frames_are_ours_with_file_and_line() -> None:
    with pytest.raises(AttributeError) as caught:
        difference.lines(3, "x")  # type: ignore[arg-type]
    assert re.fullmatch(r"desk/content/difference\.py:\d+ lines", logs.frames(caught.value))


@pytest.mark.security(59)
def test_an_error_on_a_page_names_route_id_and_our_frames(
    app: Flask, monkeypatch: pytest.MonkeyPatch, written: io.StringIO
) -> None:
    def broken(*_args: object, **_values: object) -> None:
        raise ProgrammingError("SELECT 'secret-word'", {}, Exception("secret-word"))

    monkeypatch.setattr(service(PageCache, app), "_pages", {})  # another test may have read the page
    monkeypatch.setattr("campaign.site.pages.render_template", broken)
    with app.test_client() as client:
        for _ in range(3):
            assert client.get("/en/january-2022/updates/?secret-word=1").status_code == 500
    (line,) = written.getvalue().splitlines()
    assert LINE.fullmatch(line)
    assert re.search(
        r"site\.updates error [0-9a-f]{8} ProgrammingError at .*site/pages\.py:\d+ updates", line
    )
    assert "secret-word" not in line


@pytest.mark.parametrize("mode", ["info", "debug", "json"])
def test_a_mode_is_one_of_three(mode: str, tmp_path: object) -> None:
    assert read({"CAMPAIGN_DATA": str(tmp_path), "CAMPAIGN_LOG": mode}).log == mode


def test_another_mode_is_refused_in_words(tmp_path: object) -> None:
    with pytest.raises(SettingsError, match="CAMPAIGN_LOG must be one of info, debug, json, not “loud”"):
        read({"CAMPAIGN_DATA": str(tmp_path), "CAMPAIGN_LOG": "loud"})
