"""Putting the trustees' page together: one file, the same to the byte for each version.

Threats: the page sees names and keys, so it must not be able to send anything, no matter who wrote what it
reads. Its policy (CSP) allows the one script and the one style sheet of this file, by their hashes, and
no address at all: no request, picture, frame, form or worker. Anyone who can change the file can change
the policy: trustees compare its SHA-256, which the command prints, with somebody else's.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import shamir_mnemonic.wordlist
from babel.messages.extract import extract
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from campaign import __version__, email_address
from campaign.folders import STATIC, TEMPLATES
from campaign.languages.catalogues import words
from campaign.languages.data import installed, language, source

_FOLDER = Path(__file__).parent
_LIBRARIES = _FOLDER / "vendored/libraries.js"

#: The page's own scripts, in the order in which they run.
SCRIPTS = (
    "words", "bytes", "shares", "keys", "records", "likeness", "examining", "exports",
    "view", "key_box", "make", "open", "start",
)  # fmt: skip

#: The site's layers that the page looks like, and its own after them.
_STYLES = ("tokens", "base", "parts", "desk", "forms")

#: The cuts of the fonts that come along: letters of the page's own words. Other letters are in the system's.
_FONTS = (
    "serif-600-latin",
    "serif-600-cyrillic",
    "serif-600-kazakh",
    "text-latin",
    "text-cyrillic",
    "text-kazakh",
)


def page() -> str:
    """The page as HTML."""
    said: set[str] = set(_said_by_scripts())
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.globals |= {"_": _speaking(said), "plain": _plain(said)}
    styles, script = _styles(), _script()
    values = {
        "policy": policy(styles, script),
        "styles": Markup(styles),  # noqa: S704 – our own files
        "script": Markup(script),  # noqa: S704 – our own files
        "languages": {code: language(code).name for code in languages()},
    }
    template = environment.get_template("trustees/page.html")
    template.render(**values, words="")  # to hear what the template says
    return template.render(**values, words=_data(said))


def languages() -> list[str]:
    """The languages of the page: those in which the desk is complete, English first."""
    return sorted(
        (code for code in installed() if language(code).desk), key=lambda code: (code != source(), code)
    )


def policy(styles: str, script: str) -> str:
    """What the page may do: run its one script, and use its style sheet and the fonts in it."""
    allowed = {
        "default-src": "'none'",
        "script-src": _hashed(script),
        "style-src": _hashed(styles),
        "font-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {what}" for name, what in allowed.items())


def _hashed(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _speaking(said: set[str]) -> Callable[[str], Markup]:
    def speak(text: str) -> Markup:
        said.add(text)
        return Markup("<span data-said>{}</span>").format(text)

    return speak


def _plain(said: set[str]) -> Callable[[str], str]:
    def plain(text: str) -> str:
        said.add(text)
        return text

    return plain


def _said_by_scripts() -> list[str]:
    """The sentences in the scripts, as `make words` finds them."""
    found = []
    for name in SCRIPTS:
        body = BytesIO((_FOLDER / f"scripts/{name}.js").read_bytes())
        for _line, text, _comments, _context in extract("javascript", body, keywords={"_": None}):
            found.append(str(text))
    return found


def _data(said: set[str]) -> Markup:
    """What the scripts need of the toolkit, as JSON that no “</script>” can end."""
    values: dict[str, Any] = {
        "version": __version__,
        "messages": {
            code: {text: words(code)(text) for text in sorted(said)}
            for code in languages()
            if code != source()
        },
        "directions": {code: "rtl" if language(code).right_to_left else "ltr" for code in languages()},
        "shares": shamir_mnemonic.wordlist.WORDLIST,
        **_providers(),
    }
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 – JSON without a “<”


def _providers() -> dict[str, Any]:
    """The rules of e-mail providers, by domain, and the domains that many people have."""
    usual = {"tag": "+", "swap": {}}
    rules = {domain: usual | provider for domain, provider in email_address.providers().items()}
    return {
        "providers": {
            domain: {name: rule[name] for name in ("domain", "dots", "tag", "swap")}
            for domain, rule in rules.items()
        },
        "known": email_address.common_domains(),
    }


def _script() -> str:
    """The libraries, then the page's scripts in a scope of their own."""
    own = "\n".join((_FOLDER / f"scripts/{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    script = f'{_LIBRARIES.read_text(encoding="utf-8")}\n(() => {{\n"use strict";\n{own}\n}})();\n'
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError("a script of the trustees' page would end before its end")
    return script


def _styles() -> str:
    sheets = [_fonts(), *((STATIC / f"css/{name}.css").read_text(encoding="utf-8") for name in _STYLES)]
    return "\n".join((*sheets, (_FOLDER / "page.css").read_text(encoding="utf-8")))


def _fonts() -> str:
    """The rules of the fonts that come along, each with its file in it."""
    rules = (STATIC / "css/fonts.css").read_text(encoding="utf-8").splitlines()
    return "\n".join(
        _with_file(rule, name) for name in _FONTS for rule in rules if f"cut/{name}.woff2" in rule
    )


def _with_file(rule: str, name: str) -> str:
    body = base64.b64encode((STATIC / f"fonts/cut/{name}.woff2").read_bytes()).decode()
    return re.sub(r'url\("[^"]+"\)', f'url("data:font/woff2;base64,{body}")', rule)
