"""`campaign.html`: front page, demands, record, other texts and the composer, in every language, in one file.

It asks nobody for anything. Its own policy forbids every request and every form, and names the one script
and the one style sheet by their hashes, so that nothing else can run.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import deque
from collections.abc import Collection
from enum import Enum, auto
from functools import lru_cache
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from campaign import folders
from campaign.languages.countries import countries
from campaign.languages.data import language as language_data
from campaign.languages.dates import long_date
from campaign.letters import offices
from campaign.mirror import links, stall
from campaign.mirror.letter_data import letter_data
from campaign.mirror.rendering import Renderer
from campaign.pack.model import Addressee, Pack
from campaign.services import service
from campaign.settings import Settings
from campaign.web import brand_styles, script_styles
from campaign.web.bundle_text import script_text, style_text

#: The pages of the file: what there is to read. What can only be printed is in the folder.
PAGES = frozenset(
    f"site.{name}" for name in ("home", "demands", "demand", "record", "organisations", "outcome", "updates",
                                "update", "text")
) | {"signing.petition", "copies.page"}  # fmt: skip

#: The most that a file may weigh, in bytes. One that would weigh more has each picture once, for its script
#: to show in every language; and none if that is still too much.
MOST = 3_000_000

_STYLES = ("tokens", "base", "parts", "pages", "home", "pictures", "forms", "write")
_FOLDER = Path(__file__).parent / "file"

_MAIN = re.compile(r'<main id="main">\n?(.*)</main>', re.S)
_TITLE = re.compile(r"<title>(.*?)</title>", re.S)
#: The quick way out leads to the network; in the file there is a button that erases instead.
_LEAVE = re.compile(r'<div class="leave.*?</div>\n?', re.S)
_PICTURE = re.compile(r"<img[^>]*>")
_IN_LIST, _PICTURED = 'class="moment-picture', '<li class="pictured">'
_IDS = re.compile(r'(?<=\s)(id|for|aria-labelledby|aria-describedby|aria-controls)="([^"]*)"')
_FONT_FACE = re.compile(r"@font-face \{[^}]*\}\n?")


def page(renderer: Renderer) -> bytes:
    """The whole file."""
    for pictures in (_Pictures.IN_PLACE, _Pictures.BY_SCRIPT):
        text = _whole(renderer, pictures)
        if len(text) <= MOST:
            return text
    return _whole(renderer, _Pictures.NONE)


class _Pictures(Enum):
    """Where the file has its pictures."""

    IN_PLACE = auto()
    BY_SCRIPT = auto()
    NONE = auto()


def _whole(renderer: Renderer, pictures: _Pictures) -> bytes:
    pack = renderer.source.pack
    with renderer.app.app_context():
        collects = stall.is_offered(renderer.source)
    style, script = _style(pack), _script(collects)
    values = file_data(pack, renderer.source.number) | (
        {"stall": stall.plan(renderer.source)} if collects else {}
    )
    once: list[str] = []
    parts = "".join(_Language(renderer, code, pictures, once).part() for code in pack.languages)
    values |= {"pictures": once} if once else {}
    data = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    first = pack.languages[0]
    return f"""<!doctype html>
<html lang="{first}" dir="{language_data(first).direction}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy(style, script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Campaign">
<title>{escape(pack.name[first])}</title>
<style>{style}</style>
</head>
<body>
{parts}<script type="application/json" id="data">{data.replace("<", chr(92) + "u003c")}</script>
<script>{script}</script>
</body>
</html>
""".encode()


def policy(style: str, script: str) -> str:
    """Nothing may be asked for, sent or framed; one style sheet and one script may be used."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_hash(script)}'",
            f"style-src '{_hash(style)}'",
            "img-src data:",
            "connect-src 'none'",
            "form-action 'none'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
        )
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _style(pack: Pack) -> str:
    """The site's own style sheets without fonts: those of the system are used."""
    sheets = [_css(name) for name in _STYLES]
    if special := tuple(code for code in pack.languages if script_styles.is_needed(code)):
        sheets.append(script_styles.sheet(special))
    if pair := brand_styles.pair_of(pack):
        sheets.append(brand_styles.rules(pair))
    sheets.append((_FOLDER / "file.css").read_text(encoding="utf-8"))
    printed = [_css("print"), _css("windows")]
    return _FONT_FACE.sub("", style_text(sheets, printed, lambda name: ""))


def _css(name: str) -> str:
    return (folders.STATIC / "css" / f"{name}.css").read_text(encoding="utf-8")


@lru_cache(maxsize=2)
def _script(collects: bool) -> str:
    """The script; the part that seals signatures only where the file has a key to seal to."""
    text = script_text(_FOLDER, ("page", "stall")) if collects else script_text(_FOLDER, ("page",))
    return f"{stall.libraries() if collects else ''}{text}".replace("</", "<\\/")


def file_data(pack: Pack, edition: int) -> dict[str, Any]:
    """The data of the letters, and what the form says of addressees."""
    data = letter_data(pack, edition)
    for key, office in data["offices"].items():
        office.update(_about_office(pack, pack.addressees[key]))
    groups, groups_of = _groups(pack, data["offices"].keys())
    return {
        **data,
        "groups": groups,
        "groupsOf": groups_of,
        "kinds": {
            key: {
                "title": _words(pack, kind.title),
                "requirement": _words(pack, kind.requirement),
                "advice": _words(pack, kind.advice),
            }
            for key, kind in pack.kinds.items()
        },
        "atRisk": list(pack.countries_at_risk),
        "demandTitles": {
            code: {key: demand.texts[code].title for key, demand in pack.demands.items()}
            for code in pack.languages
        },
    }


