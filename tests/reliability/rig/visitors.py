"""People who come through nginx: each from an address of their own, over TLS, and patient as people are."""

from __future__ import annotations

import heapq
import html
import http.client
import itertools
import random
import re
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import urlencode

from tests.deploy.test_proxies import HOST
from tests.mail.relay import Relay
from tests.petition.conftest import headline, links_of, problems, solved
from tests.reliability.rig.network import Network

#: Seconds that a browser waits for an answer; most wait longer.
PATIENCE = 20

#: Seconds after which somebody looks for the e-mail no more: as long as a run goes on after the last sign-up.
LONGEST = 1800

#: Seconds after which an answer counts as slow.
SLOW = 5

#: What somebody who is in earnest tries again: the site is busy, or the proxy found no machine.
LATER = {502, 503, 504}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, as far as a visitor sees it."""

    status: int
    text: str
    location: str = ""
    retry_after: str = ""


@dataclass(frozen=True)
class Door:
    """The way to the site: nginx's address, and the certificate that is trusted."""

    proxy: str
    trust: ssl.SSLContext

    def ask(self, source: str, path: str, body: dict[str, str] | None = None) -> Answer:
        """One request over a new connection. Raises OSError or HTTPException."""
        plain = socket.create_connection((self.proxy, 443), PATIENCE, (source, 0))
        with plain, self.trust.wrap_socket(plain, server_hostname=HOST) as secure:
            connection = http.client.HTTPConnection(HOST, timeout=PATIENCE)
            connection.sock = secure
            headers = {"Connection": "close", "Accept-Language": "en"}
            if body is None:
                connection.request("GET", path, headers=headers)
            else:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                connection.request("POST", path, urlencode(body), headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            return Answer(
                answer.status, text, answer.getheader("Location", ""), answer.getheader("Retry-After", "")
            )


#: What somebody does: yields the seconds until the next step, and ends.
Steps = Generator[float, None, None]


class Schedule:
    """Many people at once, by a few threads: each step of one is done by the next thread that is free."""

    def __init__(self, network: Network, threads: int) -> None:
        self._network, self._many = network, threads
        self._heap: list[tuple[float, int, Steps]] = []
        self._ready = threading.Condition()
        self._numbers = itertools.count()
        self._open = 0
        self._stopped = False
        self.broken: list[BaseException] = []

    def add(self, steps: Steps, after: float = 0.0) -> None:
        """Begin so many seconds from now."""
        with self._ready:
            self._open += 1
            heapq.heappush(self._heap, (time.monotonic() + after, next(self._numbers), steps))
            self._ready.notify()

    def run(self, until: Callable[[], bool] | None = None, longest: float = 3600) -> bool:
        """Work until everybody is done, or `until`; whether everybody is, within `longest` seconds."""
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(self._many)]
        for thread in threads:
            thread.start()
        end = time.monotonic() + longest
        while self._open and time.monotonic() < end and not (until and until()) and not self.broken:
            time.sleep(0.2)
        with self._ready:
            self._stopped = True
            self._ready.notify_all()
        for thread in threads:
            thread.join(PATIENCE * 2)
        if self.broken:
            raise self.broken[0]
        return not self._open

    def _work(self) -> None:
        self._network.enter("visitors")
        while (steps := self._next()) is not None:
            try:
                pause = next(steps)
            except StopIteration:
                with self._ready:
                    self._open -= 1
            except Exception as error:
                self.broken.append(error)
                return
            else:
                with self._ready:
                    heapq.heappush(self._heap, (time.monotonic() + pause, next(self._numbers), steps))
                    self._ready.notify()

    def _next(self) -> Steps | None:
        with self._ready:
            while not self._stopped:
                wait = self._heap[0][0] - time.monotonic() if self._heap else 1.0
                if self._heap and wait <= 0:
                    return heapq.heappop(self._heap)[2]
                self._ready.wait(min(wait, 1.0))
            return None


@dataclass
class Signer:
    """Somebody who signs, and what became of it."""

    number: int
    name: str = ""
    acknowledged: bool = False
    confirmed: bool = False
    link_works: bool = False
    given_up: str = ""
    waited: float = 0.0  # seconds from the acknowledgement to the e-mail

    @property
    def email(self) -> str:
        # Of a large provider: many addresses of a small one would have to compute for longer.
        return f"n{self.number}@gmail.com"

    @property
    def source(self) -> str:
        """An address in a /24 that nobody else has."""
        return f"10.{128 + self.number // 256 % 64}.{self.number % 256}.{1 + self.number // 16_384}"


