"""Who may know whom: the contracts in pyproject.toml hold, and a violation of each kind breaks them."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools import ROOT

#: Modules outside the command line that may import inside a function, with the reason in a comment there.
MOST_LAZY_IMPORTS = 22

#: A module of the package as (path, what is written to its end), and the contract that it breaks.
VIOLATIONS = {
    "pack knows the desk": ("pack/check.py", "from campaign.desk import pages", "Layers"),
    "pack knows the petition": ("pack/files.py", "from campaign.petition import ledger", "Layers"),
    "pack knows the petition, lazily": (
        "pack/files.py",
        "def lazy() -> None:\n    from campaign.petition import ledger",
        "Layers",
    ),
    "pack knows Flask": ("pack/reading.py", "import flask", "plain data"),
    "editions know the desk": ("editions/store.py", "from campaign.desk import pages", "Layers"),
    "editions know Flask": ("editions/store.py", "from flask import g", "domain"),
    "trustees know the server's keys": (
        "trustees/opening.py",
        "from campaign.petition import server_keys",
        "Trustees",
    ),
    "trustees know the settings, by way of another module": (
        "trustees/updates.py",
        "from campaign.mail import worker",
        "Trustees",
    ),
    "the desk knows the trustees' keys": (
        "desk/petition/signatures.py",
        "from campaign.trustees import key_files",
        "trustees' keys",
    ),
    "the petition knows the trustees": (
        "petition/nightly.py",
        "from campaign.trustees import opening",
        "Layers",
    ),
    "a letter knows the database": ("letters/compose.py", "from campaign.database import db", "pure"),
    "web knows a page": ("web/errors.py", "from campaign.site import pages", "Layers"),
    "an unlisted package": ("novelty/__init__.py", "from campaign.desk import pages\n", "Layers"),
    "an unlisted module": ("novelty.py", '"""Without a place in the list."""\n', "Layers"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """The linter's verdict on the package in a folder."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's Python files and the contracts, to be violated."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for path in (ROOT / "campaign").rglob("*.py"):
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return folder


def test_every_contract_is_kept(copy: Path) -> None:
    verdict = lint(copy)
    assert verdict.returncode == 0, verdict.stdout
    assert "0 broken" in verdict.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_violation_breaks_its_contract(name: str, copy: Path) -> None:
    path, code, contract = VIOLATIONS[name]
    target = copy / "campaign" / path
    before = target.read_text(encoding="utf-8") if target.exists() else None
    target.parent.mkdir(exist_ok=True)
    target.write_text(f"{before or ''}\n{code}\n", encoding="utf-8")
    try:
        verdict = lint(copy)
    finally:
        if before is None:
            target.unlink()
            if target.name == "__init__.py":
                shutil.rmtree(target.parent)
        else:
            target.write_text(before, encoding="utf-8")
    assert verdict.returncode != 0, verdict.stdout
    assert contract in verdict.stdout.partition("Broken contracts")[2] or "novelty" in verdict.stdout


SOURCES = sorted(path for path in (ROOT / "campaign").rglob("*.py") if "migrations" not in path.parts)


def lazy_imports(path: Path) -> list[int]:
    """Lines of imports inside functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return sorted(
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    )


def test_imports_stand_at_the_top_but_for_a_few_with_a_reason() -> None:
    found = {}
    for path in SOURCES:
        if (ROOT / "campaign" / "cli") not in path.parents and (lines := lazy_imports(path)):
            found[path.relative_to(ROOT).as_posix()] = lines
    assert sum(map(len, found.values())) <= MOST_LAZY_IMPORTS, found
    for name, numbers in found.items():
        text = (ROOT / name).read_text(encoding="utf-8").splitlines()
        for number in numbers:
            near = text[number - 2] + text[number - 1]
            assert "#" in near, f"{name}:{number} imports inside a function without a reason"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_function_fits_on_a_screen_and_a_file_has_one_reason_to_change(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 40, f"{path.name}: {node.name}"
    assert text.count("\n") <= 400, f"{path.name} has grown too long"
