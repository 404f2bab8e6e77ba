"""Copies found by what is heard: a print of a hundred bytes a second, compared at any speed near its own."""
