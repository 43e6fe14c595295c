"""How the package is built: its dependencies are the tested ones, and its catalogues are compiled."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

#: The first line of a dependency in requirements.txt, without its hashes: name==version ; marker
_PINNED = re.compile(r"^([A-Za-z0-9][^\s;]*==[^\s;\\]+(?: ;[^\\]+)?)", re.MULTILINE)


class Dependencies(MetadataHookInterface):
    """The dependencies are pinned to what was tested: this is a program and no library."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Take them from requirements.txt."""
        text = (Path(self.root) / "requirements.txt").read_text(encoding="utf-8")
        metadata["dependencies"] = [line.strip() for line in _PINNED.findall(text)]


class Catalogues(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles the interface's words: without them, Russian pages would be in English."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write each messages.mo, and put it into the package although git ignores it."""
        for source in sorted(Path(self.root).glob("campaign/languages/*/messages.po")):
            compiled = BytesIO()
            with source.open("rb") as file:
                messages = read_po(file, locale=source.parent.name.replace("-", "_"), abort_invalid=True)
            for message in [*messages]:  # as campaign/languages/catalogues.py, which is not installed yet
                if isinstance(message.string, tuple) and not all(message.string):
                    messages.delete(message.id, message.context)
            write_mo(compiled, messages)
            target = source.with_suffix(".mo")
            target.write_bytes(compiled.getvalue())
            build_data["artifacts"].append(str(target.relative_to(self.root)))
