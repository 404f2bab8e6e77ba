"""Copies and excerpts: where footage circulates, which seconds of one are which of the other, and with what proof."""
