"""The notification function."""
