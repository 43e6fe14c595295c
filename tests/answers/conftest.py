"""A site of its own with a letter that was written, and what somebody reports of it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from campaign import clock
from tests.conftest import published
from tests.tools import BASE, SEED, typed

#: The day on which letters are written.
WRITTEN = datetime(2026, 11, 26, 12, tzinfo=UTC)


@dataclass
class Site:
    """A site whose clock the test sets."""

    app: Flask
    client: FlaskClient
    now: datetime = WRITTEN
    paths: list[str] = field(default_factory=list)

    def later(self, **time: int) -> None:
        """Move the clock."""
        self.now += timedelta(**time)

    def slip(self, **changes: Any) -> str:
        """The path of the slip of a new letter, from a page of its own."""
        form = typed(self.client, do="slip", **{"day": self.now.date().isoformat(), **changes})
        page = html.unescape(self.client.post(f"{BASE}/write", data=form).text)
        address = re.search(r'data-slip="([^"]+)"', page)
        assert address is not None
        return urlsplit(address[1]).path

    def report(self, path: str, answer: str, wait: int = 31, **changes: Any) -> TestResponse:
        """Report an answer as somebody without a script does: the page has been open for a while."""
        page = self.client.get(path).text
        token = re.search(r'name="form_token" value="([^"]+)"', page)
        self.later(seconds=wait)
        data = {"form_token": token[1] if token else "", "work": "", "report": answer, **changes}
        return self.client.post(path, data=data)

    @property
    def today(self) -> date:
        """The day in UTC."""
        return self.now.date()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The first campaign, in which nothing was counted yet."""
    monkeypatch.setattr("campaign.letters.forms.YOUNGEST", 0)
    app = published(tmp_path, SEED)
    made = Site(app, app.test_client())
    with clock.use(lambda: made.now):
        yield made
