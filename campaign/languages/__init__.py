"""What the code knows of each language: one folder for each, with its rules as data and its words.

`language.toml` says how the language writes figures, dates, quotations and letters; `messages.po` has the
words of the interface; `rules.py`, if there is one, holds what data can't express, with its cases in
`cases.toml`. What a folder does not say comes from CLDR (through Babel), and otherwise from
`neutral.toml`: symbols that every reader understands, and that `check` reports as missing.

Nothing outside this package names a language. To add one, add a folder: CONTRIBUTING.md says how.
"""
