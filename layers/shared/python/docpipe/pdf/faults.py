"""What PyMuPDF raises for damaged files."""

FAULTS = (RuntimeError, ValueError, TypeError, AttributeError, IndexError, KeyError, AssertionError)
"""MuPDF's own errors are RuntimeErrors; the rest comes from PyMuPDF's Python layer meeting objects of
another type than the specification says."""
