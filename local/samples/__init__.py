"""Sample documents, made at run time: what they look like is chosen, so their text is known."""

from local.samples.files import PASSWORD, Samples, make_samples
from local.samples.sheets import SHEETS, Sheet

__all__ = ["PASSWORD", "SHEETS", "Samples", "Sheet", "make_samples"]
