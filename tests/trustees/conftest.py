"""The trustees' tests work on a petition whose list they open."""

from tests.petition.conftest import petition

__all__ = ["petition"]
