"""The craft behind `screen_text`: boxes of text, captions over time, and readings; plain numpy, usable anywhere."""
