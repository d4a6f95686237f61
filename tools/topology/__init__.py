"""What of the stack's template the one-machine runtime needs to know."""
