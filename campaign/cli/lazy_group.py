"""A group of commands whose modules are loaded only when they are needed."""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Mapping
from typing import Any

import click

from campaign.memory import no_collection

#: A command (`module:attribute`) with one line of help, or a group of further commands.
Entry = tuple[str, str] | click.Group


class LazyGroup(click.Group):
    """A group that knows its commands' names and short help without loading their modules.

    `sections` has the headings of --help, and the commands under each by name.
    """

    def __init__(self, name: str, summary: str, sections: Mapping[str, Mapping[str, Entry]]) -> None:
        super().__init__(name, help=summary)
        self.sections = sections
        self.entries = {name: entry for entries in sections.values() for name, entry in entries.items()}

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The names, in the order of --help."""
        return list(self.entries)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Load one command."""
        entry = self.entries.get(name)
        if entry is None or isinstance(entry, click.Group):
            return entry
        module, _colon, attribute = entry[0].partition(":")
        if module not in sys.modules:
            with no_collection():
                importlib.import_module(module)
                gc.freeze()  # modules stay, so nobody looks through them again and again
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As in any group; the message about an unknown name suggests similar names."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.exceptions.NoSuchCommand(
                error.command_name, possibilities=self.entries, ctx=ctx
            ) from None

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their headings, without loading their modules."""
        width = max(map(len, self.entries))
        for heading, entries in self.sections.items():
            with formatter.section(heading):
                formatter.write_dl([(f"{name:<{width}}", summary(entry)) for name, entry in entries.items()])


def summary(entry: Entry) -> str:
    """The line of --help about a command, without the full stop."""
    text: Any = entry.help if isinstance(entry, click.Group) else entry[1]
    return str(text).removesuffix(".")
