"""Several recordings of one event on one clock, by the sound they share: offsets, drift, doubt, and refusals."""
