"""How wide text runs and in which direction, and what of it stays in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from campaign.press import direction, metrics


@pytest.mark.security(58)
@pytest.mark.parametrize(
    ("kept", "more", "in_a_letter"),
    [
        pytest.param(metrics._word, (), 60, id="words"),
        pytest.param(direction.pieces, ("en",), 15, id="texts"),
    ],
)
def test_nothing_that_a_supporter_typed_is_kept_after_a_hundred_letters(
    kept: Callable[..., Any], more: tuple[str, ...], in_a_letter: int
) -> None:
    def is_there(typed: str) -> bool:
        before = kept.cache_info().hits  # type: ignore[attr-defined]
        kept(typed, *more)
        return bool(kept.cache_info().hits > before)  # type: ignore[attr-defined]

    assert not is_there("Zaphodina")
    assert is_there("Zaphodina")
    for number in range(100 * in_a_letter):
        kept(f"typed{number}", *more)
    assert not is_there("Zaphodina")
