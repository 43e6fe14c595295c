"""Nobody learns from the length of a page of the desk what is on it (BREACH): campaign/web/compression.py says why."""

from __future__ import annotations

import re

import brotli
import pytest

from tests.desk.conftest import BASE, Desk

PAGES = ["/", "/content", "/content/page/about", "/people", "/audit", "/signatures", "/publish"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("site", "compressed"),
    [
        ("same-origin", True),
        ("none", True),
        ("cross-site", False),
        ("same-site", False),
        ("", False),
        ("x", False),
    ],
)
def test_a_page_is_compressed_for_our_own_pages_and_the_person_and_not_for_another_site(
    site: str, compressed: bool, path: str, still: Desk
) -> None:
    """A link from another site brings the sign-in along, and may bring words that the page shows."""
    browser = still.sits("Ana").client
    headers = {"Accept-Encoding": "br, gzip"} | ({"Sec-Fetch-Site": site} if site else {})
    answer = browser.get(BASE + path, headers=headers)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert ("Content-Encoding" in answer.headers) is compressed
    assert "</html>" in (brotli.decompress(answer.data).decode() if compressed else answer.text)


def test_the_token_of_a_form_is_another_one_in_each_answer(still: Desk) -> None:
    seat = still.sits("Ana")
    found = [
        set(re.findall(r'name="csrf" value="([^"]+)"', seat.get("/content/page/about"))) for _ in range(2)
    ]
    assert found[0] and not found[0] & found[1]
