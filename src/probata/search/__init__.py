"""One index over words: what is said, written on screen and called, across scripts, spellings and inflections."""
