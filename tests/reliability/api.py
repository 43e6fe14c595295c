"""Schemathesis against the API of a running site: thousands of requests made from its description.

It is no dependency of the project, since it brings thirty packages along: it runs from an environment of its own,
which this makes in the folder that it is given (network).
"""

from __future__ import annotations

import re
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from tests.test_server import serving

#: The release whose options these are.
SCHEMATHESIS = "schemathesis>=4,<5"


@dataclass(frozen=True, slots=True)
class Report:
    """What schemathesis printed at the end, and whether it found nothing."""

    holds: bool
    summary: str


def checked(folder: Path, examples: int) -> Report:
    """Check the API of a site with the first campaign, with so many examples for each operation."""
    tool = _installed(folder / "environment")
    with serving(folder / "data") as site:
        command = [
            str(tool), "run", f"{site}/api/openapi.json", "--url", f"{site}/api/v1", "--checks", "all",
            "--max-examples", str(examples), "--no-color", "--phases", "examples,coverage,fuzzing,stateful",
        ]  # fmt: skip
        found = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    summary = re.sub(r"\n{2,}", "\n", found.stdout[-4_000:] + found.stderr[-1_000:])
    return Report(found.returncode == 0, summary)


def _installed(folder: Path) -> Path:
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", SCHEMATHESIS]
    subprocess.run(pip, check=True, stdout=sys.stderr)
    return folder / "bin" / "schemathesis"
