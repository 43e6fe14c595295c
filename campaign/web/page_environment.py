"""Jinja's environment for the pages."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class PageEnvironment(Environment):
    """An environment whose templates share its globals.

    Jinja puts a map around them for each template, so that it can have some of its own. None of ours has any,
    and Jinja looks up every name in that map again whenever a template imports another one.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals
