"""R9: the machine's clock jumps while somebody signs. Nobody is lost, and nothing has a negative age."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta

import pytest

from campaign import clock
from campaign.petition.public_counts import PublicCounts
from campaign.redis_access import connect
from campaign.services import service
from campaign.web.budgets import BUDGETS, Budget
from campaign.web.counters import MemoryCounter, RedisCounter
from campaign.web.limits import Budgets, shared_key
from tests.petition.conftest import BASE, Petition, headline, problems
from tests.site.test_limits import redis

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


# budgets


#: By how many hours the clock of a machine jumps.
HOURS = (-24, -2, 2, 192)


class Jumping:
    """A clock that jumps, while as many seconds pass as it is told."""

    def __init__(self) -> None:
        self.now, self.passed = clock.now(), 0.0

    def jump(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.passed += seconds


@pytest.fixture
def jumping() -> Iterator[Jumping]:
    made = Jumping()
    with clock.use(lambda: made.now, steady=lambda: made.passed):
        yield made


@pytest.fixture(params=["memory", "Redis"])
def counted(request: pytest.FixtureRequest) -> Budgets:
    return Budgets(redis() if request.param == "Redis" else "")


@pytest.mark.reliability(9)
@pytest.mark.parametrize("hours", HOURS)
@pytest.mark.parametrize("budget", BUDGETS, ids=lambda budget: budget.name)
def test_a_jump_of_a_machine_s_clock_opens_no_budget_and_bars_nobody(
    budget: Budget, hours: int, counted: Budgets, jumping: Jumping
) -> None:
    spent, half = (f"{budget.name} {secrets.token_hex(8)}" for _ in range(2))
    counted.add(budget, spent, amount=budget.most)
    counted.add(budget, half, amount=budget.most // 2)
    jumping.jump(hours)
    assert counted.look(budget, half).within
    refused = counted.spend(budget, spent)
    assert not refused.within and 1 <= refused.wait <= 2 * budget.seconds
    jumping.jump(-hours)
    assert not counted.spend(budget, spent).within, "nor when it is put right"
    if isinstance(counted.counter, MemoryCounter):
        jumping.wait(refused.wait)
        assert counted.spend(budget, spent).within


@pytest.mark.reliability(9)
@pytest.mark.parametrize("hours", HOURS)
@pytest.mark.parametrize("budget", BUDGETS, ids=lambda budget: budget.name)
def test_a_jump_of_redis_s_own_clock_bars_nobody_for_longer_than_two_windows(
    budget: Budget, hours: int
) -> None:
    """Ahead, it forgets what has ended by its clock; back, windows begin again with the counts they have."""
    counted = Budgets(redis())
    assert isinstance(counted.counter, RedisCounter)
    name = secrets.token_hex(8)
    counted.add(budget, name, amount=budget.most)
    window = counted.counter.name(f"{budget.name}:{counted.key.named(name)}", budget.seconds)
    store = counted.counter._store
    store.hset(window, "began", float(store.hget(window, "began")) - hours * 3600)
    usage = counted.spend(budget, name)
    if hours < 0:
        assert not usage.within and usage.window.elapsed == 0
    assert 0 <= usage.window.elapsed <= budget.seconds
    assert (
        1 <= usage.wait <= 2 * budget.seconds
    )  # as long as somebody waits who was refused at a window's beginning


@pytest.mark.reliability(9)
@pytest.mark.parametrize("hours", HOURS)
def test_no_jump_makes_a_network_a_stranger_and_its_name_means_nothing_after_a_day(
    hours: int, counted: Budgets, jumping: Jumping
) -> None:
    before = counted.key("192.0.2.1")
    jumping.jump(hours)
    assert counted.key("192.0.2.1") == before
    if isinstance(counted.counter, MemoryCounter):
        jumping.wait(86_400)
        assert counted.key("192.0.2.1") != before


@pytest.mark.reliability(9)
@pytest.mark.parametrize("hours", [-192, -24, 0])
def test_a_shared_secret_ends_within_a_day_though_redis_s_clock_was_put_back(hours: int) -> None:
    make, store = shared_key(redis()), connect(redis()).store
    make()
    store.expire("campaign:prefix-key", 86_400 - hours * 3600)
    assert 0 < make().ends_in <= 86_400
    assert 0 < store.ttl("campaign:prefix-key") <= 86_400


@pytest.mark.reliability(9)
@pytest.mark.parametrize("hours", HOURS)
def test_names_are_read_again_after_half_a_minute_whatever_the_clock_says(
    hours: int, petition: Petition, jumping: Jumping
) -> None:
    """After a jump back, a name that was withdrawn stayed on the page until the clock had caught up."""
    counts, reads = service(PublicCounts, petition.app), []
    counts._names_refresher._read = lambda: reads.append(1) or counts._read_names()  # type: ignore[func-returns-value]
    counts.names("trees")
    jumping.jump(hours)
    jumping.wait(31)
    counts.names("trees")
    assert len(reads) == 2
