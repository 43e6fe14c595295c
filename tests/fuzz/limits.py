"""Limits of one input, and of the process that reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: Seconds after which an input counts as slow.
SLOW = 2.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What an input may take before its process is ended; `stack` is that of a thread of the server, in KB.

    The seconds are of the clock on the wall, and instrumented code is slow: a machine with much else to
    do needs them. What counts as slow is measured in CPU time.
    """

    seconds: int = 120
    megabytes: int = 1_500
    bytes: int = 65_536
    stack: int = 2_048


LIMITS = Limits()


def with_small_stack(command: Sequence[str]) -> list[str]:
    """The command with the stack that a thread of the server has, and without core dumps."""
    return ["sh", "-c", f'ulimit -c 0; ulimit -s {LIMITS.stack}; exec "$@"', "sh", *command]
