"""Editing the pack: forms, files, translations, previews."""
