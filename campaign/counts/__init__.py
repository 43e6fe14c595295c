"""Tallies: what is counted without knowing who. Changed by one, read as sums, never recounted on a page."""
