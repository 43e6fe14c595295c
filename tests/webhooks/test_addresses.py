"""Which addresses a webhook may have. Where they lead is in tests/test_outgoing.py."""

from __future__ import annotations

import pytest

from campaign.webhooks import addresses


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://hooks.example.org/a?b=c", ""), ("https://hooks.example.org:443/", ""),
        ("http://hooks.example.org/", "https"), ("ftp://hooks.example.org/", "https"), ("", "https"),
        ("https://hooks.example.org/\r\nX: y", "https"), ("https://hooks.example.org/ x", "https"),
        ("https://hooks.example.org/é", "https"), ("https://127.0.0.1/", "host"), ("https://[::1]/", "host"),
        ("https://10.0.0.10/", "host"), ("https://localhost/", "host"), ("https://2130706433/", "host"), ("https://0x7f.1/", "host"),
        ("https://user:pass@hooks.example.org/", "host"), ("https://hooks.example.org:8443/", "host"),
        ("https://hooks.example.org:99999/", "host"), ("https://hooks.example.org/#x", "host"),
        ("https:///x", "host"), ("https://[::1/", "host"), ("https://hooks.example.org/" + "x" * 500, "long"),
    ],
)  # fmt: skip
def test_a_webhook_has_an_address_of_https_with_a_name(url: str, problem: str) -> None:
    assert addresses.problem(url) == problem
