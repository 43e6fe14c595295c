"""Photographs of what became of a petition: made anew on arrival, kept by their hash beside the pack."""
