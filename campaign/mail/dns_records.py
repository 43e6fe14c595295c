"""DNS records as `dig` prints them: one a line, or over several lines in parentheses (`+multiline`).

The presentation format is that of RFC 1035, section 5.1: quoted strings, `;` comments, escapes.
Only TXT and CNAME records are kept. Names are compared without case and without their final dot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

#: A quoted string, a comment, a parenthesis, or a piece of anything else.
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|;[^\n]*|[()]|[^\s"();]+|"')

_RECORD = re.compile(r"(\S+)\s+(?:(?:\d\w*|IN)\s+){0,2}(TXT|CNAME)\s+(\S.*)", re.I | re.S)

_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.S)
_ESCAPE = re.compile(r"\\(\d{3}|.)", re.S)

#: Aliases that are followed from one name, as resolvers do; more are a circle or a mistake.
MAX_ALIASES = 8


def normalised(name: str) -> str:
    """A domain name in lower case without its final dot."""
    return name.strip().lower().rstrip(".")


class AliasError(ValueError):
    """A name is an alias, and the records do not say of what: `name` is where they end."""

    def __init__(self, name: str, circular: bool) -> None:
        super().__init__(name)
        self.name, self.circular = name, circular


@dataclass(frozen=True, slots=True)
class DnsRecords:
    """TXT records and aliases (CNAME) by name."""

    txt: dict[str, list[str]]
    aliases: dict[str, str]

    def texts(self, name: str) -> list[str]:
        """The TXT records of a name, or of the name that it is an alias of; [] where there are none.

        Raises AliasError if the records of the alias are not among these.
        """
        name = start = normalised(name)
        for _ in range(MAX_ALIASES):
            if name not in self.aliases:
                break
            name = self.aliases[name]
        else:
            raise AliasError(start, circular=True)
        if name != start and name not in self.txt:
            raise AliasError(name, circular=False)
        return self.txt.get(name, [])


def read_records(text: str) -> DnsRecords:
    """The records of a text. Lines that are no record are overlooked: `dig` prints much besides."""
    records = DnsRecords({}, {})
    for line in _logical_lines(text.removeprefix("\ufeff")):
        match = _RECORD.match(line.strip())
        if match is None:
            continue
        name, kind, data = normalised(match[1]), match[2].upper(), match[3].strip()
        if kind == "CNAME":
            records.aliases[name] = normalised(data.split()[0])
        else:
            records.txt.setdefault(name, []).append(_joined(data))
    return records


def _joined(data: str) -> str:
    """The strings of a TXT record as one text; text without quotes as it is."""
    strings = _STRING.findall(data)
    return _ESCAPE.sub(_unescaped, "".join(strings)).strip() if strings else data


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    return chr(int(code)) if len(code) == 3 else code


def _logical_lines(text: str) -> Iterator[str]:
    """Each record on one line: lines in parentheses joined, comments and the parentheses left out."""
    group: list[str] = []
    depth = 0
    for line in text.splitlines():
        if group and _RECORD.match(line):  # the parenthesis before was never closed
            yield " ".join(group)
            group, depth = [], 0
        tokens = _TOKEN.findall(line)
        depth += tokens.count("(") - tokens.count(")")
        group.append(_without_comments(line, tokens))
        if depth <= 0:
            yield " ".join(group)
            group, depth = [], 0
    if group:
        yield " ".join(group)


def _without_comments(line: str, tokens: list[str]) -> str:
    """The line without comments and parentheses; a text that nobody quoted keeps its semicolons."""
    if not {'"', "(", ")"} & set(line):
        return line
    return " ".join(token for token in tokens if token not in {"(", ")"} and not token.startswith(";"))
