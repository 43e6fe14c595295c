"""Campaign: letters, petitions and campaigns for human-rights organisations."""

__version__ = "0.13.0"
