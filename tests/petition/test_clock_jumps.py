"""R9: the machine's clock jumps while somebody signs. Nobody is lost, and nothing has a negative age."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaign import clock
from campaign.web.counters import MemoryCounter
from tests.petition.conftest import BASE, Petition, headline, problems

THANKS, EXPIRED = "Your signature counts", "This link has expired"

#: What the clock does after the e-mail was sent, and what the link's button then says.
JUMPS = {
    "a day back": (timedelta(days=-1), THANKS),
    "two hours back": (timedelta(hours=-2), THANKS),
    "two hours ahead": (timedelta(hours=2), THANKS),
    "eight days and a minute ahead": (timedelta(days=8, minutes=1), EXPIRED),
}


@pytest.mark.slow
@pytest.mark.reliability(9)
@pytest.mark.parametrize("jump", JUMPS)
def test_a_signature_survives_every_jump_of_the_clock(jump: str, petition: Petition) -> None:
    by, said = JUMPS[jump]
    confirm, withdraw = petition.signs()
    typed, now = petition.typed(email="eve@example.org"), clock.now()
    with clock.use(lambda: now + by):
        assert petition.confirm(confirm) == said
        for page in (BASE, f"{BASE}/signatures", f"{BASE}/count.json", "/health"):
            answer = petition.browser().get(page)
            assert answer.status_code == 200 and "-1 " not in answer.text, page
        # A form that was open meanwhile is taken, or shown again with what was typed.
        sent = petition.browser().post(BASE, data=typed, follow_redirects=True)
        assert sent.status_code == 200 or ('value="Ana Example"' in sent.text and problems(sent.text))
    # The clock is right again: the link works if it did not, and counts once.
    assert petition.confirm(confirm) == THANKS
    assert petition.records == petition.total == 1
    assert headline(petition.browser().get(withdraw).text) == "Your signature"
    assert petition.withdraw(withdraw) == "Your signature has been withdrawn"
    assert petition.records == petition.total == 0


@pytest.mark.reliability(9)
@pytest.mark.parametrize("hours", [-24, -2, 2, 192])
def test_a_budget_begins_again_when_the_clock_jumps_and_bars_nobody_for_longer_than_its_time(
    hours: int,
) -> None:
    counter, now = MemoryCounter(), clock.now()
    with clock.use(lambda: now):
        for _ in range(5):
            before = counter.add("key", 3600, 1)
        assert before.count == 5
    with clock.use(lambda: now + timedelta(hours=hours)):
        after = counter.add("key", 3600, 1)
        assert 0 < after.count <= 6 and 1 <= after.room_in(1) <= 7200
    with clock.use(lambda: now):
        again = counter.add("key", 3600, 1)
        assert 0 < again.count <= 7 and 1 <= again.room_in(1) <= 7200
