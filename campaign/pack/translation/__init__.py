"""The texts of a pack out for translators and back: one gettext file (PO) for each language.

`places` lists the texts, `export` writes the file, `po` reads what comes back, and `comparison` says what
it would change. Nothing here saves anything.
"""
