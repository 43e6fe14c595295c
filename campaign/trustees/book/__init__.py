"""The book: every name under the petition, in volumes that are handed over. Made off line, by trustees."""
