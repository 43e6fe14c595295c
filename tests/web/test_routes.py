"""Rules that make their functions late write the same addresses as Werkzeug's own."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, Map, Rule

from campaign.web.routes import LateRule, NumberConverter


def value(converter: BaseConverter) -> Any:
    """A value for a part of a rule, if it can be with signs that an address must escape."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 7 if isinstance(converter, NumberConverter) else "a ü%/?"


def test_every_rule_of_the_site_makes_its_functions_late_and_writes_the_same_addresses(app: Flask) -> None:
    own = [rule for rule in app.url_map.iter_rules() if isinstance(rule, LateRule)]
    assert len(own) > 250
    plain = Map(converters=app.url_map.converters, strict_slashes=False)
    for rule in own:
        same = Rule(rule.rule, endpoint=rule.endpoint, defaults=rule.defaults, methods=rule.methods)
        plain.add(same)
        values = {name: value(converter) for name, converter in rule._converters.items()}
        values |= {**(rule.defaults or {}), "more": ["1", "&2"]}
        for unknown in (False, True):
            assert rule.build(values, unknown) == same.build(values, unknown), rule.rule


def test_a_rule_makes_nothing_before_its_first_address(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    make = Rule._compile_builder

    def noted(rule: Rule, append_unknown: bool = True) -> Any:
        made.append(append_unknown)
        return make(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", noted)
    addresses = Map([LateRule("/<word>/", endpoint="page")]).bind("x")
    assert made == []
    assert [addresses.build("page", {"word": "ä"}) for _ in range(2)] == ["/%C3%A4/"] * 2
    assert len(made) == 1
