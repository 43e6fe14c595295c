"""The petition at the desk: keys, switches, names, exclusions."""
