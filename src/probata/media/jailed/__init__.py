"""What runs inside a cell, and nowhere else: the only code that touches a decoder. Never imported by the parent."""
