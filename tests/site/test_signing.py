"""Signed tokens: each for one purpose, under one secret, and not for ever."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from campaign import clock
from campaign.web.signing import Purpose, SignatureError, TooOldError, sign, unsign

SECRET, OTHER = b"s" * 32, b"o" * 32


@pytest.fixture
def at() -> Iterator[list[float]]:
    """The time in seconds since 1970, to be changed."""
    time = [1_000_000.5]
    with clock.use(lambda: datetime.fromtimestamp(time[0], UTC)):
        yield time


def test_a_value_comes_back_with_the_time_at_which_it_was_signed(at: list[float]) -> None:
    token = sign(SECRET, Purpose.FORM, ["é", 1.5])
    at[0] += 1_000_000
    signed = unsign(SECRET, Purpose.FORM, token)
    assert (signed.value, signed.at, len(signed.nonce)) == (["é", 1.5], 1_000_000, 9)


def test_a_token_is_good_for_one_purpose_and_under_one_secret() -> None:
    for purpose in Purpose:
        token = sign(SECRET, purpose, "x")
        for wanted in Purpose:
            if wanted is purpose:
                assert unsign(SECRET, wanted, token).value == "x"
            else:
                with pytest.raises(SignatureError):
                    unsign(SECRET, wanted, token)
        with pytest.raises(SignatureError):
            unsign(OTHER, purpose, token)


@pytest.mark.parametrize("token", ["", ".", "a.b.c", "x" * 10_000, "é", "\udc80", ".."])
def test_what_we_did_not_sign_is_refused(token: str) -> None:
    with pytest.raises(SignatureError):
        unsign(SECRET, Purpose.FORM, token, 60)


@pytest.mark.parametrize(("age", "good"), [(0, True), (60, True), (61, False), (-1, False)])
def test_a_token_has_an_age(at: list[float], age: int, good: bool) -> None:
    token = sign(SECRET, Purpose.PASSKEY, "x")
    at[0] += age
    if good:
        assert unsign(SECRET, Purpose.PASSKEY, token, 60).value == "x"
    else:
        with pytest.raises(TooOldError):
            unsign(SECRET, Purpose.PASSKEY, token, 60)
