"""Speed against another commit: both run side by side in one run, in turns, and their CPU time is compared.

`python -m tests.benchmarks --against COMMIT`. Each commit answers from its own checkout with the packages
of this environment, so a commit that needs others cannot be measured. Both show the older commit's pack: a
longer text takes longer.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.tools import ROOT, SEED

#: What runs in each checkout: for each line it reads, so many requests of that kind; it prints CPU seconds.
_CHILD = """
import sys, tempfile, time
from pathlib import Path
from tests.conftest import published
from tests.tools import BASE, typed

app = published(Path(tempfile.mkdtemp()), Path(sys.argv[1]))
try:
    from campaign.cli.web_process import collect_less_garbage
    collect_less_garbage()
except ImportError:
    pass
client = app.test_client()
import campaign.letters.forms as forms
forms.YOUNGEST = 0
fields = typed(client)

def home():
    assert client.get(BASE + "/").status_code == 200

def demand():
    assert client.get(BASE + "/demands/independent-investigation").status_code == 200

def letter():
    assert client.post(BASE + "/write/letter.pdf", data=fields).status_code == 200

print("ready", flush=True)
for line in sys.stdin:
    name, times = line.split()
    begun = time.process_time()
    for _ in range(int(times)):
        globals()[name]()
    print(time.process_time() - begun, flush=True)
"""

#: Requests of each kind in one turn.
KINDS = {"home": 300, "demand": 300, "letter": 20}
TURNS = 15


def compared(commit: str) -> dict[str, float]:
    """For each kind of request, the speed here as a share of the speed at `commit`; 1 is as fast."""
    with ExitStack() as stack:
        older = stack.enter_context(checkout(commit))
        seed = older / SEED.relative_to(ROOT)
        there, here = (stack.enter_context(_running(one, seed)) for one in (older, ROOT))
        ratios = {}
        for kind, times in KINDS.items():
            turns = []
            for turn in range(TURNS + 1):
                pair = [there, here] if turn % 2 else [here, there]
                spent = {id(child): _spent(child, kind, times) for child in pair}
                turns.append(spent[id(there)] / spent[id(here)])
            ratios[kind] = statistics.median(turns[1:])  # the first turn fills the caches
        return ratios


@contextmanager
def checkout(commit: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "checkout"
        subprocess.run(["git", "worktree", "add", "-q", "--detach", str(path), commit], cwd=ROOT, check=True)
        try:
            yield path
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(path)], cwd=ROOT, check=True)


@contextmanager
def _running(checkout: Path, seed: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", _CHILD, str(seed)]
    child = subprocess.Popen(
        command,
        cwd=checkout,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert child.stdout is not None
        if child.stdout.readline() != "ready\n":
            raise RuntimeError(f"{checkout} did not start")
        yield child
    finally:
        child.kill()
        child.wait()


def _spent(child: subprocess.Popen[str], kind: str, times: int) -> float:
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write(f"{kind} {times}\n")
    child.stdin.flush()
    return float(child.stdout.readline())
