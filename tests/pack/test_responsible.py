"""Who runs a campaign and whose demands it presents, as pages and paper say it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from campaign.pack.model import Pack
from campaign.pack.responsible import MOST_NAMED, asks


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, None),
        (1, "FIDH."),
        (MOST_NAMED, "FIDH."),
        (MOST_NAMED + 1, f"of {MOST_NAMED + 1} organisations."),
        (120, "of 120 organisations."),
    ],
)
def test_few_organisations_are_named_and_many_are_counted(count: int, said: str | None, pack: Pack) -> None:
    asker = replace(next(one for one in pack.organisations if one.asks), acronym={"en": "FIDH"})
    sentences = [str(one) for one in asks(replace(pack, organisations=(asker,) * count), "en")]
    assert len(sentences) == (said is not None)
    assert said is None or sentences[0].endswith(said)
