"""No message is hidden from `make words`: whatever is translated is a text that the extractor finds.

The extractor looks for its keywords before a bracket, so `words(language)("Town")` gives it nothing, and the page
stays English in every language without a word from any other test.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract

from tests.tools import ROOT

#: What `make words` asks for beyond Babel's own keywords: `_l`, `Message`, `Plural:1,2`.
ASKED = re.findall(r"-k (\w+)", (ROOT / "Makefile").read_text(encoding="utf-8"))
KEYWORDS = {**DEFAULT_KEYWORDS, **dict.fromkeys(ASKED), "Plural": (1, 2)}

#: Functions that return a translator.
MAKERS = {"words", "plurals"}

FILES = sorted((ROOT / "campaign").rglob("*.py"))


def extracted(source: str) -> set[str]:
    """The texts that `make words` finds in a file."""
    found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS)
    return {text for _line, texts, *_ in found for text in ([texts] if isinstance(texts, str) else texts)}


def is_made(node: ast.AST) -> bool:
    """Whether an expression is a call that returns a translator."""
    return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in MAKERS


def translators(tree: ast.AST) -> set[str]:
    """The names of what translates: the keywords, what is imported as another name, and what is made."""
    names = set(KEYWORDS)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {alias.asname for alias in node.names if alias.asname and alias.name in KEYWORDS}
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = (
                    zip(target.elts, node.value.elts, strict=False)
                    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                    else [(target, node.value)]
                )
                names |= {ast.unparse(name) for name, value in pairs if is_made(value)}
    return names


def hidden(source: str) -> Iterator[str]:
    """Each text that is translated and not found, with its line."""
    tree, found = ast.parse(source), extracted(source)
    names = translators(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if not is_made(node.func) and ast.unparse(node.func).rpartition(".")[2] not in names:
            continue
        text = node.args[0]
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            if text.value and text.value not in found:
                yield f"line {node.lineno}: {text.value}"
        elif isinstance(text, ast.JoinedStr | ast.BinOp | ast.IfExp):
            yield f"line {node.lineno}: {ast.unparse(text)}"


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "campaign")))
def test_no_message_is_hidden_from_make_words(path: Path) -> None:
    assert not list(hidden(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "source",
    [
        'words(language)("Town")',
        'catalogues.words(language)("Town")',
        'plurals(language)("%(num)s town", "%(num)s towns", 2)',
        'say = words(language)\nsay("Town")',
        'say, ngettext = words(language), plurals(language)\nsay("Town")',
        'from flask_babel import gettext as say\nsay("Town")',
        '_(f"Town {name}")',
        '_("Town " + name)',
        '_("Town" if one else "Towns")',
    ],
)
def test_the_rule_sees_a_hidden_message(source: str) -> None:
    assert len(list(hidden(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        '_ = words(language)\n_("Town")',
        'ngettext = plurals(language)\nngettext("%(num)s town", "%(num)s towns", 2)',
        'Message("Town of "\n"%(name)s", name="x")',
        'Plural("%(num)s town", "%(num)s towns", 2)',
        '_l("Town")',
        "_(text)",
        'words("kk")',
    ],
)
def test_the_rule_lets_pass_what_is_found(source: str) -> None:
    assert not list(hidden(source))
