"""Which tests carry a mark with a number, read from their source: the tables of the standards are made of it."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import Any

from tests.tools import ROOT


def held(mark: str) -> dict[int, list[str]]:
    """The tests that carry `@pytest.mark.<mark>(number, …)`, as `path::name`, for each number."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        source = path.read_text(encoding="utf-8")
        if f"pytest.mark.{mark}(" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for number in _marked(node, mark):
                    found[number].append(f"{path.relative_to(ROOT).as_posix()}::{node.name}")
    return found


def _marked(function: ast.FunctionDef, mark: str) -> list[Any]:
    """The numbers of a test's marks."""
    calls = (decorator for decorator in function.decorator_list if isinstance(decorator, ast.Call))
    marks = (call for call in calls if ast.unparse(call.func) == f"pytest.mark.{mark}")
    return [ast.literal_eval(argument) for call in marks for argument in call.args]
