"""The migration function, run on every deployment."""
