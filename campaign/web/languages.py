"""The language of a response: from the address, or else from the browser."""

from __future__ import annotations

from flask import Flask, request
from flask_babel import Babel, get_locale

from campaign.pack.languages import INTERFACE

#: Each language by its own name.
NAMES = {"en": "English", "ru": "Русский", "kk": "Қазақша", "fr": "Français"}


def init(app: Flask) -> None:
    """Translations for this application, chosen by `of_request`."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    Babel(app, locale_selector=of_request)


def of_request() -> str:
    """The language in the address, or else the browser's preferred one."""
    return of_path(request.path) or of_browser()


def of_path(path: str) -> str:
    """The language that an address begins with; '' if it has none."""
    prefix = path.split("/", 2)[1] if path.startswith("/") else ""
    return prefix if prefix in INTERFACE else ""


def of_browser(offered: tuple[str, ...] = INTERFACE) -> str:
    """The best of the offered languages for this browser; the first of them if none matches."""
    return request.accept_languages.best_match(offered) or offered[0]


def current() -> str:
    """The language of the current response."""
    return str(get_locale() or "en").split("_")[0]
