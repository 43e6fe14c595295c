"""Each rule of the reliability standard has a test or a run of `make torture` that holds it."""

from __future__ import annotations

import ast

from tests.reliability import rules
from tests.tools import ROOT


def runs() -> set[str]:
    """The names in the table of `make torture`, read from its source: loading all of it takes seconds."""
    source = ast.parse((ROOT / "tests/reliability/__main__.py").read_text(encoding="utf-8"))
    (found,) = (
        node.value
        for node in source.body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "RUNS"
    )
    assert isinstance(found, ast.Dict)
    return {ast.literal_eval(key) for key in found.keys if key is not None}


def test_each_of_the_18_rules_has_a_test_or_a_run_and_none_is_named_that_there_is_not() -> None:
    tests = rules.held()
    assert list(rules.RULES) == list(range(1, 19))
    assert set(tests) <= set(rules.RULES), "a mark names a rule that there is not"
    assert set(rules.RUNS) <= set(rules.RULES)
    assert [number for number in rules.RULES if not (tests[number] or rules.RUNS.get(number))] == []
    assert {name for names in rules.RUNS.values() for name in names} <= runs()


def test_the_table_has_every_rule_with_what_holds_it() -> None:
    table = rules.table(rules.held())
    assert table.count("\n| R") == 18
    assert (
        "`tests/reliability/test_reliability.py::test_a_full_disk_is_said_in_words" in table
        and "`killing-database`" in table
    )
