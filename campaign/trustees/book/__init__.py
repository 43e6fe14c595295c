"""The book: every name under the petition, in volumes that are handed over. Trustees make it offline."""
