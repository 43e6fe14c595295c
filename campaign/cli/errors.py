"""Errors as one line of text and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

P = ParamSpec("P")


def errors_in_words(work: Callable[P, int]) -> Callable[P, int]:
    """Print an error as one sentence; the exit code is the error's `status`, or 2."""

    @wraps(work)
    def run(*arguments: P.args, **options: P.kwargs) -> int:
        try:
            return work(*arguments, **options)
        except FileExistsError as error:
            print(f"{error.filename} is there already: nothing is overwritten.", file=sys.stderr)
        except (OSError, ValueError) as error:
            print(error, file=sys.stderr)
            return int(getattr(error, "status", 2))
        return 2

    return run
