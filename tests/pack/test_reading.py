"""YAML stays text, and what could harm is refused with its line."""

import pytest

from campaign.pack.findings import Findings
from campaign.pack.reading import Node, read_document, read_yaml


def read(text: str) -> tuple[Node | None, list[str]]:
    findings = Findings()
    node = read_yaml("x.yaml", text, findings)
    return node, [f"{f.line}: {f.text}" for f in findings.found]


@pytest.mark.security(48)
@pytest.mark.parametrize("written", ["NO", "1.10", "12:30", "null", "0x1F", "2022-01-05", "~", "yes"])
def test_every_scalar_stays_the_text_that_was_written(written: str) -> None:
    node, said = read(f"key: {written}\n")
    assert node is not None
    assert node.fields()["key"].text() == written
    assert not said


@pytest.mark.security(48)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &x 1\nb: *x\n", "1: Anchors"),
        ("a: 1\nb: !!python/object:os.system x\n", "2: Anchors"),
        ("a: 1\na: 2\n", "2: The key “a” appears twice."),
        ("a: [1\nb: 2\n", "This is not YAML"),
        ("", "1: The file is empty."),
        ("a: " + "[" * 30 + "]" * 30, "nested too deeply"),
        ("- x\n" * 50_001, "too large"),
        ("a" * 1_000_001, "longer than 1,000,000"),
    ],
)
def test_what_could_harm_is_refused_with_its_line(text: str, said: str) -> None:
    _, findings = read(text)
    assert findings
    assert said in findings[0]


def test_a_document_is_a_head_and_sections_that_know_their_lines() -> None:
    text = "---\ntitle: A\n---\n\nbefore\n\n## opening\n\nfirst\n\n## ask reparations\nsecond\n"
    document = read_document("x.en.md", text, Findings())
    assert document is not None
    assert (document.text, document.line) == ("before", 5)
    assert [(s.key, s.argument, s.text, s.line) for s in document.sections] == [
        ("opening", "", "first", 9),
        ("ask", "reparations", "second", 12),
    ]


@pytest.mark.parametrize("text", ["title: A\n", "---\ntitle: A\n"])
def test_a_document_without_its_head_is_refused(text: str) -> None:
    findings = Findings()
    assert read_document("x.en.md", text, findings) is None
    assert findings.found[0].line == 1
