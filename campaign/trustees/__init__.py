"""What no server does: keys, opening the sealed list, exclusions, updates, the book."""
