"""The worker's part: messages that are due are sent, tried again ever more rarely, and webhooks switched off.

It may send a message twice, after a crash; receivers know it by its webhook-id.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, and_, delete, select, update
from sqlalchemy.orm import Session

from campaign import __version__, clock, outgoing
from campaign.outgoing import Network, OutgoingError
from campaign.webhooks import signing
from campaign.webhooks.models import Webhook, WebhookDelivery
from campaign.webhooks.queue import Event

#: Seconds between the tries, as the specification recommends: ten in about three days.
PAUSES = (60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)

#: Seconds for which a worker has a message to itself; longer than any try.
LEASE = 120

#: Messages that are kept of each webhook once they are done, for the log at the desk.
LOGGED = 20

#: Webhooks that are called at a time.
AT_ONCE = 4

WAITING, SENT, FAILED = "waiting", "sent", "failed"

#: Why a webhook was switched off: its receiver said so (410), or did not answer well for days.
GONE, UNANSWERED = "gone", "unanswered"

#: What is called, in the same transaction, when a webhook is switched off: its campaign and address.
Stopped = Callable[[Session, int, str], None]


@dataclass(frozen=True, slots=True)
class _Message:
    """A message that this worker has to itself, and where it goes."""

    id: str
    webhook: int
    event: str
    body: bytes
    tries: int
    url: str
    salt: bytes


class Courier:
    """Sends what is due. `stopped` is called for each webhook that is switched off."""

    def __init__(
        self, engine: Engine, secret: bytes, stopped: Stopped, network: Network | None = None
    ) -> None:
        self._engine = engine.execution_options(writes=True)
        self._secret, self._stopped = secret, stopped
        self._network = network or Network()

    def sweep(self) -> int:
        """Send what is due, several webhooks at a time, each one's messages in turn; how many were sent."""
        with Session(self._engine) as session:
            hooks = list(session.scalars(select(WebhookDelivery.webhook_id).where(_due()).distinct()))
            session.rollback()
        if not hooks:
            return 0
        with ThreadPoolExecutor(AT_ONCE, "webhook") as threads:
            sent = sum(threads.map(self._of_webhook, hooks))
        self._tidy(hooks)
        return sent

    def _of_webhook(self, webhook: int) -> int:
        """Send what is due of one webhook, the oldest first, until one fails; how many were sent."""
        with Session(self._engine) as session:
            query = select(WebhookDelivery.id).where(_due(), WebhookDelivery.webhook_id == webhook)
            names = list(session.scalars(query.order_by(WebhookDelivery.made, WebhookDelivery.id)))
            session.rollback()
        count = 0
        for name in names:
            if not self.deliver(name):
                break
            count += 1
        return count

    def deliver(self, name: str) -> bool:
        """Try one message; whether it arrived."""
        message = self._take(name)
        if message is None:
            return False
        now = int(clock.seconds())
        headers = {"Content-Type": "application/json", "User-Agent": f"Campaign/{__version__}"}
        key = signing.key_of(self._secret, message.salt)
        headers |= signing.headers(key, message.id, now, message.body)
        try:
            status = outgoing.post(self._network, message.url, headers, message.body)
        except OutgoingError as error:
            self._failed(message, error.reason)
            return False
        if 200 <= status < 300:
            self._finish(message, SENT, str(status))
            return True
        self._failed(message, str(status))
        return False

    def _take(self, name: str) -> _Message | None:
        """Take a message that is due, for a while, so that no other worker sends it as well."""
        with Session(self._engine) as session, session.begin():
            row = session.execute(
                update(WebhookDelivery)
                .where(_due(), WebhookDelivery.id == name)
                .values(due=int(clock.seconds()) + LEASE, tries=WebhookDelivery.tries + 1)
                .returning(
                    WebhookDelivery.webhook_id,
                    WebhookDelivery.event,
                    WebhookDelivery.body,
                    WebhookDelivery.tries,
                )
            ).first()
            hook = session.get(Webhook, row.webhook_id) if row else None
            if row is None or hook is None:
                return None
            body = row.body.encode()
            return _Message(name, row.webhook_id, row.event, body, row.tries, hook.url, hook.salt)

    def _finish(self, message: _Message, state: str, answer: str) -> None:
        with Session(self._engine) as session, session.begin():
            _set(session, message.id, state=state, answer=answer)

    def _failed(self, message: _Message, answer: str) -> None:
        """Try it again after a pause; or give it up, and switch the webhook off. A test is tried once."""
        if message.event == Event.TEST:
            self._finish(message, FAILED, answer)
            return
        if answer == "410" or message.tries > len(PAUSES):
            self._switch_off(message, answer)
            return
        pause = PAUSES[message.tries - 1]
        later = int(clock.seconds()) + pause + secrets.randbelow(pause // 10 + 1)
        with Session(self._engine) as session, session.begin():
            _set(session, message.id, due=later, answer=answer)

    def _switch_off(self, message: _Message, answer: str) -> None:
        """The webhook gets nothing any more, and what waits for it is given up."""
        with Session(self._engine) as session, session.begin():
            hook = session.get(Webhook, message.webhook)
            if hook is not None and not hook.stopped:
                # First, for it takes the campaign's lock: the desk takes that one first, too.
                self._stopped(session, hook.campaign_id, hook.url)
                hook.stopped = GONE if answer == "410" else UNANSWERED
                give_up(session, hook.id)
            _set(session, message.id, state=FAILED, answer=answer)

    def _tidy(self, hooks: list[int]) -> None:
        """Delete all but the newest messages that are done."""
        with Session(self._engine) as session, session.begin():
            for hook in hooks:
                done = select(WebhookDelivery.id).where(
                    WebhookDelivery.webhook_id == hook, WebhookDelivery.state != WAITING
                )
                old = done.order_by(WebhookDelivery.made.desc(), WebhookDelivery.id).offset(LOGGED)
                names = list(session.scalars(old))
                session.execute(delete(WebhookDelivery).where(WebhookDelivery.id.in_(names)))


def _due() -> ColumnElement[bool]:
    """What a message is that may be tried now."""
    return and_(WebhookDelivery.state == WAITING, WebhookDelivery.due <= int(clock.seconds()))


def _set(session: Session, name: str, **values: object) -> None:
    session.execute(update(WebhookDelivery).where(WebhookDelivery.id == name).values(**values))


def give_up(session: Session, webhook: int) -> None:
    """Give up what waits for a webhook. Does not commit."""
    waiting = (WebhookDelivery.webhook_id == webhook, WebhookDelivery.state == WAITING)
    session.execute(update(WebhookDelivery).where(*waiting).values(state=FAILED))
