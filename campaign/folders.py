"""Where the files are that are not Python: beside the package in a clone, inside it when it is installed."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def _folder(name: str) -> Path:
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


TEMPLATES, STATIC, SEEDS = _folder("templates"), _folder("static"), _folder("seeds")

#: The handbook, which is part of the package.
HANDBOOK = _PACKAGE / "handbook"
