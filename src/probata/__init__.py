"""Evidence from footage: what is alleged and what is proved, kept apart and checkable by a stranger."""

__version__ = "0.1.0"
