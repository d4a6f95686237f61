"""What the system knows and decides, with no I/O: standard library only."""
