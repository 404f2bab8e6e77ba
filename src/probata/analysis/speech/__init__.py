"""The craft of speech: from when to when a voice is heard, what may be believed of a transcript, which languages."""
