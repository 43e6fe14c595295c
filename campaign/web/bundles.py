"""One style sheet and one script for each page, made of the layers that its templates ask for.

A template or macro says what it needs where it needs it: `needs_style("forms")`, `needs_script("leave")`.
base.html renders the page's content first and then prints one link for each kind. The address names the
layers, so every process makes the same bundle, once; only sets that a page can ask for are answered. A
campaign's languages and colours are part of its sheet: such a name has a mark that only this site can make,
so that nobody can have it make sheets without end.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, abort, g

from campaign.pack.model import Pack
from campaign.services import provide, service
from campaign.settings import Settings
from campaign.web import brand_styles, script_styles
from campaign.web.bundle_text import script_text, style_text
from campaign.web.compression import Packed
from campaign.web.static_files import SHORT, answer_with, file_address

#: The layers of every page, and those that a template asks for, in the order of the cascade.
BASE = ("fonts", "tokens", "base", "parts", "pages")
STYLES = ("home", "pictures", "desk", "forms", "write", "answers", "log", "events", "share")

#: The layers of a frame on a page of others, and its forms: as the reader's system says, or always the same.
FRAME = ("fonts", "tokens", "embed")
SCHEMES = ("", "light", "dark")

#: The scripts, in the order in which they run. The way out is the first.
SCRIPTS = (
    "leave", "upload", "write", "my_letters", "sign", "answer", "check", "stall", "desk", "keep", "paper",
    "passkey", "record", "problems", "share", "tour", "keep_site", "keys", "photo",
)  # fmt: skip

#: The layers of a sheet; then its languages, its colours and the mark, if it has one of these.
_STYLE_NAME = re.compile(r"(base|embed)((?:-[a-z]+)*)(?:_([A-Za-z.-]*)_([0-9a-f-]*)_([0-9a-f]{16}))?")

#: What a sheet asks of the reader's system, and what stands in its place where a frame always has one scheme.
_DARK, _EITHER = "(prefers-color-scheme: dark)", "color-scheme: light dark"
_ALWAYS = {"": _DARK, "dark": "all", "light": "not all"}

_NEEDS = re.compile(r"""needs_(style|script)\(["']([a-z_]+)["']\)""")
_USES = re.compile(r"""\{%-?\s*(?:extends|from|import|include)\s+["']([^"']+)["']""")


class Bundles:
    """The bundles of one application, by name. Names that no page has are a LookupError."""

    def __init__(self, static: Path, templates: Path, secret: bytes) -> None:
        self._static, self._secret = static, secret
        self.asked = lru_cache(maxsize=1)(lambda: layers_of_pages(templates))
        self.style, self.script = lru_cache(maxsize=256)(self._style), lru_cache(maxsize=256)(self._script)
        self.style_name = lru_cache(maxsize=1024)(self._style_name)

    def _style_name(self, layers: frozenset[str], languages: tuple[str, ...], pair: str) -> str:
        """The name of the sheet with these layers, for these languages and colours of a campaign."""
        return self._named(
            "-".join(("base", *(layer for layer in STYLES if layer in layers))), languages, pair
        )

    def frame_name(self, scheme: str, language: str, pair: str) -> str:
        """The name of the sheet of a frame in one of SCHEMES, for a language and colours of a campaign."""
        return self._named("-".join(filter(None, ("embed", scheme))), (language,), pair)

    def _named(self, name: str, languages: tuple[str, ...], pair: str) -> str:
        special = ".".join(sorted({code for code in languages if script_styles.is_needed(code)}))
        if not special and not pair:
            return name
        name = f"{name}_{special}_{pair}"
        return f"{name}_{self._mark(name)}"

    def _mark(self, name: str) -> str:
        return hmac.digest(self._secret, b"campaign/bundle/1/" + name.encode(), "sha256").hex()[:16]

    def _style(self, name: str) -> Packed:
        match = _STYLE_NAME.fullmatch(name)
        if match is None:
            raise LookupError(name)
        kind, names, languages, pair, mark = match.groups()
        if mark and not hmac.compare_digest(mark, self._mark(name.rpartition("_")[0])):
            raise LookupError(name)
        special = [script_styles.sheet(tuple(languages.split(".")))] if languages else []
        special += [brand_styles.rules(pair)] if pair else []
        if kind == "embed":
            return self._frame_style(names.removeprefix("-"), special)
        return self._page_style(names, special)

    def _frame_style(self, scheme: str, special: list[str]) -> Packed:
        if scheme not in SCHEMES:
            raise LookupError(scheme)
        text = style_text([*map(self._read, FRAME), *special], (), file_address)
        text = text.replace(_DARK, _ALWAYS[scheme])
        return Packed(text.replace(_EITHER, f"color-scheme: {scheme}" if scheme else _EITHER).encode())

    def _page_style(self, names: str, special: list[str]) -> Packed:
        layers = self._known("style", names.split("-")[1:], STYLES)
        sheets = [*map(self._read, (*BASE, *layers)), *special]
        printed = [
            self._read(layer) for layer in ("print", "windows") if layer == "print" or "write" in layers
        ]
        return Packed(style_text(sheets, printed, file_address).encode())

    def _script(self, name: str) -> Packed:
        layers = self._known("script", name.split("-"), SCRIPTS)
        return Packed(script_text(self._static / "js", layers).encode())

    def _known(self, kind: str, layers: list[str], order: tuple[str, ...]) -> list[str]:
        """The layers, if they are in order and some page can ask for them together."""
        if layers != [layer for layer in order if layer in layers]:
            raise LookupError(layers)
        if not any(set(layers) <= asked for asked in self.asked()[kind]):
            raise LookupError(layers)
        return layers

    def _read(self, layer: str) -> str:
        return (self._static / "css" / f"{layer}.css").read_text(encoding="utf-8")


def layers_of_pages(folder: Path) -> dict[str, set[frozenset[str]]]:
    """For each kind, `style` and `script`, the largest sets of layers that pages can ask for."""
    texts = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.html")
    }

    def used_by(name: str, found: set[str]) -> set[str]:
        if name not in found and name in texts:
            found.add(name)
            for used in _USES.findall(texts[name]):
                used_by(used, found)
        return found

    sets: dict[str, set[frozenset[str]]] = {"style": set(), "script": set()}
    for name in texts:
        parts = used_by(name, set())
        if "base.html" in parts:
            needs = [need for part in parts for need in _NEEDS.findall(texts[part])]
            for kind, found in sets.items():
                found.add(frozenset(layer for of, layer in needs if of == kind))
    return sets


def init(app: Flask) -> None:
    """Serve the bundles, and let templates say what they need."""
    folders = Path(app.static_folder or ""), Path(app.root_path, app.template_folder or "")
    provide(app, Bundles(*folders, service(Settings, app).secrets["form"]))
    app.add_url_rule("/bundles/<bundle>.css", "style_bundle", _style_bundle)
    app.add_url_rule("/bundles/<bundle>.js", "script_bundle", _script_bundle)
    app.jinja_env.globals.update(
        begin_page=_begin_page,
        needs_style=needs_style,
        needs_script=needs_script,
        page_style=page_style,
        frame_style=frame_style,
        page_script=page_script,
    )


def _begin_page() -> str:
    """Forget what was asked for: another page may have failed in this request."""
    g.styles, g.scripts = set(), set()
    return ""


def needs_style(layer: str) -> str:
    """The page needs a layer of STYLES."""
    return _need("styles", layer, STYLES)


def needs_script(layer: str) -> str:
    """The page needs a script of SCRIPTS."""
    return _need("scripts", layer, SCRIPTS)


def _need(kind: str, layer: str, known: tuple[str, ...]) -> str:
    if layer not in known:
        raise LookupError(f"there is no {layer} in {kind}")
    g.setdefault(kind, set()).add(layer)
    return ""


def page_style(languages: Iterable[str], pack: Pack | None) -> str:
    """The address of the page's style sheet, for the languages that it may show."""
    bundles = service(Bundles)
    pair = brand_styles.pair_of(pack) if pack else ""
    name = bundles.style_name(frozenset(g.styles), tuple(languages), pair)
    # Not with url_for: an error page for an unknown host needs its style, too.
    return f"/bundles/{name}.css?v={bundles.style(name).digest[:SHORT]}"


def frame_style(scheme: str, language: str, pack: Pack) -> str:
    """The address of the style sheet of a frame, in one of SCHEMES."""
    bundles = service(Bundles)
    name = bundles.frame_name(scheme, language, brand_styles.pair_of(pack))
    return f"/bundles/{name}.css?v={bundles.style(name).digest[:SHORT]}"


def page_script() -> str:
    """The address of the page's script; '' if it needs none."""
    if not g.scripts:
        return ""
    name = "-".join(script for script in SCRIPTS if script in g.scripts)
    return f"/bundles/{name}.js?v={service(Bundles).script(name).digest[:SHORT]}"


def _style_bundle(bundle: str) -> Response:
    return _answer(service(Bundles).style, bundle, "text/css")


def _script_bundle(bundle: str) -> Response:
    return _answer(service(Bundles).script, bundle, "text/javascript")


def _answer(find: Callable[[str], Packed], name: str, mimetype: str) -> Response:
    try:
        bundle = find(name)
    except LookupError:
        abort(404)
    return answer_with(bundle, mimetype)
