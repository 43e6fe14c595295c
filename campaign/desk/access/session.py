"""The desk's cookie and its forms' tokens: who is signed in, by what the browser brings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Response, g, request

from campaign import clock
from campaign.database import db
from campaign.desk.access import device
from campaign.people import signing_in
from campaign.people.signing_in import CurrentSignIn
from campaign.services import service
from campaign.settings import Settings
from campaign.web.signing import Purpose, SignatureError, sign, unsign

#: The cookie's time is renewed when it is older than this.
_RENEW = timedelta(minutes=1)


def settings() -> Settings:
    """The application's settings."""
    found: Settings = service(Settings)
    return found


# the cookie


def cookie_name() -> str:
    """The cookie's name: bound to the host by browsers wherever there is TLS."""
    return "__Host-desk" if settings().over_tls else "desk"


def who() -> CurrentSignIn | None:
    """Who is signed in by the cookie: a token, and the signed time at which they were last active."""
    try:
        signed = unsign(settings().secrets["desk"], Purpose.SIGN_IN, request.cookies.get(cookie_name(), ""))
    except SignatureError:
        return None
    token, active = signed.value, datetime.fromtimestamp(signed.at, UTC)
    current = signing_in.find(db.session, token, active, clock.now())
    if current is not None and clock.now() - active > _RENEW:
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
        response.set_cookie(
            cookie_name(),
            sign(settings().secrets["desk"], Purpose.SIGN_IN, token) if token else "",
            max_age=None if token else 0,
            secure=settings().over_tls,
            httponly=True,
            samesite="Lax",
        )
    device.set_cookie(response)
    return response


# the forms' tokens


def form_token() -> str:
    """The token of this sign-in for a form: who, and since when."""
    return sign(settings().secrets["desk"], Purpose.DESK_FORM, _of(g.desk.sign_in))


def token_person(token: str) -> int:
    """The id of the person to whom we gave a form's token, in whichever sign-in; 0 for none."""
    try:
        person, _began = unsign(settings().secrets["desk"], Purpose.DESK_FORM, token).value
    except SignatureError:
        return 0
    return int(person)


def token_is_good(token: str, current: CurrentSignIn) -> bool:
    """Whether a form's token is of this sign-in."""
    try:
        return bool(unsign(settings().secrets["desk"], Purpose.DESK_FORM, token).value == _of(current))
    except SignatureError:
        return False


def _of(current: CurrentSignIn) -> list[float]:
    return [current.person.id, current.began.timestamp()]
