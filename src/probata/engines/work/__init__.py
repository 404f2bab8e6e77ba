"""Work that is shared out: among processes of this machine, and among programs that must not do the same twice."""