@dataclass
class Crowd:
    """Everybody who signs. `retries` counts what they had to try again, by what they saw."""

    door: Door
    relay: Relay
    base: str
    chance: random.Random
    signers: list[Signer] = field(default_factory=list)
    retries: Counter[str] = field(default_factory=Counter)
    unkept: int = 0
    times: list[float] = field(default_factory=list)
    slow: Counter[str] = field(default_factory=Counter)
    _inbox: dict[str, int] = field(default_factory=dict)
    _read: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def person(self, number: int) -> Signer:
        signer = Signer(number, f"Signer Example {number}")
        self.signers.append(signer)
        return signer

    # what a person does

    def signs(self, signer: Signer, proof: bool = False) -> Steps:
        """Open the page, sign, read the e-mail, confirm, and look at the link to withdraw."""
        form = yield from self._sends(signer, proof)
        if form is None:
            return
        begun = time.monotonic()
        while (mail := self.mail(signer.email)) is None:
            waited = time.monotonic() - begun
            if waited > LONGEST:
                signer.given_up = "no e-mail"
                return
            yield min(1 + waited / 30, 15)
        signer.waited = time.monotonic() - begun
        confirm, withdraw = links_of(mail)
        signer.confirmed = yield from self._confirms(signer, confirm)
        answer = yield from self._patiently(signer, withdraw)
        if answer is None:
            return
        signer.link_works = answer.status == 200 and 'name="form_token"' in answer.text
        if not signer.link_works:
            signer.given_up = f"link to withdraw: {answer.status} {headline(answer.text)}"

    def _sends(self, signer: Signer, proof: bool) -> Generator[float, None, Answer | None]:
        page = yield from self._patiently(signer, self.base)
        if page is None:
            return None
        fields = {
            "form_token": token_of(page.text), "name": signer.name, "email": signer.email, "country": "FR", "agree": "y",
        }  # fmt: skip
        if until := re.search(r'name="until"[^>]*value="([^"]*)"', page.text):
            fields["until"] = until[1]
        if proof:
            task = yield from self._patiently(signer, f"{self.base}/challenge")
            if task is None:
                return None
            fields["work"] = solved(task.text)
            yield 2.1
        else:
            yield 31.0
        return (yield from self._presses(signer, fields))

    def _presses(self, signer: Signer, fields: dict[str, str]) -> Generator[float, None, Answer | None]:
        """Press “Sign” until it is taken: what was typed must be there each time."""
        for _try in range(100):
            answer = yield from self._patiently(signer, self.base, fields, most=1)
            if answer is None:
                continue
            if answer.status == 200 and headline(answer.text) == "Check your inbox":
                signer.acknowledged = True
                return answer
            said = " ".join(problems(answer.text)) or headline(answer.text)
            if answer.status == 422 and "You have sent this form before" in said:
                signer.acknowledged = True  # the answer before was lost on its way
                self.retries["sent before"] += 1
                return answer
            self.retries[f"{answer.status} {said[:60]}"] += 1
            if answer.status in {503, 504}:
                self._look_for_typed(signer, answer, fields)
            elif answer.status not in {422, 429}:
                break
            yield self._pause()
        signer.given_up = signer.given_up or f"not signed: {answer.status if answer else 'no answer'}"
        return None

    def _look_for_typed(self, signer: Signer, answer: Answer, fields: dict[str, str]) -> None:
        if html.unescape(answer.text).find(f'value="{signer.name}"') < 0 or not answer.retry_after:
            self.unkept += 1
        else:
            fields["form_token"] = token_of(answer.text)

    def _confirms(self, signer: Signer, link: str) -> Generator[float, None, bool]:
        for _try in range(100):
            page = yield from self._patiently(signer, link)
            if page is None or page.status != 200 or 'name="form_token"' not in page.text:
                signer.given_up = (
                    f"link: {page.status if page else 'no answer'} {headline(page.text) if page else ''}"
                )
                return False
            pressed = {"form_token": token_of(page.text)}
            answer = yield from self._patiently(signer, link, pressed)
            if answer is None:
                return False
            if answer.status == 303 and "/done/confirmed" in answer.location:
                return True
            self.retries[f"confirm {answer.status} {answer.location.partition('?')[2]}"] += 1
            yield self._pause()
        signer.given_up = "not confirmed"
        return False

    def _patiently(
        self, signer: Signer, path: str, body: dict[str, str] | None = None, most: int = 100
    ) -> Generator[float, None, Answer | None]:
        """Ask until there is an answer that is not “later”; a form's own 503 is given back at once."""
        for _try in range(most):
            begun = time.monotonic()
            try:
                answer = self.door.ask(signer.source, path, body)
                self.times.append(time.monotonic() - begun)
                if self.times[-1] > SLOW:
                    self.slow[f"{'POST' if body else 'GET'} {answer.status}"] += 1
            except (OSError, http.client.HTTPException) as error:
                self.retries[type(error).__name__] += 1
            else:
                if answer.status not in LATER or (most == 1 and 'id="sign"' in answer.text):
                    return answer
                self.retries[f"{'POST' if body else 'GET'} {answer.status}"] += 1
            yield self._pause()
        if most > 1:
            signer.given_up = f"no answer: {path[:20]}"
        return None

    def _pause(self) -> float:
        """People are told to wait a minute; here they are less patient."""
        return self.chance.uniform(2, 6)

    # e-mail

    def mail(self, to: str) -> EmailMessage | None:
        """The first e-mail to somebody."""
        with self._lock:
            taken = self.relay.taken
            while self._read < len(taken):
                self._inbox.setdefault(taken[self._read][0], self._read)
                self._read += 1
            position = self._inbox.get(to)
        return None if position is None else taken[position][1]


def token_of(page: str) -> str:
    """The token of the page's form."""
    found = re.search(r'name="form_token"[^>]*value="([^"]+)"', page)
    return found[1] if found else ""