def _about_office(pack: Pack, addressee: Addressee) -> dict[str, Any]:
    """What the form says of an addressee that is chosen."""
    checked, until = addressee.checked_on, addressee.write_before or pack.write_before
    return {
        "kind": addressee.kind,
        "note": _words(pack, addressee.note),
        "checked": {code: checked.show(code) if checked else "" for code in pack.languages},
        "untilShown": {code: long_date(until, code) if until else "" for code in pack.languages},
    }


def _groups(pack: Pack, there: Collection[str]) -> tuple[list[Any], dict[str, int]]:
    """Whom the form offers, each list once; and the number of the list for each country that has its own."""
    groups: list[Any] = []
    groups_of: dict[str, int] = {}
    for country in ("", *countries("en")):
        group = [
            [one.kind.key, one.risky, [office.key for office in one.addressees if office.key in there]]
            for one in offices.groups(pack, country)
        ]
        if group not in groups:
            groups.append(group)
        groups_of[country] = groups.index(group)
    common = groups_of[""]
    return groups, {country: place for country, place in groups_of.items() if place != common or not country}


def _words(pack: Pack, words: Any) -> dict[str, str]:
    return {code: words.get(code, "") for code in pack.languages}


class _Language:
    """The part of the file in one language: its pages one after the other, found by their links."""

    def __init__(self, renderer: Renderer, code: str, pictures: _Pictures, once: list[str]) -> None:
        self._renderer, self._code, self._pictures, self._once = renderer, code, pictures, once
        self._slug = renderer.source.pack.slug
        self._base = f"/{code}/{self._slug}/"
        self._waiting: deque[str] = deque([self._base])
        self._seen = {self._base}

    def part(self) -> str:
        """The header and all sections."""
        head = self._relinked(self._renderer.get(f"{self._base}material/head")[0].decode(), "head")
        sections = []
        while self._waiting:
            sections.append(self._section(self._waiting.popleft()))
        sections += [self._composer(), self._stall()]
        direction = language_data(self._code).direction
        inside = f"{head}\n<main>\n{''.join(sections)}</main>\n"
        attributes = f'id="{self._code}" lang="{self._code}" dir="{direction}"'
        return f'<div class="tongue-part" {attributes}>\n{inside}</div>\n'

    def _section(self, path: str) -> str:
        html = self._renderer.get(path)[0].decode()
        title, main = _TITLE.search(html), _MAIN.search(html)
        assert title is not None, path
        assert main is not None, path
        return self._made(self._name(path), title[1], main[1])

    def _composer(self) -> str:
        try:
            html = self._renderer.get(f"{self._base}material/composer")[0].decode()
        except LookupError:
            return ""  # a campaign without letters, or one that is over
        title = self._renderer.source.pack.name[self._code]
        return self._made("write", escape(title), html)

    def _stall(self) -> str:
        with self._renderer.app.app_context():
            if not stall.is_offered(self._renderer.source):
                return ""
        html = self._renderer.get(f"{self._base}material/stall")[0].decode()
        title = self._renderer.source.pack.name[self._code]
        return self._made("stall", escape(title), html)

    def _made(self, name: str, title: str, html: str) -> str:
        inside = self._relinked(_LEAVE.sub("", html), name)
        return f'<section id="{self._code}/{name}" data-title="{title}">\n{inside}</section>\n'

    def _relinked(self, html: str, name: str) -> str:
        html = html.replace(_PICTURED, "<li>")
        html = _PICTURE.sub(lambda found: self._picture(found[0]), re.sub(r"<source [^>]*>\n?", "", html))
        html = _IDS.sub(lambda found: f'{found[1]}="{self._ids(found[2], name)}"', html)
        return links.in_page(html, lambda address: self._link(address, name))

    def _ids(self, value: str, name: str) -> str:
        return " ".join(f"{self._code}/{name}.{one}" for one in value.split())

    def _link(self, address: str, name: str) -> str | None:
        """What an address becomes: a place in the file, the site's address, or nothing."""
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            return address
        if not parts.path:
            return f"#{self._code}/{name}.{parts.fragment}"
        endpoint, values = self._renderer.endpoint(parts.path)
        language = values.get("language", self._code)
        if endpoint in links.ONE_FILE_ALONE:
            return f"#{language}/{links.ONE_FILE_ALONE[endpoint]}"
        if endpoint in PAGES and values.get("slug") == self._slug:
            place = f"{language}/{self._name(parts.path)}"
            if language == self._code and parts.path not in self._seen:
                self._seen.add(parts.path)
                self._waiting.append(parts.path)
            return f"#{place}.{parts.fragment}" if parts.fragment else f"#{place}"
        base = service(Settings, self._renderer.app).public_url
        return f"{base}{parts.path}" if base and endpoint else None

    def _name(self, path: str) -> str:
        """A page as the address after the # names it: home, demands, demands/key."""
        return path.split("/", 3)[3].strip("/") or "home"

    def _picture(self, tag: str) -> str:
        """A picture as data in the file, in its small size; nothing where pictures are left out.

        Those of lists are left out, too: the texts that they lead to have them.
        """
        source = re.search(r'src="([^"]+)"', tag)
        if source is None or self._pictures is _Pictures.NONE or _IN_LIST in tag:
            return ""
        address = unescape(source[1]).partition("?")[0]
        body, mimetype = self._renderer.get(f"{address}?small=yes")
        data = f"data:{mimetype};base64,{base64.b64encode(body).decode()}"
        tag = re.sub(r'\s(?:srcset|sizes|loading)="[^"]*"', "", tag)
        if self._pictures is _Pictures.IN_PLACE:
            return tag.replace(source[0], f'src="{data}"')
        if data not in self._once:
            self._once.append(data)
        return tag.replace(source[0], f'data-picture="{self._once.index(data)}"')
