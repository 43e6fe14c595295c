"""The documents say what the code has: commands, settings, permissions, targets, and links that lead somewhere."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from campaign import setting_table
from campaign.cli.main import CAMPAIGN
from campaign.desk.help import HANDBOOK, PAGES, PICTURES
from campaign.people.roles import ROLES, Permission
from campaign.web.markdown_pages import anchor, document
from tests.tools import ROOT

ENGLISH = HANDBOOK / "en"
ROOT_DOCUMENTS = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
DOCUMENTS = (*(ROOT / name for name in ROOT_DOCUMENTS), *sorted(ENGLISH.glob("*.md")))

Options = dict[str, set[str]]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# commands


def commands() -> Options:
    """Every command of the command line, such as `keys new`, with its long options."""
    with click.Context(CAMPAIGN) as context:
        return dict(click_commands(CAMPAIGN, context, ()))


def click_commands(
    group: click.Group, context: click.Context, path: tuple[str, ...]
) -> Iterator[tuple[str, set[str]]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        if isinstance(command, click.Group):
            with click.Context(command, parent=context) as inner:
                yield from click_commands(command, inner, (*path, name))
        else:
            options = {
                option
                for parameter in command.params
                if isinstance(parameter, click.Option)
                for option in (*parameter.opts, *parameter.secondary_opts)
            }
            yield " ".join((*path, name)), {option for option in options if option.startswith("--")}


def documented_commands() -> Options:
    """The commands of the handbook, by heading, with the options in the first column of their tables."""
    text = (ENGLISH / "commands.md").read_text(encoding="utf-8")
    sections = re.split(r"^#{2,3} (.+)$", text, flags=re.M)[1:]
    found: Options = {}
    for heading, body in zip(sections[::2], sections[1::2], strict=True):
        rows = re.findall(r"^\| ([^|]*) \|", body, re.M)
        found[heading] = set(re.findall(r"`(--[a-z-]+)`", " ".join(rows)))
    chapters = set(re.findall(r"^## (.+)$", text, re.M))
    return {heading: options for heading, options in found.items() if heading not in chapters}


def test_every_command_and_no_other_is_in_the_handbook() -> None:
    assert set(documented_commands()) == set(commands())


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_option_of_a_command_and_no_other_is_in_the_handbook(command: str) -> None:
    assert documented_commands()[command] == commands()[command] - {"--help"}


# settings


def settings_of_the_code() -> set[str]:
    """Names in the string constants of the code: docstrings name settings too, and must not invent any."""
    names: set[str] = set()
    for path in (ROOT / "campaign").rglob("*.py"):
        with tokenize.open(path) as file:
            for token in tokenize.generate_tokens(file.readline):
                if token.type != tokenize.COMMENT:
                    names |= set(re.findall(r"\bCAMPAIGN_[A-Z]+(?:_[A-Z]+)*\b", token.string))
    return names


def test_the_operators_table_of_settings_is_that_of_the_code() -> None:
    operators = (ENGLISH / "operators.md").read_text(encoding="utf-8")
    assert "\n".join(setting_table.as_markdown()) in operators


def test_every_setting_that_is_read_is_in_the_table_and_no_other() -> None:
    names = ("settings", "setting_values", "environment_file")
    sources = [ROOT / f"campaign/{name}.py" for name in names]
    read = {name for path in sources for name in re.findall(r'"(CAMPAIGN_[A-Z_]+)"', path.read_text("utf-8"))}
    assert set(setting_table.NAMES) == read


@pytest.mark.slow
def test_every_variable_of_the_environment_is_in_the_handbook_and_the_documents_invent_none() -> None:
    written = {
        name: set(re.findall(r"\bCAMPAIGN_[A-Z_]+\b", path.read_text(encoding="utf-8")))
        for path in DOCUMENTS
        for name in [name_of(path)]
    }
    handbook = {name for page in PAGES for name in written[f"campaign/handbook/en/{page}.md"]}
    tests = {"CAMPAIGN_TEST_POSTGRES", "CAMPAIGN_TEST_REDIS"}
    code = settings_of_the_code()
    assert code <= handbook
    assert set().union(*written.values()) <= code | tests


# permissions and roles


def permissions_table() -> dict[str, set[str]]:
    """The handbook's table: the roles that have each permission."""
    text = (ENGLISH / "organisers.md").read_text(encoding="utf-8")
    head, rows = re.search(r"^(\| permission \|.*)\n\|[ |-]+\|\n((?:\|.*\n)+)", text, re.M).groups()  # type: ignore[union-attr]
    roles = [cell.strip() for cell in head.split("|")[3:-1]]
    table = {}
    for row in rows.splitlines():
        name, meaning, *cells = [cell.strip() for cell in row.split("|")[1:-1]]
        assert meaning, name
        assert set(cells) <= {"yes", ""}, row
        table[name.strip("`")] = {role for role, cell in zip(roles, cells, strict=True) if cell}
    assert roles == list(ROLES)
    return table


