"""Characters of every kind that Unicode has: each general category, each script, all that is invisible."""

from __future__ import annotations

import sys
import unicodedata
from collections import defaultdict
from functools import lru_cache

from fontTools import unicodedata as scripts

#: Blocks of what draws nothing (Default_Ignorable_Code_Point), the first and last ones of large blocks.
INVISIBLE = [
    0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0x200B, 0x2010),
    *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0x3164, *range(0xFE00, 0xFE10), 0xFEFF, 0xFFA0,
    *range(0xFFF0, 0xFFFE), *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B), *range(0xE0000, 0xE0080),
    0xE00FF, 0xE0100, 0xE0101, 0xE01EF, 0xE01F0, 0xE0FFF,
]  # fmt: skip

NONCHARACTERS = [
    *range(0xFDD0, 0xFDF0),
    *(plane * 0x10000 + low for plane in range(17) for low in (0xFFFE, 0xFFFF)),
]

#: What NFC or NFKC changes, or what some program takes for a line end or a space.
CHANGING = [
    0x212B,
    0x2126,
    0x958,
    0xFA10,
    0xFB01,
    0x1F71,
    0x0344,
    0xAC00,
    0x1100,
    0x85,
    0x2028,
    0x2029,
    0x3000,
]


@lru_cache(maxsize=1)
def every_kind() -> tuple[str, ...]:
    """Some thousand characters."""
    by_category: defaultdict[str, list[int]] = defaultdict(list)
    by_script: dict[str, int] = {}
    for code in range(sys.maxunicode + 1):
        category = unicodedata.category(chr(code))
        by_category[category].append(code)
        if category.startswith("L"):
            by_script.setdefault(scripts.script(chr(code)), code)
    codes = {*INVISIBLE, *NONCHARACTERS, *CHANGING, *by_script.values()}
    for category, members in by_category.items():
        whole = category in {"Cc", "Cf", "Zs", "Zl", "Zp"}
        codes.update(members if whole else [*members[:: max(len(members) // 40, 1)], members[-1]])
    return tuple(map(chr, sorted(codes)))
