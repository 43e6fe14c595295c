"""Counting what budgets.py declares, for network prefixes and names under a key of the day.

The key is an HMAC of the /24 or /48 prefix. Its secret is made at start, changes every day
and is only in memory, of this process or of Redis; no address is stored anywhere.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, NoReturn

from flask import g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from campaign import clock
from campaign.redis_access import Outage, connect
from campaign.services import service
from campaign.settings import Settings
from campaign.web import budgets, onion
from campaign.web.budgets import Budget
from campaign.web.counters import Counter, MemoryCounter, RedisCounter, Window

#: Seconds for which a secret is used, and after which a shared one is asked for again: it may have ended.
DAY, AGAIN = 86_400.0, 60.0


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret, the seconds that it still has, and those until `make` is asked again."""

    key: bytes
    ends_in: float = DAY
    again_in: float = DAY


class PrefixKey:
    """Turns a client's network prefix into a name that has no meaning the next day.

    `make` gives a secret: a new one for this process, unless several machines share it. A day is one of the
    seconds that pass: a clock that jumps makes nobody a stranger.
    """

    def __init__(self, make: Callable[[], Secret] = lambda: Secret(secrets.token_bytes(32))) -> None:
        self._make, self._key, self._stopgap = make, b"", b""
        self._ends = self._again = self._stopgap_ends = float("-inf")

    def __call__(self, address: str) -> str:
        return self.named(prefix(address))

    def named(self, name: str) -> str:
        """The key for any other name."""
        now = clock.steady()
        if now >= self._again:
            try:
                secret = self._make()
            except ConnectionError:
                # One of this process until Redis answers: budgets count in this process meanwhile.
                return _named(self._key if now < self._ends else self._own(now), name)
            self._key, self._ends, self._again = secret.key, now + secret.ends_in, now + secret.again_in
        return _named(self._key, name)

    def _own(self, now: float) -> bytes:
        """A secret of this process while no shared one can be had."""
        if now >= self._stopgap_ends:
            self._stopgap, self._stopgap_ends = secrets.token_bytes(32), now + DAY
        return self._stopgap


def _named(key: bytes, name: str) -> str:
    return hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:32]


def shared_key(url: str) -> Callable[[], Secret]:
    """The day's secret in Redis: the first machine that asks makes it, and it expires by Redis's own clock.

    What is returned raises ConnectionError while Redis does not answer.
    """
    redis = connect(url)
    store = redis.store
    outage = Outage()

    def make() -> Secret:
        if outage.lasts:
            raise ConnectionError("Redis does not answer")
        name = "campaign:prefix-key"
        try:
            store.set(name, secrets.token_bytes(32), ex=int(DAY), nx=True)
            key, left = store.get(name), store.pttl(name) / 1000
            if not 0 <= left <= DAY:  # its clock was put back
                left = DAY
                store.expire(name, int(DAY))
        except redis.error as error:
            outage.begin()
            raise ConnectionError("Redis does not answer") from error
        if not isinstance(key, bytes):
            raise TypeError("Redis gave no key for today's budgets")
        return Secret(key, left, min(left, AGAIN))

    return make


def prefix(address: str) -> str:
    """The /24 of an IPv4 or the /48 of an IPv6 address; 'unknown' for anything else."""
    try:
        ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return "unknown"
    if ip.version == 6 and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))


def client_address() -> str:
    """The client's address: that of the connection, or the one that the nth trusted proxy reports.

    `CAMPAIGN_TRUSTED_HOPS` is the number of trusted proxies; values that the client itself writes
    into X-Forwarded-For are further left and never read.
    """
    return client_in(request.environ, service(Settings).trusted_hops)


def client_in(environ: Mapping[str, Any], hops: int) -> str:
    """The same of a request by its WSGI environment."""
    forwarded = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return forwarded[-hops] if hops and len(forwarded) >= hops else (environ.get("REMOTE_ADDR") or "")


#: How much larger the budgets of a network are while organisers have an event there.
EVENT_FACTOR = 20

View = Callable[..., ResponseReturnValue]

