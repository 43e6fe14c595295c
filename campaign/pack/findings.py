"""What the parser and the checker report about a pack: file, line and how to correct it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from campaign.languages.data import language
from campaign.messages import Message, Named

#: `preparation`: an error in a language that is in preparation, so that it prevents nothing.
Level = Literal["error", "warning", "preparation"]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One error or warning. `line` counts from 1; `text` is a message for organisers.

    `column` counts from 1, and is 0 if the finding is about the whole line; `word` is the text at that place.
    `kind` groups findings by how to correct them, such as `UNTRANSLATED`; '' for most.
    """

    path: str
    line: int
    level: Level
    text: Message
    column: int = 0
    word: str = ""
    kind: str = ""

    @property
    def can_wait(self) -> bool:
        """Whether a draft with this finding can be saved: it prevents publication and is corrected later."""
        return self.level == "warning" or self.kind in {UNTRANSLATED, INCOMPLETE, CONTROLLER}

    def __str__(self) -> str:
        place = f"{self.line}:{self.column}" if self.column else str(self.line)
        return f"{self.path}:{place}: {self.level}: {self.text}"


#: A text that exists only in another language: the draft shows that language instead.
UNTRANSLATED = "untranslated"
#: A part that another language already has, or that a new demand requires in a letter.
INCOMPLETE = "incomplete"
#: Characters of a word to which a similar one is looked for.
LONGEST_WORD = 100

#: Texts that await review by a native speaker; addresses and figures that have to be checked again; texts
#: that become wrong by themselves.
UNREVIEWED, ADDRESS, STALE, AGEING = "unreviewed", "address", "stale", "ageing"
#: What people must know before they sign: who is responsible for their data, and so on.
CONTROLLER = "controller"
#: A placeholder of a new pack that nobody has replaced.
UNWRITTEN = "unwritten"
#: A picture that is drawn to a scale, or a page that is large.
HEAVY = "heavy"


class PackError(ValueError):
    """The files do not make a pack. `findings` has every reason, in order of place."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        super().__init__("\n".join(str(finding) for finding in self.findings))


@dataclass(slots=True)
class Findings:
    """Collects findings, so that one run reports all problems and not only the first."""

    found: list[Finding] = field(default_factory=list)
    #: Errors that only `check` reports: an edition that was published before it knew them stays readable.
    later: list[Finding] = field(default_factory=list)
    #: Texts as people read them, and how the files write those that have marks in them.
    as_written: dict[str, str] = field(default_factory=dict)

    def error(self, path: str, line: int, text: Message, kind: str = "") -> None:
        self.found.append(Finding(path, line, "error", text, kind=kind))

    def warning(self, path: str, line: int, text: Message, kind: str = "") -> None:
        self.found.append(Finding(path, line, "warning", text, kind=kind))

    def report_later(self, finding: Finding) -> None:
        if finding not in self.later:
            self.later.append(finding)

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.found if finding.level == "error"]

    @property
    def whole(self) -> bool:
        """Whether missing translations are the only errors."""
        return all(finding.kind == UNTRANSLATED for finding in self.errors)


def language_name(code: str) -> Named:
    """A language in a message: its code for people who read files, else its own name."""
    return Named(code, language(code).name)


def did_you_mean(word: str, known: Iterable[str]) -> Message | None:
    """The nearest known word, or the list of all words if it is short; otherwise None."""
    names = sorted(known)
    if name := nearest(word, names):
        return Message("Did you mean “%(name)s”?", name=name)
    return Message("Known: %(names)s.", names=", ".join(names)) if 0 < len(names) <= 12 else None


def nearest(word: str, names: Sequence[str]) -> str:
    """The name that is most like a word; '' if none is.

    A file can have thousands of unknown words, so this must take microseconds (difflib takes
    milliseconds).
    """
    from rapidfuzz import process  # 45 ms, which only a pack with mistakes needs
    from rapidfuzz.distance import Indel

    if len(word) > LONGEST_WORD:
        return ""
    match = process.extractOne(word, names, scorer=Indel.normalized_similarity, score_cutoff=0.6)
    return str(match[0]) if match else ""
