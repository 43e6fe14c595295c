"""Photographs of what became of a petition: encoded again on arrival, stored by their hash."""
