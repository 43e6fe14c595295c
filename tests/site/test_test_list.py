"""The file for OONI's test lists: the columns of the Citizen Lab, every web address, and no onion."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest

from campaign.pack.files import parse
from campaign.settings import Settings
from campaign.site import test_list
from tests.minimal import FILES


def _settings(address: str) -> Settings:
    return cast(Settings, SimpleNamespace(public_url=address, domains={}))


def _rows(settings: Settings, **changes: object) -> list[dict[str, str]]:
    pack = replace(parse(FILES), **changes)  # type: ignore[arg-type]
    return list(csv.DictReader(io.StringIO(test_list.written(pack, settings, date(2026, 11, 26)))))


def test_it_has_the_front_page_in_each_language_and_every_mirror() -> None:
    settings = _settings("https://trees.example.org")
    mirrors = (
        "https://copy.example.net/trees/",
        "http://abc.onion/trees/",
        "https://copy.example.net/trees/",
    )
    rows = _rows(settings, mirrors=mirrors)
    assert [*rows[0]] == ["url", "category_code", "category_description", "date_added", "source", "notes"]
    assert [row["url"] for row in rows] == [
        "https://trees.example.org/en/trees/", "https://trees.example.org/fr/trees/",
        "https://copy.example.net/trees/",
    ]  # fmt: skip
    assert {(row["category_code"], row["category_description"], row["date_added"]) for row in rows} == {
        ("HUMR", "Human Rights Issues", "2026-11-26")
    }


def test_without_an_address_it_says_what_is_missing() -> None:
    with pytest.raises(LookupError, match="CAMPAIGN_PUBLIC_URL"):
        _rows(_settings(""))
