"""Parts of the composer that are the same for all who made the same choices, made once for all of them.

Such a part, a template in `templates/letters/kept`, is made of the values that it is given, its key,
and of nothing else of a request but its language. Values are keys, titles and settings that a campaign
offers. What somebody typed may never be among them: it would stay in memory.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from flask import Flask
from jinja2 import Environment
from markupsafe import Markup

from campaign.web import languages

#: How many parts a process keeps: some kilobytes each, those that were not asked for longest going first.
MOST = 512


class KeptParts:
    """The parts that were made in an environment."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._kept = lru_cache(maxsize=MOST)(self._made)

    def part(self, template: str, **values: Hashable) -> Markup:
        """The part that a template makes of these values, in the language of the response.

        Addresses follow from that of the composer: a part with others in it is given this one as a value.
        """
        return self._kept(template, languages.current(), *values.items())

    def _made(self, template: str, _language: str, *values: tuple[str, Hashable]) -> Markup:
        made = self._environment.get_template(template).render(dict(values))
        return Markup(made)  # noqa: S704  escaped by Jinja


def init(app: Flask) -> None:
    """Give the parts to the composer's templates, as `kept_part`."""
    app.jinja_env.globals["kept_part"] = KeptParts(app.jinja_env).part
