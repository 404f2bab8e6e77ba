"""The index of copies: 256 bytes for each key picture of the archive, in files that are only ever added or replaced."""
