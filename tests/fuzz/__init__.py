"""Hostile input for every parser, at length."""
