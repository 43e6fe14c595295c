"""Who may know whom: the walls of the house."""

import ast
from pathlib import Path

import pytest

from tests.tools import ROOT

#: What each room (or file) may not import. Longest match first.
WALLS = {
    "campaign/pack": ("flask", "sqlalchemy", "campaign.letters", "campaign.editions", "campaign.site",
                      "campaign.web", "campaign.press", "campaign.database", "campaign.settings"),
    "campaign/press": ("flask", "sqlalchemy", "campaign.letters", "campaign.editions", "campaign.site", "campaign.web",
                       "campaign.pack"),
    "campaign/letters/compose.py": ("flask", "sqlalchemy", "campaign.web", "campaign.site", "campaign.editions"),
    "campaign/letters/address.py": ("flask", "sqlalchemy", "campaign.web", "campaign.site", "campaign.editions"),
    "campaign/typed.py": ("flask", "sqlalchemy", "campaign"),
    "campaign/letters/merge.py": ("flask", "sqlalchemy", "campaign.web", "campaign.editions", "campaign.database"),
    "campaign/letters/commands.py": ("flask", "sqlalchemy", "campaign.web", "campaign.editions", "campaign.database"),
    "campaign/letters/formats": ("flask", "sqlalchemy", "campaign.web", "campaign.site", "campaign.editions"),
    "campaign/letters/views.py": ("sqlalchemy", "campaign.site", "campaign.editions"),
    "campaign/letters": ("sqlalchemy", "campaign.site", "campaign.editions", "campaign.database", "campaign.counts"),
    "campaign/desk/kinds.py": ("flask", "sqlalchemy", "campaign.editions", "campaign.people", "campaign.letters"),
    "campaign/desk/items.py": ("flask", "flask_babel", "sqlalchemy", "campaign.editions", "campaign.people"),
    "campaign/desk": ("sqlalchemy",),
    "campaign/petition/views.py": ("campaign.site", "campaign.desk", "campaign.letters"),
    "campaign/petition/public.py": ("sqlalchemy", "campaign.site", "campaign.desk", "campaign.letters"),
    "campaign/petition/forms.py": ("sqlalchemy", "campaign.site", "campaign.desk", "campaign.letters"),
    "campaign/petition/nightly.py": ("campaign.site", "campaign.desk", "campaign.letters", "campaign.web"),
    "campaign/petition/maps": ("flask", "sqlalchemy", "campaign"),
    "campaign/petition": ("flask", "campaign.site", "campaign.desk", "campaign.letters", "campaign.web"),
    "campaign/mail/views.py": ("sqlalchemy", "campaign.petition", "campaign.site", "campaign.desk"),
    "campaign/mail/messages.py": ("sqlalchemy", "campaign.petition", "campaign.site", "campaign.desk", "campaign.web"),
    "campaign/mail/worker.py": ("sqlalchemy", "campaign.petition", "campaign.site", "campaign.desk", "campaign.web"),
    "campaign/mail/commands.py": ("sqlalchemy", "campaign.site", "campaign.desk", "campaign.web"),
    "campaign/mail": ("flask", "campaign.petition", "campaign.site", "campaign.desk", "campaign.letters", "campaign.web"),
    "campaign/paper/views.py": ("campaign.site", "campaign.desk", "campaign.letters"),
    "campaign/paper/forms.py": ("sqlalchemy", "campaign.site", "campaign.desk", "campaign.letters"),
    "campaign/paper/sheets.py": ("flask", "sqlalchemy", "campaign.database", "campaign.petition", "campaign.web"),
    "campaign/paper/numbers.py": ("flask", "sqlalchemy", "campaign"),
    "campaign/paper": ("flask", "campaign.site", "campaign.desk", "campaign.web"),
    "campaign/book": ("flask", "sqlalchemy", "campaign.database", "campaign.site", "campaign.desk", "campaign.web",
                      "campaign.editions"),
    "campaign/photographs/darkroom.py": ("flask", "sqlalchemy", "campaign"),
    "campaign/photographs/developing.py": ("flask", "sqlalchemy", "PIL", "campaign"),
    "campaign/photographs": ("flask", "PIL", "campaign.letters", "campaign.petition", "campaign.site", "campaign.web",
                             "campaign.desk"),
    "campaign/words.py": ("flask", "sqlalchemy", "campaign"),
    "campaign/cells.py": ("flask", "sqlalchemy", "campaign"),
    "campaign/people": ("flask", "campaign.letters", "campaign.site", "campaign.web", "campaign.press", "campaign.desk"),
    "campaign/tallies": ("flask", "campaign.letters", "campaign.site", "campaign.web", "campaign.press"),
    "campaign/editions": ("flask", "campaign.letters", "campaign.site", "campaign.web"),
    "campaign/web": ("campaign.letters", "campaign.site", "campaign.desk", "sqlalchemy"),
    "campaign/site": ("campaign.letters", "campaign.desk", "sqlalchemy"),
}  # fmt: skip

SOURCES = sorted((ROOT / "campaign").rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Names that a file imports, but for what only the type checker reads."""
    found: set[str] = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(node)
        for guard in ast.walk(tree)
        if isinstance(guard, ast.If) and "TYPE_CHECKING" in ast.unparse(guard.test)
        for node in ast.walk(guard)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_room_knows_what_it_should_not(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    wall = next(
        (walls for room, walls in sorted(WALLS.items(), key=lambda w: -len(w[0])) if name.startswith(room)),
        (),
    )
    for module in imported(path):
        for barred in wall:
            assert module != barred and not module.startswith(f"{barred}."), f"{name} imports {module}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_function_fits_on_a_screen(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{path.name}: {node.name}"
