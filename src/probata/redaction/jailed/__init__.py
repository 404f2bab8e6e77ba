"""What runs in the jail alone: filling pictures and silencing sound, and looking whether that was done."""
