"""People, roles and keys; who may see or do what, and why not; the log of what was viewed."""
