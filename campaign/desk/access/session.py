"""The desk's cookie and its forms' tokens: who is signed in, by what the browser brings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, current_app, g, request
from itsdangerous import BadSignature, Signer, URLSafeSerializer

from campaign.database import db
from campaign.people import signing_in
from campaign.people.signing_in import CurrentSignIn
from campaign.services import service
from campaign.settings import Settings

#: The cookie's time is renewed when it is older than this.
_RENEW = timedelta(minutes=1)


def clock() -> datetime:
    """Now, in UTC; tests set another clock."""
    now: Callable[[], datetime] = current_app.extensions.get("clock", lambda: datetime.now(UTC))
    return now()


def settings() -> Settings:
    """The application's settings."""
    found: Settings = service(Settings)
    return found


# the cookie


def cookie_name() -> str:
    """The cookie's name: bound to the host by browsers wherever there is TLS."""
    return "__Host-desk" if settings().over_tls else "desk"


def _signer() -> Signer:
    return Signer(settings().secrets["desk"], salt="active")


def who() -> CurrentSignIn | None:
    """Who is signed in by the cookie: a token, and the signed time at which they were last active."""
    try:
        token, _dot, at = _signer().unsign(request.cookies.get(cookie_name(), "")).decode().rpartition(".")
        active = datetime.fromtimestamp(int(at), UTC)
    except (BadSignature, ValueError, OverflowError):
        return None
    current = signing_in.find(db.session, token, active, clock())
    if current is not None and clock() - active > _RENEW:
        g.cookie = token
    return current


def set_cookie(token: str) -> None:
    """The browser gets this token with the answer; '' takes it away."""
    g.cookie = token


def answered(response: Response) -> Response:
    """The answer, kept by nobody, with the cookie if there is a new one."""
    response.headers["Cache-Control"] = "no-store"
    token = g.get("cookie")
    if token is not None:
        at = int(clock().timestamp())
        response.set_cookie(
            cookie_name(),
            _signer().sign(f"{token}.{at}").decode() if token else "",
            max_age=None if token else 0,
            secure=settings().over_tls,
            httponly=True,
            samesite="Lax",
        )
    return response


# the forms' tokens


def _tokens() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secrets["desk"], salt="csrf")


def form_token() -> str:
    """The token of this sign-in for a form: who, and since when."""
    current = g.desk.sign_in
    return str(_tokens().dumps([current.person.id, current.began.timestamp()]))


def token_person(token: str) -> int:
    """The id of the person to whom we gave a form's token, in whichever sign-in; 0 for none."""
    try:
        person, _began = _tokens().loads(token)
    except (BadSignature, ValueError, TypeError):
        return 0
    return int(person)


def token_is_good(token: str, current: CurrentSignIn) -> bool:
    """Whether a form's token is of this sign-in."""
    try:
        found: list[Any] = _tokens().loads(token)
    except BadSignature:
        return False
    return found == [current.person.id, current.began.timestamp()]
