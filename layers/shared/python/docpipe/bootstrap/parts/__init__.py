"""What the wiring of several functions has in common."""
