"""The text of a bundle: style sheets one after the other, and scripts each in a function of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_LINE_COMMENT = re.compile(r"^\s*//.*\n", re.M)
_BLANK = re.compile(r"^\s+", re.M)
_URL = re.compile(r'url\("\.\./([^"]+)"\)')

_IMPORT = re.compile(r'^import (\{ [\w, ]+ \}) from "\./(\w+)\.js";$', re.M)
_EXPORT = re.compile(r"^export ((?:async )?function\*? |const )(\w+)", re.M)

#: What runs each script: an error in one keeps no other from running, and is reported as usual.
_RUN = """const run = (script) => {
try { script(); } catch (error) { setTimeout(() => { throw error; }); }
};
"""


def style_text(sheets: Iterable[str], printed: Iterable[str], file_address: Callable[[str], str]) -> str:
    """Style sheets as one, without comments; the files that they name by their addresses."""
    text = "".join(sheets) + "".join(f"@media print {{\n{sheet}}}\n" for sheet in printed)
    text = _URL.sub(lambda match: f'url("{file_address(match[1])}")', _COMMENT.sub("", text))
    return _BLANK.sub("", text)


def script_text(folder: Path, names: Iterable[str]) -> str:
    """Scripts as one, in this order, after the modules that they import.

    Each is a function, so that no two share a name. Imports and exports are written as in static/js:
    one line each, by name. Raises OSError if there is no such script.
    """
    shared: dict[str, str] = {}
    parts = [f"run(() => {{\n{_linked(folder, name, shared)}}});\n" for name in names]
    modules = "".join(f"const {name} = (() => {{\n{text}}})();\n" for name, text in shared.items())
    return f'"use strict";\n{{\n{_RUN}{modules}{"".join(parts)}}}\n'


def _linked(folder: Path, name: str, shared: dict[str, str]) -> str:
    """A script with names of modules for its imports; the modules are added to `shared`."""
    text = _source(folder / f"{name}.js")
    for _names, module in _IMPORT.findall(text):
        if module not in shared:
            linked = _linked(folder, module, shared)
            exports = ", ".join(found[1] for found in _EXPORT.findall(linked))
            shared[module] = _EXPORT.sub(r"\1\2", linked) + f"return {{ {exports} }};\n"
    return _IMPORT.sub(r"const \1 = \2;", text)


@lru_cache(maxsize=64)
def _source(path: Path) -> str:
    return _LINE_COMMENT.sub("", path.read_text(encoding="utf-8")).replace('"use strict";\n', "")
