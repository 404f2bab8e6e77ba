"""Matching methods, one file each, found by entry point `probata.methods`."""
