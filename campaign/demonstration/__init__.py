"""A site to try everything on: the first campaign with a demonstration key and invented people."""
