"""The file that has the settings: one for the server, for its timers and for every command.

A command that runs without the settings of the server would make a new, empty site in the current
folder. So every command looks for the file itself: the one of `--env-file` or CAMPAIGN_ENV_FILE, or
/etc/campaign/campaign.env if it is there. What is in the environment already comes first.

The file has a line NAME=value for each setting, as systemd's EnvironmentFile and container programs
read them: # begins a comment line, a value may be in quotation marks, nothing in it is replaced.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

#: Where the file is on a server.
DEFAULT = Path("/etc/campaign/campaign.env")

#: Names the file, and tells the processes that a command starts which one it was.
VARIABLE = "CAMPAIGN_ENV_FILE"

#: Bytes; a larger file is none of settings.
_MOST = 64 * 1024

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.ASCII | re.DOTALL)


class EnvironmentFileError(ValueError):
    """The file cannot be used: a line for each problem."""


@dataclass(frozen=True, slots=True)
class Applied:
    """The file whose settings are in the environment now, and their names; no path without a file."""

    path: Path | None
    names: frozenset[str]


def parse(text: str) -> dict[str, str]:
    """The values by name. Raises EnvironmentFileError with a line for each line that is wrong."""
    values: dict[str, str] = {}
    wrong = []
    for number, raw in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            wrong.append(f"line {number} must be like NAME=value")
            continue
        name, value = match[1], _unquoted(match[2].strip())
        if value is None:
            wrong.append(f"line {number}: the quotation mark of {name} is not closed")
        elif name in values:
            wrong.append(f"line {number}: {name} is there twice")
        else:
            values[name] = value
    if wrong:
        raise EnvironmentFileError("\n".join(wrong))
    return values


def _unquoted(value: str) -> str | None:
    """The value without the marks around it; None if one is not closed."""
    if value[:1] not in {'"', "'"}:
        return value
    mark = value[0]
    return value[1:-1] if len(value) > 1 and value.endswith(mark) else None


def read(path: Path) -> dict[str, str]:
    """The values of a file. Raises EnvironmentFileError, whose lines name the file, or OSError."""
    with path.open("rb") as file:
        body = file.read(_MOST + 1)
    if len(body) > _MOST:
        raise EnvironmentFileError(f"{path} is larger than 64 KB: is it the file with the settings?")
    try:
        return parse(body.decode())
    except UnicodeDecodeError:
        raise EnvironmentFileError(f"{path} is not a text in UTF-8.") from None
    except EnvironmentFileError as error:
        raise EnvironmentFileError("\n".join(f"{path}: {line}" for line in str(error).split("\n"))) from None


def problem(path: Path, production: bool = True) -> str:
    """What is wrong with the file itself, or '': it must be readable here and, in production, not for all."""
    try:
        mode = path.stat().st_mode
        with path.open("rb"):
            pass
    except OSError as error:
        return _unreadable(path, error)
    if production and stat.S_IMODE(mode) & 0o007:
        return f"{path} can be read by everybody, and has passwords: chmod o= {path}"
    return ""


def _unreadable(path: Path, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return f"{path} cannot be read by this user: run the command as the site's user (sudo -u campaign …)."
    return f"The file of the settings {path} cannot be read: {error.strerror}."


@contextmanager
def applied(path: Path | None, environment: Mapping[str, str] = os.environ) -> Iterator[Applied]:
    """Put the values of the file into the environment where they are not set yet; take them out afterwards.

    Without a path it is that of the environment, or the default one. A default one that this user may not
    read is left to `settings.read`, since most commands need no setting. Raises EnvironmentFileError.
    """
    asked = path or (Path(environment[VARIABLE]) if environment.get(VARIABLE) else None)
    chosen = asked or DEFAULT
    try:
        values = read(chosen)
    except OSError as error:
        if asked is None and isinstance(error, PermissionError):
            values = {}
        elif asked is None:
            yield Applied(None, frozenset())
            return
        else:
            raise EnvironmentFileError(_unreadable(chosen, error)) from None
    new = {name: value for name, value in values.items() if name not in os.environ and name != VARIABLE}
    before = os.environ.get(VARIABLE)
    os.environ.update(new)
    os.environ[VARIABLE] = str(chosen.absolute())
    try:
        yield Applied(chosen, frozenset(new))
    finally:
        for name in new:
            os.environ.pop(name, None)
        if before is None:
            os.environ.pop(VARIABLE, None)
        else:
            os.environ[VARIABLE] = before
