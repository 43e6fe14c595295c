"""Counts that name nobody: increased by one, read as sums, never recounted for a page."""
