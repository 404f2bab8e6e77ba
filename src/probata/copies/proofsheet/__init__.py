"""The parts of a proof sheet: which pictures, how one lies on another, what the traces say, in words and drawings."""
