"""Editions: a pack's life in the database. Versions of files, and the sets published together."""
