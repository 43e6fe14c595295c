"""The press: typst, its fonts, and nothing about what is printed."""
