"""python -m campaign.people.common LIST: the digests of a list of passwords, one a line, commonest first."""

from __future__ import annotations

import sys
from pathlib import Path

from campaign.people.common import FILE, digest
from campaign.people.passwords import SHORTEST

lines = Path(sys.argv[1]).read_text(encoding="utf-8", errors="replace").splitlines()
found = sorted({digest(line) for line in lines if len(line) >= SHORTEST})
FILE.write_bytes(b"".join(found))
print(f"{FILE.name}: {len(found):,} digests, {FILE.stat().st_size:,} bytes")
