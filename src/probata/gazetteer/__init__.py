"""Names of places, offline: their spellings and scripts, the units they lie in, and points where a source knows one.

Built at set-up from named sources, each with its licence (`tools/gazetteer.py`). A name proposes; which place was meant
is for a person to say.
"""
