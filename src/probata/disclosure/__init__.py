"""Sealed packages to a recipient, with what a stranger needs to check them."""
