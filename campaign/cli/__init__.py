"""The command line: `python -m campaign`, and starting the server."""
