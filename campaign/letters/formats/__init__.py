"""The formats: one Letter in, bytes or text out. No format decides what a letter says."""
