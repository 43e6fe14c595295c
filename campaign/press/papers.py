"""The sizes of paper that letters, sheets and books are printed on."""

from __future__ import annotations

PAPERS = ("a4", "us-letter")
