"""Delivering."""
