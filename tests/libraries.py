"""`make libraries`: the trustees' page's libraries as one file, and whose they are.

The packages are pinned with their hashes in package-lock.json. npm brings them, esbuild makes one file of
them that a person can read: it leaves out what is not called, and changes nothing else.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.tools import ROOT

FOLDER = ROOT / "campaign/trustees/page/vendored"
LICENCES, LIST = FOLDER / "LICENSES.txt", FOLDER / "README.md"

#: What is made of which entry: all that the trustees' page needs, and what a device at a stall seals with.
MADE = {"entry.mjs": "libraries.js", "sealing.mjs": "sealing.js"}
SOURCES = (*MADE, "package.json", "package-lock.json")

#: `iife`: a page that is opened from disk has no modules. `utf8`: letters as they are.
BUNDLE = ("--bundle", "--format=iife", "--global-name=libraries", "--charset=utf8",
          "--legal-comments=inline", "--target=es2022")  # fmt: skip

_HEAD = """# The libraries of the trustees’ page

`make libraries` (`tests/libraries.py`) makes `libraries.js` of these packages, whose hashes `package-lock.json` has, and
of some of them `sealing.js`, with which `campaign.html` seals signatures at a stall.
They are as npm has them, without what the page does not call. The texts of the licences are in `LICENSES.txt`.

| package | version | licence |
| --- | --- | --- |
"""


def packages(folder: Path) -> list[tuple[str, str, str, str]]:
    """Name, version, licence and its text of each package that is in the file, in the order of their names."""
    lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    found = []
    for path, about in sorted(lock.items()):
        if not path or about.get("dev") or about.get("optional"):
            continue
        (licence,) = (folder / path).glob("LICENSE*")
        name = path.rpartition("node_modules/")[2]
        found.append((name, about["version"], about["license"], licence.read_text(encoding="utf-8").strip()))
    return found


def digests() -> list[str]:
    """The line with the SHA-256 of each file that is made."""
    return [
        f"SHA-256 of `{name}`: `{hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()}`"
        for name in MADE.values()
    ]


def main() -> None:
    """Bring the packages, and write what is made of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source in SOURCES:
            shutil.copy(FOLDER / source, folder)
        subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True
        )
        for entry, made in MADE.items():
            esbuild = ["node_modules/.bin/esbuild", entry, *BUNDLE, "--log-level=warning"]
            subprocess.run([*esbuild, f"--outfile={made}"], cwd=folder, check=True)
            shutil.copy(folder / made, FOLDER / made)
        rows = packages(folder)
    LICENCES.write_text(
        "\n\n\n".join(f"{name} {version}\n\n{text}" for name, version, _licence, text in rows) + "\n",
        encoding="utf-8",
    )
    table = "".join(f"| {name} | {version} | {licence} |\n" for name, version, licence, _text in rows)
    sums = "  \n".join(digests())
    LIST.write_text(f"{_HEAD}{table}\n{sums}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
