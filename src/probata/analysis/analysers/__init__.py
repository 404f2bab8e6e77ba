"""Analysers, one file each, found by entry point `probata.analysers`."""
