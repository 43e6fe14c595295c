"""YAML as nodes with lines, within limits: the one place that calls the YAML library.

libyaml composes nested lists by recursion in C: some 10,000 levels end the process. And its scanner
takes time by the square of the levels of brackets. So the levels are counted while it scans, token
by token, and the scan ends at the first one too many, before anything is composed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.tokens import (
    AliasToken,
    AnchorToken,
    BlockEndToken,
    BlockMappingStartToken,
    BlockSequenceStartToken,
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
    TagToken,
)

from campaign.messages import Message, MessageError
from campaign.untrusted import MAX_DEPTH, UnreadableError, parsing

MAX_FILE = 1_000_000  # characters

#: Tokens of one file: a map of 50,000 entries has four for each.
MAX_TOKENS = 250_000

_OPEN = (BlockMappingStartToken, BlockSequenceStartToken, FlowMappingStartToken, FlowSequenceStartToken)
_CLOSE = (BlockEndToken, FlowMappingEndToken, FlowSequenceEndToken)

#: Characters that YAML does not allow, and unpaired surrogates, which have no bytes.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


class YamlError(MessageError):
    """A text that is not YAML as a pack may have it. `line` counts from 1."""

    def __init__(self, message: Message, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


@lru_cache(maxsize=4)
def compose(text: str) -> Any:
    """The root of the text's nodes, which must not be changed; None for an empty text.

    Raises YamlError. (The library has no types for its nodes. The last texts are kept: one change
    of a table looks at it several times.)
    """
    if len(text) > MAX_FILE:
        raise YamlError(Message("The file is longer than %(most)s characters.", most=MAX_FILE))
    if unprintable := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, unprintable.start()) + 1
        raise YamlError(Message("This line has a character that can’t be printed."), line)
    try:
        with parsing(MarkedYAMLError, YamlError):
            _scan(text)
            return YAML(typ="safe", pure=False).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = str(error.problem or error.context)
        raise YamlError(
            Message("This is not YAML: %(why)s.", why=reason), mark.line + 1 if mark else 1
        ) from None
    except UnreadableError:
        raise YamlError(Message("This is not YAML.")) from None


def _scan(text: str) -> None:
    """Raise YamlError at the first token that is too deep, one too many, or not allowed."""
    level = 0
    for number, token in enumerate(YAML(typ="safe", pure=False).scan(text), 1):
        if isinstance(token, _OPEN):
            level += 1
        elif isinstance(token, _CLOSE):
            level -= 1
        elif isinstance(token, AnchorToken | AliasToken | TagToken):
            message = Message("Anchors, aliases and tags (& * !) are not allowed here.")
            raise YamlError(message, token.start_mark.line + 1)
        if level > MAX_DEPTH or number > MAX_TOKENS:
            message = Message("The file is too large or nested too deeply.")
            raise YamlError(message, token.start_mark.line + 1)
