"""What a site must not have when it starts in production: each check gives a line for each problem.

The lines are collected and shown together, so that an operator repairs all of them before the next start.
"""

from __future__ import annotations

import itertools
import math
import stat
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

#: Number of random bytes of a secret; a file with fewer is refused.
SECRET_BYTES = 32

#: Characters of base64 for so many bytes: a printable secret that is shorter, or has spaces, was typed.
LEAST_CHARACTERS = 43

#: Bits that the bytes of a secret must show: 32 random bytes show about 156 (Shannon's entropy per byte,
#: times the length), a sentence of 32 letters less than 125, one letter 32 times none.
LEAST_BITS = 128


def public_url(url: str, production: bool, name: str = "CAMPAIGN_PUBLIC_URL") -> Iterator[str]:
    """Problems of an address of the site: it is a scheme and a host, perhaps a port, and nothing else."""
    if not url:
        if production:
            yield f"{name} must be an https:// address in production."
        return
    try:
        parts = urlsplit(url)
        port: int | None = parts.port
    except ValueError:
        yield f"{name} has a port or a host that does not exist: use a port from 1 to 65535."
        return
    if parts.scheme not in {"http", "https"} or not _is_host(parts.hostname or ""):
        yield f"{name} must be like https://letters.example.org, without a path."
        return
    if production and parts.scheme != "https":
        yield f"{name} must be an https:// address in production."
    if port == 0:
        yield f"{name} has a port or a host that does not exist: use a port from 1 to 65535."
    if "@" in parts.netloc:
        yield f"{name} must not have a user or a password: it is printed in e-mails."
    if parts.path or "?" in url or "#" in url:
        yield f"{name} must be like https://letters.example.org, without a path."


def _is_host(host: str) -> bool:
    return bool(host) and all(character.isalnum() or character in "-.:" for character in host)


def secret_problem(path: Path, production: bool) -> str:
    """What is wrong with the file of a secret, or ''. It must exist. No value is ever in the text."""
    if _is_open(path):
        return f"The secret {path} can be read by others: chmod 600 {path}"
    value = path.read_bytes()
    if len(value) < SECRET_BYTES:
        return f"The secret {path} is shorter than {SECRET_BYTES} bytes."
    if production and is_weak(value):
        return f"The secret {path} is easy to guess: delete it and run “python -m campaign secrets”."
    if production and _in_git(path):
        return f"The secret {path} is kept in git: take it out and make a new one."
    return ""


def is_weak(value: bytes) -> bool:
    """Whether the bytes were not drawn at random: too few different ones, a repetition, a series, words."""
    counts, size = Counter(value), len(value)
    entropy = -sum(number / size * math.log2(number / size) for number in counts.values())
    is_repetition = value in (value + value)[1:-1]
    is_series = len({(after - before) % 256 for before, after in itertools.pairwise(value)}) < 8
    text = value.decode("latin-1").strip("\n")
    is_typed = text.isascii() and text.isprintable() and (len(text) < LEAST_CHARACTERS or " " in text)
    return entropy * size < LEAST_BITS or is_repetition or is_series or is_typed


def equal_secrets(secrets: Mapping[str, bytes]) -> Iterator[str]:
    """One line for secrets that are copies of each other: one that leaks would open both."""
    names: dict[bytes, list[str]] = {}
    for name, value in secrets.items():
        names.setdefault(value, []).append(name)
    for same in names.values():
        if len(same) > 1:
            yield f"The secrets {' and '.join(same)} are equal: delete all but one and make new ones."


def open_folders(*folders: Path) -> Iterator[str]:
    """One line for each folder that other users of this machine can enter or list."""
    for folder in folders:
        if folder.is_dir() and _is_open(folder):
            yield f"The folder {folder} can be read by others: chmod 700 {folder}"


def _is_open(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def workers(number: int, redis_url: str) -> Iterator[str]:
    """Several processes that count requests apart would each grant the whole budget."""
    if number > 1 and not redis_url:
        yield f"--workers {number} needs CAMPAIGN_REDIS_URL: otherwise each process counts requests apart."


def _in_git(path: Path) -> bool:
    command = ["git", "-C", str(path.parent), "ls-files", "--error-unmatch", path.name]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603
    except OSError:  # no git on this machine
        return False
