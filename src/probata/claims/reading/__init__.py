"""Reads an article: from the bytes of a saved page to proposed assertions, each with its words and its place."""

from __future__ import annotations

from probata.claims.reading.read import read_article

__all__ = ["read_article"]
