"""What is heard, said, written, shown: tracks of candidates, each look with one of three outcomes."""
