"""`make fuzz`: hostile input for every parser, ten minutes unless told otherwise. Prints a table.

Exit code 1 if an input raised what its callers do not expect, ended the process, or took over two
seconds. The inputs are then in .fuzz/<target>/: put each into tests/fuzz/corpus/<target>/ with the
correction, and `make test` runs it from then on.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

from tests.fuzz.limits import with_small_stack
from tests.tools import ROOT


def main() -> int:
    if find_spec("atheris") is None:
        print("atheris is not on this machine: it has wheels for Linux on x86-64.")
        return 2
    command = [sys.executable, "-m", "tests.fuzz.forks", *sys.argv[1:]]
    return subprocess.run(with_small_stack(command), cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
