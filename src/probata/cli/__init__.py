"""The command line: one file a verb. `--help` imports nothing heavy."""
