"""Parties and what they assert about footage: read from articles, kept word for word, never mixed with findings."""
