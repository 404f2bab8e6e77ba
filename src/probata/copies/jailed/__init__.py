"""What runs in the jailed decoder for this room: it sees pictures and gives back numbers."""
