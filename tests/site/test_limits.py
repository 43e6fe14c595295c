"""Budgets: spent, refilled, and shared by several machines through Redis."""

from __future__ import annotations

import os
import secrets
import socket

import pytest

from campaign.web.budgets import INBOX, LINK
from campaign.web.counters import RedisCounter
from campaign.web.limits import Budgets, prefix

REDIS = os.environ.get("CAMPAIGN_TEST_REDIS", "redis://127.0.0.1:6379/9")


@pytest.mark.security(52)
def test_a_budget_is_for_one_kind_and_one_part_of_the_network() -> None:
    budgets = Budgets()
    spent = [budgets.spend(INBOX, prefix("203.0.113.5")).within for _ in range(4)]
    assert spent == [True, True, True, False]
    assert budgets.spend(INBOX, prefix("198.51.100.5")).within
    assert budgets.spend(LINK, prefix("203.0.113.5")).within


def redis() -> str:
    """The address of Redis; without one, the test is skipped."""
    host, _, port = REDIS.split("/")[2].partition(":")
    try:
        socket.create_connection((host, int(port or 6379)), timeout=2).close()
    except OSError:
        if os.environ.get("CI"):
            pytest.fail("CI needs Redis: set CAMPAIGN_TEST_REDIS")
        pytest.skip("no Redis on this machine (CAMPAIGN_TEST_REDIS)")
    return REDIS


def test_machines_share_a_budget_through_redis() -> None:
    one, other = Budgets(redis()), Budgets(redis())
    name = secrets.token_hex(8)
    spent = [each.spend(INBOX, name).within for each in (one, other, one, other, one)]
    assert spent == [True, True, True, False, False]


def test_budgets_go_on_in_this_process_while_redis_does_not_answer() -> None:
    budgets = Budgets()
    budgets.counter = RedisCounter("redis://127.0.0.1:1/0")
    assert [budgets.spend(INBOX, "x").within for _ in range(4)] == [True, True, True, False]
