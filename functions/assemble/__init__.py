"""The assembly function."""
