"""What programs ask a running server: is it alive, is it ready, its numbers, and how a request reached it.

They are answered before the application, for any host, so that a probe needs no name:

    /health/live     200 as long as the process answers
    /health/ready    200 once a campaign is published, the database answers and the worker is active; else 503
    /metrics         numbers for Prometheus (text format 0.0.4)
    /health/proxy    for `campaign doctor`, which signs its question: whose address the budgets would see

Threat: an observer who reads numbers every few seconds learns when somebody signed. So there is no number
of signatures, e-mails that wait are rounded down to tens and answers to hundreds. Only a program on this
machine that no proxy stands between, or the holder of CAMPAIGN_STATUS_TOKEN, gets an answer; for others
there is no such page. The onion service must be passed on by a proxy too: Tor connects from this machine.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from campaign import __version__, clock
from campaign.editions.edition_cache import EditionCache
from campaign.mail import worker
from campaign.mail.outbox import Outbox
from campaign.monitoring import answers, record
from campaign.monitoring.backup_record import last_backup
from campaign.monitoring.outside import ECHO, PRETENDED
from campaign.monitoring.surroundings import Surroundings, space_of
from campaign.services import service
from campaign.settings import Settings
from campaign.waiting import THERE, waiting_at_most
from campaign.web.forwarding import is_forwarded_in
from campaign.web.limits import client_in
from campaign.web.signing import Purpose, SignatureError, unsign

Start = Callable[..., Any]
Environment = dict[str, Any]

#: Seconds for which the doctor's question may travel.
_QUESTION_AGE = 60


def init(app: Flask) -> None:
    """Answer these addresses before the application does."""
    inner = app.wsgi_app
    pages: dict[str, Callable[[Flask], tuple[int, str]]] = {
        "/health/live": live,
        "/health/ready": ready,
        "/metrics": metrics,
    }

    def answer(environ: Environment, start: Start) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == ECHO and (client := _how_it_came(app, environ)):
            return _send(start, 200, json.dumps({"client": client}), environ)
        if path in pages and may_ask(service(Settings, app), environ):
            with waiting_at_most(THERE):  # the one thread for such questions is not held for ever
                found = pages[path](app)
            return _send(start, *found, environ)
        return inner(environ, start)

    app.wsgi_app = answer  # type: ignore[method-assign,assignment]


def may_ask(settings: Settings, environ: Environment) -> bool:
    """Whether the question comes from this machine without a proxy, or has the token."""
    if settings.status_token:
        given = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        if hmac.compare_digest(given.encode(), settings.status_token.encode()):
            return True
    try:
        loopback = ipaddress.ip_address(environ.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    host = environ.get("HTTP_HOST", "").rpartition("@")[2]
    return loopback and not is_forwarded_in(environ) and ".onion" not in host


def live(_app: Flask) -> tuple[int, str]:
    """The process answers: nothing else is asked, so that a slow database kills no server."""
    return 200, "alive\n"


def ready(app: Flask) -> tuple[int, str]:
    """A line for each part that a visitor needs."""
    lines = {
        "campaign": "published" if _is_published(app) else "NONE IS PUBLISHED",
        "database": "answers" if _database_answers(app) else "DOES NOT ANSWER",
        "worker": "active" if worker.alive(service(Settings, app)) else "IS NOT ACTIVE",
    }
    text_lines = "".join(f"{name}: {state}\n" for name, state in lines.items())
    # A late e-mail keeps nobody from reading and signing: the worker alone makes no server unready.
    is_ready = not any(lines[name].isupper() for name in ("campaign", "database"))
    return (200 if is_ready else 503), text_lines


def _is_published(app: Flask) -> bool:
    try:
        return bool(service(EditionCache, app).newest())
    except SQLAlchemyError:
        return False


def _database_answers(app: Flask) -> bool:
    try:
        with Surroundings(app).connection() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def metrics(app: Flask) -> tuple[int, str]:
    """Numbers and ages, nothing about people."""
    settings, is_ready = service(Settings, app), int(ready(app)[0] == 200)
    lines = [
        *_metric("campaign_info", "gauge", "The version.", {f'{{version="{__version__}"}}': 1}),
        *_metric("campaign_ready", "gauge", "1 if visitors can read and sign.", {"": is_ready}),
        *_answers(settings),
        *_ages(app, settings),
        *_findings(settings),
    ]
    return 200, "".join(f"{line}\n" for line in lines)


def _metric(name: str, kind: str, about: str, values: dict[str, float]) -> list[str]:
    return [
        f"# HELP {name} {about}",
        f"# TYPE {name} {kind}",
        *(f"{name}{of} {n}" for of, n in values.items()),
    ]


def _answers(settings: Settings) -> list[str]:
    classes = answers.by_class(settings)
    values: dict[str, float] = {
        f'{{class="{number}xx"}}': count if number == 5 else count // 100 * 100
        for number, count in enumerate(classes, 1)
    }
    about = "Answers by class of status; all but errors (5xx) rounded down to hundreds."
    return _metric("campaign_answers_total", "counter", about, values)


def _ages(app: Flask, settings: Settings) -> list[str]:
    lines: list[str] = []
    space = space_of(settings.data)
    free = round(space.free / max(space.total, 1), 3)
    lines += _metric("campaign_disk_free_ratio", "gauge", "The free part of the disk.", {"": free})
    heartbeat = worker.last_beat(settings)
    if heartbeat is not None:
        age = int(clock.seconds() - heartbeat)
        lines += _metric("campaign_worker_age_seconds", "gauge", "Since the worker was active.", {"": age})
    if backup := last_backup(settings.data):
        age = int((clock.now() - backup.made).total_seconds())
        lines += _metric("campaign_backup_age_seconds", "gauge", "Since the last backup.", {"": age})
    try:
        mail = service(Outbox, app).waiting()
    except SQLAlchemyError:
        return lines
    waiting = mail.count // 10 * 10
    about = "Waiting e-mails, rounded down to tens."
    lines += _metric("campaign_mail_waiting", "gauge", about, {"": waiting})
    if waiting:
        about = "Since the hour of the oldest waiting e-mail began."
        lines += _metric("campaign_mail_oldest_seconds", "gauge", about, {"": mail.oldest // 3600 * 3600})
    refused = sum(mail.refused.values())
    return lines + _metric("campaign_mail_refused", "gauge", "E-mails lost or rejected.", {"": refused})


def _findings(settings: Settings) -> list[str]:
    """The levels of the last look: 0 good, 1 note, 2 warning, 3 bad."""
    last = record.load(settings.data)
    if last is None:
        return []
    age = int((clock.now() - last.at).total_seconds())
    values: dict[str, float] = {f'{{check="{check}"}}': int(level) for check, level in last.levels().items()}
    return [
        *_metric("campaign_checks_age_seconds", "gauge", "Since the checks were made.", {"": age}),
        *_metric("campaign_check_level", "gauge", "0 good, 1 note, 2 warning, 3 bad.", values),
    ]


def _how_it_came(app: Flask, environ: Environment) -> str:
    """Whose address the budgets would see of a question that our doctor signed; '' for any other question."""
    settings = service(Settings, app)
    token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
    try:
        unsign(settings.secrets["form"], Purpose.DOCTOR, token, max_age=_QUESTION_AGE)
    except SignatureError:
        return ""
    client = client_in(environ, settings.trusted_hops)
    if client == PRETENDED:
        return "visitor"
    return "proxy" if settings.trusted_hops and _named(environ, settings) else "connection"


def _named(environ: Environment, settings: Settings) -> bool:
    """Whether the header has a value for each trusted proxy, beside what the visitor pretended."""
    values = [value.strip() for value in environ.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    return len([value for value in values if value and value != PRETENDED]) >= settings.trusted_hops


def _send(start: Start, status: int, body: str, environ: Environment) -> Iterable[bytes]:
    phrase = {200: "200 OK", 503: "503 Service Unavailable"}[status]
    data = body.encode()
    kind = "application/json" if body.startswith("{") else "text/plain; version=0.0.4; charset=utf-8"
    headers = [("Content-Type", kind), ("Content-Length", str(len(data))), ("Cache-Control", "no-store")]
    start(phrase, headers)
    return [] if environ.get("REQUEST_METHOD") == "HEAD" else [data]