#: Whether a campaign has an event now in the network of an address.
AtEvent = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of a budget is used, this time included."""

    window: Window
    most: int

    @property
    def within(self) -> bool:
        return self.window.count <= self.most

    @property
    def step(self) -> int:
        """How many times the budget was doubled, at most budgets.STEPS."""
        return budgets.step(self.window.count, self.most)

    @property
    def wait(self) -> int:
        """Seconds until there is room again."""
        return self.window.room_in(self.most)


_UNUSED = Window(1, 0, 0, 0)


class Budgets:
    """Counts for each budget and key, in memory or, for several machines, in Redis."""

    def __init__(self, redis_url: str = "") -> None:
        self.enabled = True
        self.key = PrefixKey(shared_key(redis_url)) if redis_url else PrefixKey()
        self.counter: Counter = RedisCounter(redis_url) if redis_url else MemoryCounter()
        self.at_event: AtEvent = lambda _slug, _address: False

    def add(self, budget: Budget, name: str, factor: int = 1, amount: int = 1) -> Usage:
        """Count, whether there is room or not; what follows depends on the step."""
        if not self.enabled:
            return Usage(_UNUSED, budget.most)
        key = f"{budget.name}:{self.key.named(name)}"
        return Usage(self.counter.add(key, budget.seconds, amount), budget.most * factor)

    def look(self, budget: Budget, name: str, factor: int = 1) -> Usage:
        """What `add` would say, without counting."""
        usage = self.add(budget, name, factor, amount=0)
        window = usage.window
        return (
            usage if window is _UNUSED else replace(usage, window=replace(window, current=window.current + 1))
        )

    def spend(self, budget: Budget, name: str, factor: int = 1, amount: int = 1) -> Usage:
        """Count if there is room; what was refused does not count, or a flood would never end."""
        usage = self.add(budget, name, factor, amount)
        if not usage.within:
            self.add(budget, name, factor, -amount)
        return usage

    @contextmanager
    def spending(self, budget: Budget, name: str) -> Iterator[Usage]:
        """Count if there is room; what the block then fails to do, by an error, does not count."""
        usage = self.spend(budget, name)
        try:
            yield usage
        except BaseException:
            if usage.within:
                self.add(budget, name, amount=-1)
            raise

    def factor(self, address: str) -> int:
        """By how much a network’s budgets are larger: this request’s campaign may have an event there."""
        edition = g.get("edition")
        return EVENT_FACTOR if edition and self.at_event(edition.pack.slug, address) else 1


def add(budget: Budget, amount: int = 1) -> Usage:
    """Count this request for its network."""
    counted = service(Budgets)
    return max((counted.add(budget, name, factor, amount) for name, factor in _networks()), key=_fullness)


def spend(budget: Budget, amount: int = 1) -> Usage:
    """Count this request for its network, if there is room."""
    counted, spent, usages = service(Budgets), list[tuple[str, int]](), list[Usage]()
    for name, factor in _networks():
        usages.append(counted.spend(budget, name, factor, amount))
        if not usages[-1].within:
            for other, its_factor in spent:  # what was refused does not count anywhere
                counted.add(budget, other, its_factor, -amount)
            return usages[-1]
        spent.append((name, factor))
    return max(usages, key=_fullness)


def look(budget: Budget) -> Usage:
    """What the next request of this network would find."""
    counted = service(Budgets)
    return max((counted.look(budget, name, factor) for name, factor in _networks()), key=_fullness)


def _fullness(usage: Usage) -> float:
    return usage.window.count / usage.most


def _networks() -> list[tuple[str, int]]:
    """The names that this request is counted for, with the factor of each one's budget.

    A network is one name. By the onion service there are no networks: a request counts for its circuit,
    where Tor names it, and for all of Tor together, whose budget is larger.
    """
    address = client_address()
    if (circuit := onion.circuit(address)) is None:
        return [(prefix(address), service(Budgets).factor(address))]
    return [*([(f"circuit {circuit}", 1)] if circuit else []), ("onion", onion.FACTOR)]


def spend_or_refuse(budget: Budget, name: str) -> None:
    """Count one for a name; answer 429 beyond the budget."""
    usage = service(Budgets).spend(budget, name)
    if not usage.within:
        refuse(usage)


def refuse(usage: Usage) -> NoReturn:
    """Answer 429, with the seconds until there is room. Raises TooManyRequests."""
    raise TooManyRequests(retry_after=usage.wait)


def limited(budget: Budget) -> Callable[[View], View]:
    """Limit the requests for a view by network; answer 429 beyond the budget."""

    def decorate(view: View) -> View:
        @wraps(view)
        def within(*args: Any, **values: Any) -> ResponseReturnValue:
            usage = spend(budget)
            if not usage.within:
                refuse(usage)
            return view(*args, **values)

        return within

    return decorate
