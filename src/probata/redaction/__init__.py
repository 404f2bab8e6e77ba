"""Masks and mutes: what others may see of footage, each re-derivable from the original, released by a second."""
