"""How values are written on a page."""
