"""Budgets: spent, refilled, and shared by several machines through Redis."""

from __future__ import annotations

import os
import secrets
import socket

import pytest

from campaign.web.limits import Budgets

REDIS = os.environ.get("CAMPAIGN_TEST_REDIS", "redis://127.0.0.1:6379/9")


@pytest.mark.security(52)
def test_a_budget_is_for_one_kind_and_one_part_of_the_network() -> None:
    budgets = Budgets("memory://")
    spent = [budgets.spend("press", "3 per minute", "203.0.113.5") for _ in range(4)]
    assert spent == [True, True, True, False]
    assert budgets.spend("press", "3 per minute", "198.51.100.5")
    assert budgets.spend("preview", "3 per minute", "203.0.113.5")


def test_machines_share_a_budget_through_redis() -> None:
    host, _, port = REDIS.split("/")[2].partition(":")
    try:
        socket.create_connection((host, int(port or 6379)), timeout=2).close()
    except OSError:
        if os.environ.get("CI"):
            pytest.fail("CI needs Redis: set CAMPAIGN_TEST_REDIS")
        pytest.skip("no Redis on this machine (CAMPAIGN_TEST_REDIS)")
    one, other = Budgets(REDIS), Budgets(REDIS)
    kind = f"test-{secrets.token_hex(8)}"
    assert one.spend(kind, "2 per minute", "203.0.113.5")
    assert other.spend(kind, "2 per minute", "203.0.113.5")
    assert not one.spend(kind, "2 per minute", "203.0.113.5")