def test_the_table_of_permissions_is_that_of_the_code() -> None:
    code = {
        permission.name.lower(): {role for role, has in ROLES.items() if permission in has}
        for permission in Permission
    }
    assert permissions_table() == code


# documents


def test_contributing_names_every_target_of_make() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for target in re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M):
        assert f"| `make {target}` |" in contributing, target


def test_contributing_lists_the_layers_of_the_contract_in_their_order() -> None:
    contract = re.search(
        r"^layers = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M | re.S
    )
    assert contract
    layers = [re.findall(r"\w+", line) for line in re.findall(r'"(.*)"', contract[1])]
    written = re.findall(
        r"^\d+\. ((?:`\w+`(?:, )?)+)$", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.M
    )
    assert [re.findall(r"\w+", line) for line in written] == [
        names for names in layers if names != ["__main__"]
    ]


def test_contributing_names_every_package() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    layout = contributing.partition("## Project layout")[2].partition("###")[0]
    for path in sorted((ROOT / "campaign").iterdir()):
        if path.is_dir() and not path.name.startswith("__"):
            assert f" {path.name}/ " in layout, path.name
        elif path.suffix == ".py" and not path.name.startswith("__"):
            assert path.name in layout, path.name


def test_the_readme_has_120_lines_at_most_and_a_picture() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(readme.splitlines()) <= 120
    assert re.search(r"^!\[[^\]]+\]\(campaign/handbook/pictures/[a-z-]+\.png\)$", readme, re.M)


def test_the_changelog_has_this_version() -> None:
    from campaign import __version__

    assert f"\n## {__version__} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def links(text: str) -> list[str]:
    without_code = re.sub(r"^(?: {4}.*|```.*?^```)$|`[^`\n]*`", "", text, flags=re.M | re.S)
    return re.findall(r"\]\(([^)\s]+)\)", without_code)


def anchors(path: Path) -> set[str]:
    without_code = re.sub(r"^ {4}.*$", "", path.read_text(encoding="utf-8"), flags=re.M)
    return {anchor(re.sub(r"[`*]", "", heading)) for heading in re.findall(r"^#+ (.+)$", without_code, re.M)}


@pytest.mark.security(74)
@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_no_link_of_a_document_is_dead(path: Path) -> None:
    for link in links(path.read_text(encoding="utf-8")):
        if re.match(r"https?://|mailto:", link):
            continue
        target, _, fragment = unquote(link).partition("#")
        file = (path.parent / target).resolve() if target else path
        assert file.exists() and file.is_relative_to(ROOT), f"{name_of(path)}: {link}"
        if fragment:
            assert fragment in anchors(file), f"{name_of(path)}: {link}"


# the pages of the desk


def handbook_pages(language: str = "en") -> list[Path]:
    return sorted((HANDBOOK / language).glob("*.md"))


def test_every_page_and_picture_of_the_handbook_is_shown_and_none_is_missing() -> None:
    for folder in (path for path in HANDBOOK.iterdir() if path.name != "pictures"):
        assert {path.stem for path in handbook_pages(folder.name)} == set(PAGES)
    assert {path.name for path in (HANDBOOK / "pictures").iterdir()} == set(PICTURES)
    for name in PICTURES:
        assert (HANDBOOK / "pictures" / name).stat().st_size <= 300_000, name


@pytest.mark.parametrize("name", PAGES)
def test_the_handbook_links_only_to_itself_and_the_web(name: str) -> None:
    """What leads to a file of the repository leads nowhere at the desk."""
    text = (ENGLISH / f"{name}.md").read_text(encoding="utf-8")
    html = str(document(text, "BASE/").html)
    for address in re.findall(r'(?:href|src)="([^"]+)"', html):
        assert re.match(r"BASE/(pictures/[a-z-]+\.png|[a-z]+(#[\w-]+)?)$|#|https?://", address), address
    assert not re.search(r"\]\(|^\||^#", html, re.M), "Markdown that was not rendered"


def test_a_document_is_sanitised_and_its_headings_have_anchors() -> None:
    text = "# A\n\nB.\n\n## C `d`!\n\n<script>x</script>[y](javascript:z)\n\n## C d\n\n|a|b|\n|-|-|\n|1|![p](../pictures/q.png)|\n"
    shown = document(text, "/h/")
    assert (shown.title, shown.summary) == ("A", "B.")
    assert [(heading.text, heading.anchor) for heading in shown.headings] == [
        ("C d!", "c-d"),
        ("C d", "c-d-1"),
    ]
    assert "<script" not in shown.html and "href=" not in shown.html
    assert '<td><img src="/h/pictures/q.png" alt="p"></td>' in shown.html
    with pytest.raises(ValueError, match="title and a summary"):
        document("No title.")
