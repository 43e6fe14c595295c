"""Lists that people send: read in one place, whatever program wrote them. `reading` has the entry point."""
