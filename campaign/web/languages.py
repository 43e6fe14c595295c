"""The language of a response: from the address, or else from the browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

from babel import Locale
from flask import Flask, g, has_app_context, request
from flask_babel import Babel, Domain, force_locale, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from campaign.languages.catalogues import catalogue
from campaign.languages.data import exists, installed, language, locale_named, source
from campaign.languages.negotiation import best
from campaign.web.foreign_text import found_in, language_of
from campaign.web.inserted import filled


class PageWords:
    """The messages for pages in one language; one from another language of its chain says which."""

    def __init__(self, code: str) -> None:
        self._code, self._catalogue = code, catalogue(code)

    def gettext(self, text: str) -> str:
        """The message in the first language of the chain that has it."""
        return found_in(*self._catalogue.found(text), self._code)

    def ngettext(self, one: str, several: str, num: int) -> str:
        """The plural form of a message for a number."""
        return found_in(*self._catalogue.found_plural(one, several, num), self._code)

    # What Flask-Babel and Jinja call.
    ugettext, ungettext = gettext, ngettext


@lru_cache(maxsize=64)
def _page_words(code: str) -> PageWords:
    return PageWords(code)


class _Words(Domain):  # type: ignore[misc]
    """The interface's words for Flask-Babel, each from the first language that has it."""

    def get_translations(self) -> PageWords:
        return _page_words(current())

    def gettext(self, string: str, **variables: Any) -> str:
        text = self.get_translations().gettext(string)
        return filled(text, variables, language_of(text, current())) if variables else text

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        text = self.get_translations().ngettext(singular, plural, num)
        return filled(text, {"num": num, **variables}, language_of(text, current()))


class _Babel(Babel):  # type: ignore[misc]
    domain_instance = _Words()


def init(app: Flask) -> None:
    """Translations for this application, chosen by `of_request`."""
    app.config["BABEL_DEFAULT_LOCALE"] = source()
    _Babel(app, locale_selector=lambda: locale_named(of_request()))
    app.jinja_env.globals.update(gettext=_gettext, ngettext=_ngettext, _=_gettext)


@pass_eval_context
def _gettext(context: EvalContext, text: str, **values: Any) -> str:
    return _filled(context, _page_words(current()).gettext(text), values)


@pass_eval_context
def _ngettext(context: EvalContext, one: str, several: str, num: int, **values: Any) -> str:
    return _filled(context, _page_words(current()).ngettext(one, several, num), {"num": num, **values})


def _filled(context: EvalContext, text: str, values: Mapping[str, Any]) -> str:
    """As Jinja's own functions fill a message: it may have markup, its values may not."""
    message = Markup(text) if context.autoescape else text  # noqa: S704  our own translations
    return filled(message, values, language_of(text, current())) if values else message % {}


def of_request() -> str:
    """The language in the address, or else the browser's preferred one."""
    return of_path(request.path) or of_browser()


def of_path(path: str) -> str:
    """The language that an address begins with; '' if it has none."""
    prefix = path.split("/", 2)[1] if path.startswith("/") else ""
    return prefix if exists(prefix) else ""


def of_browser(offered: tuple[str, ...] = ()) -> str:
    """The best of the offered languages for this browser; the first of them if none matches."""
    return best(request.accept_languages, offered or installed())


def current() -> str:
    """The language of the current response."""
    # A page asks for each of its messages. Flask-Babel keeps the answer here, but takes long to find it.
    kept = g._get_current_object().get("_flask_babel") if has_app_context() else None
    locale = getattr(kept, "babel_locale", None) or get_locale()
    return _code_of(locale) if locale else source()


@lru_cache(maxsize=256)
def _code_of(locale: Locale) -> str:
    return str(locale).replace("_", "-")


def forced(code: str) -> AbstractContextManager[Any]:
    """What is made inside is in this language, whatever the address says."""
    manager: AbstractContextManager[Any] = force_locale(locale_named(code))
    return manager


class _OwnNames(Mapping[str, str]):
    """Every language that Campaign has words for, by its own name; any other of CLDR can be looked up."""

    def __getitem__(self, code: str) -> str:
        return own_name(code)

    def __iter__(self) -> Iterator[str]:
        return iter(installed())

    def __len__(self) -> int:
        return len(installed())


OWN_NAMES = _OwnNames()


def own_name(code: str) -> str:
    """A language by its own name."""
    return language(code).name


def direction(code: str = "") -> str:
    """`ltr` or `rtl`; of the current response, if no language is given."""
    return language(code or current()).direction


def written_in(code: str) -> Markup:
    """The attributes of an element whose text is in another language than the page."""
    return _written_in(code, current())


@lru_cache(maxsize=1_024)
def _written_in(code: str, page: str) -> Markup:
    if direction(code) == direction(page):
        return Markup('lang="{}"').format(code)
    return Markup('lang="{}" dir="{}"').format(code, direction(code))


def name_in(code: str, language_code: str) -> str:
    """A language by its name in another one: ru in French is "russe"; its own name where CLDR has none."""
    named = locale_named(code).get_display_name(locale_named(language_code))
    return str(named) if named else own_name(code)
