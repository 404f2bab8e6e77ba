"""Seams to the machine below: settings, clock, blobs, the sandbox, the network's one door, plug-ins."""
