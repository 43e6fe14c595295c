"""Whom a reader of a log trusts, as a file (C2SP, tlog-policy): logs, witnesses, and how many must sign."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from campaign.transparency_log.notes import KeyKind, NoteError, Verifier, read_vkey
from campaign.untrusted import whole_number

#: The word for a quorum without any witness.
NONE = "none"

#: The most characters, and the most logs, witnesses and groups together, of a file that is read.
MOST_CHARACTERS, MOST_NAMES = 100_000, 200

_SHOWN = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f]*")


class PolicyError(ValueError):
    """A file that is not a policy: the line and the reason."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy. `groups` says of each how many of which members must have signed; `urls` are witnesses'."""

    logs: tuple[Verifier, ...] = ()
    witnesses: Mapping[str, Verifier] = field(default_factory=dict)
    groups: Mapping[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    quorum: str = NONE
    urls: Mapping[str, str] = field(default_factory=dict)

    def log(self, origin: str) -> Verifier | None:
        """The key of the log with this name."""
        return next((log for log in self.logs if log.name == origin), None)

    def kept_by(self, signers: Collection[str]) -> bool:
        """Whether the keys with these names are a quorum."""
        return self.quorum == NONE or self._has_signed(self.quorum, signers)

    def _has_signed(self, name: str, signers: Collection[str]) -> bool:
        if name in self.witnesses:
            return self.witnesses[name].name in signers
        needed, members = self.groups[name]
        return sum(self._has_signed(member, signers) for member in members) >= needed

    @property
    def rule(self) -> tuple[int, int]:
        """How many of how many must have signed; of groups of groups, the outermost."""
        if self.quorum == NONE:
            return 0, len(self.witnesses)
        needed, members = self.groups.get(self.quorum, (1, (self.quorum,)))
        return needed, len(members)


class _Reader:
    """Reads a policy line by line."""

    def __init__(self) -> None:
        self.logs: list[Verifier] = []
        self.witnesses: dict[str, Verifier] = {}
        self.groups: dict[str, tuple[int, tuple[str, ...]]] = {}
        self.urls: dict[str, str] = {}
        self.quorum = ""
        self._members: set[str] = set()

    def read(self, words: list[str]) -> None:
        """One line. Raises PolicyError, NoteError."""
        kind, given = words[0], words[1:]
        if kind == "log" and len(given) in {1, 2}:
            self.logs.append(self._key(given[0], KeyKind.NOTE, self.logs))
        elif kind == "witness" and len(given) in {2, 3}:
            self._witness(*given)
        elif kind == "group" and len(given) >= 3:
            self._group(given[0], given[1], tuple(given[2:]))
        elif kind == "quorum" and len(given) == 1 and not self.quorum:
            if given[0] != NONE:
                self._known(given[0])
            self.quorum = given[0]
        else:
            raise PolicyError("this is no line of a policy")

    def _key(self, text: str, kind: KeyKind, others: Collection[Verifier]) -> Verifier:
        key = read_vkey(text)
        if key.kind is not kind:
            raise PolicyError("the key is of another kind: logs have type 1, witnesses type 4")
        if any(key.public == other.public or key.name == other.name for other in others):
            raise PolicyError("this key is there already")
        return key

    def _witness(self, name: str, text: str, url: str = "") -> None:
        self._free(name)
        self.witnesses[name] = self._key(text, KeyKind.COSIGNATURE, self.witnesses.values())
        if url:
            self.urls[name] = url

    def _group(self, name: str, number: str, members: tuple[str, ...]) -> None:
        self._free(name)
        for member in members:
            self._known(member)
            if member in self._members:
                raise PolicyError(f"“{member}” is in a group already")
            self._members.add(member)
        needed = {"any": 1, "all": len(members)}.get(number) or whole_number(number) or 0
        if not 1 <= needed <= len(members):
            raise PolicyError(f"{number} of {len(members)} is no group")
        self.groups[name] = (needed, members)

    def _free(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise PolicyError(f"the name “{name}” is taken")
        if len(self.witnesses) + len(self.groups) + len(self.logs) >= MOST_NAMES:
            raise PolicyError("the policy is too long")

    def _known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise PolicyError(f"“{name}” is neither a witness nor a group above this line")


def read(text: str) -> Policy:
    """The policy in a file. Raises PolicyError."""
    if len(text) > MOST_CHARACTERS or not _SHOWN.fullmatch(text):
        raise PolicyError("The policy is too long, or has characters that no policy may have.")
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        words = [word for word in re.split(r"[ \t]+", line) if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            reader.read(words)
        except (PolicyError, NoteError) as error:
            raise PolicyError(f"Line {number} of the policy: {error}.") from error
    if not reader.quorum:
        raise PolicyError("The policy has no line with a quorum.")
    return Policy(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum, reader.urls)
