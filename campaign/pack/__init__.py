"""The content of one campaign as plain data: read, checked, and never changed in memory.

This package imports neither Flask nor the database. `files.parse` turns a mapping of
path to text into a frozen `model.Pack`; `check.check` says what is wrong with it.
"""
