"""Budgets of requests, counted for network prefixes and never for a person.

The key is an HMAC of the /24 or /48 prefix. Its secret is made at start, changes every day
and is only in memory, of this process or of Redis; no address is stored anywhere.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, abort, request
from flask.typing import ResponseReturnValue
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from campaign import clock
from campaign.services import provide, service
from campaign.settings import Settings


class PrefixKey:
    """Turns a client's network prefix into a name that has no meaning the next day.

    `make` gives the secret of a day, counted from 1970: a new one for this process, unless
    several machines share it.
    """

    def __init__(self, make: Callable[[int], bytes] = lambda _day: secrets.token_bytes(32)) -> None:
        self._make = make
        self._day, self._key = -1, b""

    def __call__(self, address: str, day: int | None = None) -> str:
        return self.named(prefix(address), day)

    def named(self, name: str, day: int | None = None) -> str:
        """The key for any other name."""
        today = int(clock.seconds() // 86_400) if day is None else day
        if today != self._day:
            self._day, self._key = today, self._make(today)
        return hmac.new(self._key, name.encode(), hashlib.sha256).hexdigest()[:32]


def shared_key(url: str) -> Callable[[int], bytes]:
    """The day's secret in Redis: the first machine that asks makes it, and it expires."""
    # Only for several machines: it would add 80 ms to every other start.
    from redis import Redis

    store = Redis.from_url(url)

    def make(day: int) -> bytes:
        name = f"campaign:prefix-key:{day}"
        store.set(name, secrets.token_bytes(32), ex=2 * 86_400, nx=True)
        key = store.get(name)
        if not isinstance(key, bytes):
            raise TypeError("Redis gave no key for today's budgets")
        return key

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
    hops = service(Settings).trusted_hops
    forwarded = [
        part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()
    ]
    return forwarded[-hops] if hops and len(forwarded) >= hops else (request.remote_addr or "")


#: Steady typing asks for a preview about once a second.
PREVIEW = "120 per minute"
FORM = "60 per minute"
PRESS = "20 per minute"
SENT = "20 per hour"

View = Callable[..., ResponseReturnValue]


class Budgets:
    """Counts requests by kind and network prefix, in memory or, for several machines, in Redis."""

    def __init__(self, storage: str) -> None:
        self.enabled = True
        self.key = PrefixKey() if storage == "memory://" else PrefixKey(shared_key(storage))
        self.limiter = MovingWindowRateLimiter(storage_from_string(storage))

    def spend(self, kind: str, budget: str, address: str) -> bool:
        """Take one request from the budget; False if it is used up."""
        return not self.enabled or self.limiter.hit(parse(budget), kind, self.key(address))

    def spend_named(self, kind: str, budget: str, name: str) -> bool:
        """The same for the budget of a name, such as the one that somebody signs in with."""
        return not self.enabled or self.limiter.hit(parse(budget), kind, self.key.named(name))


def limited(budget: str) -> Callable[[View], View]:
    """Limit the requests for a view by network prefix; answer 429 above the budget."""

    def decorate(view: View) -> View:
        @wraps(view)
        def within(*args: Any, **values: Any) -> ResponseReturnValue:
            budgets: Budgets = service(Budgets)
            if not budgets.spend(view.__name__, budget, client_address()):
                abort(429)
            return view(*args, **values)

        return within

    return decorate


def init(app: Flask) -> None:
    """Create the application's budgets."""
    provide(app, Budgets(service(Settings, app).redis_url or "memory://"))
