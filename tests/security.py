"""`make security`: each line of the security standard with the tests that hold it."""

from __future__ import annotations

import ast
import tomllib
from collections import defaultdict
from typing import Any

from tests.tools import ROOT

DATA: dict[str, dict[str, str]] = tomllib.loads((ROOT / "tests/security.toml").read_text(encoding="utf-8"))
LINES = {int(number): title for number, title in DATA["lines"].items()}
LATER = {int(number): reason for number, reason in DATA["later"].items()}


def held() -> dict[int, list[str]]:
    """The tests that carry the mark of each line, as `path::name`, read from their source."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for number in _marked(node):
                    found[number].append(f"{path.relative_to(ROOT).as_posix()}::{node.name}")
    return found


def _marked(function: ast.FunctionDef) -> list[Any]:
    """The numbers of a test's marks."""
    calls = (mark for mark in function.decorator_list if isinstance(mark, ast.Call))
    marks = (call for call in calls if ast.unparse(call.func) == "pytest.mark.security")
    return [ast.literal_eval(argument) for call in marks for argument in call.args]


def table(tests: dict[int, list[str]]) -> str:
    """The table as Markdown."""
    rows = [
        f"| {number} | {title} | {'<br>'.join(f'`{name}`' for name in tests[number]) or LATER.get(number, '')} |"
        for number, title in LINES.items()
    ]
    count = sum(bool(tests[number]) for number in LINES)
    head = "| line | what holds | tests |\n| ---: | --- | --- |"
    return "\n".join([head, *rows, "", f"{count} of {len(LINES)} lines have a test."])


if __name__ == "__main__":
    print(table(held()))
