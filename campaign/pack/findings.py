"""What the parser and the checker say about a pack: by file, line and a way to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One remark. `line` counts from 1; `text` is one English sentence for organisers."""

    path: str
    line: int
    level: Level
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.level}: {self.text}"


class PackError(ValueError):
    """The files do not make a pack. `findings` holds every reason, in order of place."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        super().__init__("\n".join(str(finding) for finding in self.findings))


@dataclass(slots=True)
class Findings:
    """Collects findings, so that one run names everything and not only the first thing."""

    found: list[Finding] = field(default_factory=list)

    def error(self, path: str, line: int, text: str) -> None:
        self.found.append(Finding(path, line, "error", text))

    def warning(self, path: str, line: int, text: str) -> None:
        self.found.append(Finding(path, line, "warning", text))

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.found if finding.level == "error"]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """' Did you mean “x”?' for the nearest known word, or the short list of all, or ''."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if near:
        return f" Did you mean “{near[0]}”?"
    return f" Known: {', '.join(names)}." if 0 < len(names) <= 12 else ""
