"""Verifying where, when, what and by whom: calculators and reasoning whose doubt is stated, never a conclusion."""
