"""Organisations that sign on: what they say of themselves, how they are confirmed, what became of each."""
