"""Telling the language of a text. The library for it lives here and nowhere else."""
