"""Ways in, one file each, found by entry point `probata.sources`."""
