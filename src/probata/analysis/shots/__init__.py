"""The craft of impulsive sounds: where one begins, what it is like, what it may be, and how many there may be."""
